"""Two editors at the same moment on a real PostgreSQL: one is saved, the other gets both texts."""

import threading

import pytest
from django.db import transaction
from django.utils import timezone

from tests import builders
from tests.concurrency.crowds import all_at_once
from workshops.errors import Refusal
from workshops.models import AgendaItem, Goal, Measure, ProposedMeasure, User
from workshops.operations import minutes, proposals
from workshops.operations.merging import Conflict

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def _an_item() -> AgendaItem:
    item = builders.an_agenda_item()
    minutes.save_item(item, text="Anfang", seen_version=0, by=builders.a_user())
    return item


def test_of_two_who_save_over_the_same_version_exactly_one_wins() -> None:
    for _round in range(5):
        item = _an_item()
        people = [builders.a_user(), builders.a_user()]

        def save(by: User, pk: int = item.pk) -> list[Conflict] | None:
            mine = AgendaItem.objects.select_related("workshop").get(pk=pk)
            try:
                minutes.save_item(mine, text=f"Text von {by.pk}", seen_version=1, by=by)
            except Refusal as refusal:
                assert refusal.code == "edited_meanwhile"
                conflicts: list[Conflict] = refusal.details["conflicts"]
                return conflicts
            return None

        results = all_at_once(save, people, threads=2)
        assert results.count(None) == 1
        winner, loser = (people[index] for index in sorted((0, 1), key=lambda at: results[at] is not None))
        assert [each for each in results if each] == [
            [Conflict("text", mine=f"Text von {loser.pk}", theirs=f"Text von {winner.pk}")]
        ]
        assert list(item.versions.order_by("version").values_list("version", "text")) == [
            (1, "Anfang"),
            (2, f"Text von {winner.pk}"),
        ]


def test_two_who_write_in_different_parts_at_once_lose_nothing() -> None:
    for _round in range(5):
        item = _an_item()
        people = [builders.a_user(), builders.a_user()]
        parts = dict(zip([person.pk for person in people], ("points", "agreements"), strict=True))

        def save(by: User, pk: int = item.pk, parts: dict[int, str] = parts) -> bool:
            mine = AgendaItem.objects.select_related("workshop").get(pk=pk)
            points, agreements = ("neu", None) if parts[by.pk] == "points" else (None, "neu")
            return minutes.save_item(mine, points=points, agreements=agreements, seen_version=1, by=by)

        assert all_at_once(save, people, threads=2) == [True, True]
        item.refresh_from_db()
        assert (item.text, item.points, item.agreements, item.version) == ("Anfang", "neu", "neu", 3)


def test_without_the_check_under_the_lock_the_first_text_is_gone() -> None:
    """The control: both look, then both write."""
    item = _an_item()
    both_have_looked = threading.Barrier(2)

    def save(text: str) -> None:
        with transaction.atomic():
            mine = AgendaItem.objects.get(pk=item.pk)
            both_have_looked.wait(30)
            assert mine.version == 1
            mine.text, mine.version = text, 2
            mine.save(update_fields=["text", "version"])

    all_at_once(save, ["Eins", "Zwei"], threads=2)
    item.refresh_from_db()
    assert item.version == 2  # two saves, one survivor


def test_many_who_adopt_under_one_goal_get_a_place_each() -> None:
    item = builders.an_agenda_item()
    goal = builders.a_goal(builders.a_guideline(item.workshop.field))
    by = builders.a_staff_member()
    pks = [builders.a_proposal(item).pk for _each in range(16)]

    def adopt(pk: int) -> int:
        proposal = ProposedMeasure.objects.select_related("item__workshop").get(pk=pk)
        return proposals.adopt(proposal, goal=Goal.objects.get(pk=goal.pk), by=by).position

    assert sorted(all_at_once(adopt, pks, threads=8)) == list(range(1, 17))


def test_a_proposal_is_decided_by_one_of_many() -> None:
    proposal = builders.a_proposal()
    goal = builders.a_goal(builders.a_guideline(proposal.item.workshop.field))
    by = builders.a_staff_member()

    def decide(number: int) -> str:
        mine = ProposedMeasure.objects.select_related("item__workshop").get(pk=proposal.pk)
        try:
            if number % 2:
                proposals.adopt(mine, goal=Goal.objects.get(pk=goal.pk), by=by, now=timezone.now())
            else:
                proposals.decline(mine, reason="Nein", by=by)
        except Refusal as refusal:
            return refusal.code
        return "decided"

    results = all_at_once(decide, range(8), threads=8)
    assert sorted(results) == ["already_decided"] * 7 + ["decided"]
    proposal.refresh_from_db()
    assert Measure.objects.count() == int(proposal.status == ProposedMeasure.Status.ADOPTED)
