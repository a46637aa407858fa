"""Two people merge at the same moment on a real PostgreSQL: A into B and B into A is no circle."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone

from tests import builders
from tests.concurrency.crowds import all_at_once
from workshops.errors import Refusal
from workshops.models import ProposedMeasure, User
from workshops.operations import proposals

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def test_of_two_opposite_mergings_exactly_one_is_carried_out() -> None:
    item = builders.an_agenda_item()
    people = [builders.a_user(), builders.a_user()]
    for _round in range(5):
        pair = [builders.a_proposal(item), builders.a_proposal(item)]

        def merge(by: User, rows: tuple[int, int] = (pair[0].pk, pair[1].pk)) -> str:
            pks = rows if by == people[0] else rows[::-1]
            one, other = (ProposedMeasure.objects.get(pk=pk) for pk in pks)
            try:
                proposals.merge(one, into=other, by=by)
            except Refusal as refusal:
                return refusal.code
            return "merged"

        said = sorted(all_at_once(merge, people, threads=2))
        assert said in (["already_decided", "merged"], ["merged", "target_is_settled"])
        for row in pair:
            row.refresh_from_db()
        assert sorted(row.status for row in pair) == ["merged", "proposed"]


def test_without_the_lock_both_go_into_each_other() -> None:
    """The control: both look, then both write."""
    item = builders.an_agenda_item()
    by = builders.a_user()
    pair = [builders.a_proposal(item).pk, builders.a_proposal(item).pk]
    both_have_looked = threading.Barrier(2)

    def merge(pks: tuple[int, int]) -> None:
        with transaction.atomic():
            one, other = (ProposedMeasure.objects.get(pk=pk) for pk in pks)
            both_have_looked.wait(30)
            assert (one.status, other.status) == ("proposed", "proposed")
            ProposedMeasure.objects.filter(pk=one.pk).update(
                status="merged",
                merged_into=other,
                merged_by_hand_into=other,
                decided_at=timezone.now(),
                decided_by=by,
            )

    all_at_once(merge, [(pair[0], pair[1]), (pair[1], pair[0])], threads=2)
    assert [row.status for row in ProposedMeasure.objects.filter(pk__in=pair)] == ["merged", "merged"]
