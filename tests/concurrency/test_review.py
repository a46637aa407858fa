"""Answers and comments at one moment on a real PostgreSQL: settled once, and never more than the limit."""

import datetime
import threading

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import Delivery
from tests import builders
from tests.concurrency.crowds import all_at_once
from workshops.errors import Refusal
from workshops.models import AgendaItem, MinutesComment, Registration, User
from workshops.operations import contributions, minutes
from workshops.operations.contributions import MOST_COMMENTS, Said

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def _in_review() -> tuple[AgendaItem, Registration]:
    workshop = builders.a_workshop(starts_at=timezone.now() - datetime.timedelta(days=1))
    item = builders.an_agenda_item(workshop, text="Gesagt", version=1)
    registration = builders.a_registration(workshop, has_attended=True, attendance_source="ticked")
    minutes.submit(workshop, by=builders.a_staff_member())
    return item, registration


def test_of_two_who_answer_at_once_one_is_told() -> None:
    for _round in range(5):
        item, registration = _in_review()
        (said,) = contributions.comment(registration, said=[Said(item.pk, 1, "Zwei Kurse.")])
        Delivery.objects.all().delete()

        def answer(by: User, pk: int = said.pk) -> str:
            mine = MinutesComment.objects.select_related("item__workshop", "registration").get(pk=pk)
            try:
                contributions.answer(mine, text=f"Von {by.pk}", by=by)
            except Refusal as refusal:
                return refusal.code
            return f"Von {by.pk}"

        results = all_at_once(answer, [builders.a_user(), builders.a_user()], threads=2)
        said.refresh_from_db()
        assert sorted(results) == sorted([said.answer, "already_answered"])
        assert Delivery.objects.filter(kind="comment_answered").count() == 1


def test_without_the_lock_the_first_answer_is_gone() -> None:
    """The control: both look, then both write."""
    item, registration = _in_review()
    (said,) = contributions.comment(registration, said=[Said(item.pk, 1, "Zwei Kurse.")])
    both_have_looked = threading.Barrier(2)

    def answer(text: str) -> bool:
        with transaction.atomic():
            mine = MinutesComment.objects.get(pk=said.pk)
            both_have_looked.wait(30)
            assert mine.is_open
            mine.outcome, mine.answer, mine.answered_at = "answered", text, timezone.now()
            mine.save(update_fields=["outcome", "answer", "answered_at"])
        return True

    assert all_at_once(answer, ["Eins", "Zwei"], threads=2) == [True, True]  # two answers, one survivor


def test_a_persons_many_windows_together_stay_below_the_limit() -> None:
    item, registration = _in_review()
    contributions.comment(
        registration, said=[Said(item.pk, 1, f"Nummer {number}") for number in range(MOST_COMMENTS - 2)]
    )

    def say(text: str) -> int:
        mine = Registration.objects.select_related("workshop__series__field__process").get(pk=registration.pk)
        try:
            return len(contributions.comment(mine, said=[Said(item.pk, 1, text)]))
        except Refusal as refusal:
            assert refusal.code == "too_many"
            return 0

    assert sum(all_at_once(say, [f"Fenster {number}" for number in range(6)], threads=6)) == 2
    assert MinutesComment.objects.count() == MOST_COMMENTS
