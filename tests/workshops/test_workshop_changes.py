"""A workshop is moved, described, resized: who hears of it, and what is refused."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.ears import WORKSHOP_FACTS, Heard, listening, names
from workshops.errors import Refusal
from workshops.models import LocalisedText, Registration, User, Workshop, localised
from workshops.operations import workshops

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)

DAY = datetime.timedelta(days=1)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening(*WORKSHOP_FACTS) as heard:
        yield heard


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def draft(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]), status=Workshop.Status.DRAFT)


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]))


def refused(excinfo: pytest.ExceptionInfo[Refusal]) -> tuple[str, str]:
    return excinfo.value.code, excinfo.value.sentence


# --- reschedule and change ------------------------------------------------------------------------


def test_moving_a_published_workshop_raises_its_revision_and_is_told(
    workshop: Workshop, sabine: User, heard: Heard
) -> None:
    moved = workshop.starts_at + DAY
    before = workshop.changed_at
    workshops.reschedule(workshop, starts_at=moved, ends_at=moved + 2 * HOUR, by=sabine)
    workshop.refresh_from_db()
    assert (workshop.starts_at, workshop.ends_at, workshop.revision) == (moved, moved + 2 * HOUR, 1)
    assert workshop.changed_at > before
    assert heard == [("workshop_rescheduled", {"workshop": workshop, "by": sabine})]
    # The same time again is no change.
    workshops.reschedule(workshop, starts_at=moved, ends_at=moved + 2 * HOUR, by=sabine)
    assert (workshop.revision, names(heard)) == (1, ["workshop_rescheduled"])


def test_moving_a_draft_is_nobodys_business(draft: Workshop, sabine: User, heard: Heard) -> None:
    moved = draft.starts_at + DAY
    workshops.reschedule(draft, starts_at=moved, ends_at=moved + HOUR, by=sabine)
    draft.refresh_from_db()
    assert (draft.starts_at, draft.revision, heard) == (moved, 0, [])


def test_registration_never_ends_after_the_start_that_was_moved_forward(
    workshop: Workshop, sabine: User
) -> None:
    workshops.set_registration_window(workshop, opens_at=None, closes_at=workshop.starts_at - HOUR, by=sabine)
    earlier = workshop.starts_at - 3 * DAY
    workshops.reschedule(workshop, starts_at=earlier, ends_at=earlier + HOUR, by=sabine)
    workshop.refresh_from_db()
    assert workshop.registration_closes_at == earlier


def test_no_seat_is_held_beyond_the_start_that_was_moved_forward(workshop: Workshop, sabine: User) -> None:
    soon = timezone.now() + HOUR
    held = builders.a_registration(workshop, status="pending", held_until=soon + HOUR)
    shorter = builders.a_registration(workshop, status="pending", held_until=soon - HOUR / 2)
    workshops.reschedule(workshop, starts_at=soon, ends_at=soon + HOUR, by=sabine)
    assert list(workshop.registrations.values_list("pk", "held_until")) == [
        (held.pk, soon),
        (shorter.pk, soon - HOUR / 2),
    ]


def test_a_workshop_is_not_moved_before_its_registration_opens(workshop: Workshop, sabine: User) -> None:
    opens_at = workshop.starts_at - DAY
    workshops.set_registration_window(workshop, opens_at=opens_at, closes_at=None, by=sabine)
    with pytest.raises(Refusal) as refusal:
        workshops.reschedule(workshop, starts_at=opens_at, ends_at=opens_at + HOUR, by=sabine)
    assert refusal.value.code == "opens_after_it_closes"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (-1, 1, "in_the_past"),
        (2, 2, "ends_before_it_starts"),
        (3, 2, "ends_before_it_starts"),
    ],
)
def test_impossible_times_are_refused(
    workshop: Workshop, sabine: User, heard: Heard, start: int, end: int, code: str
) -> None:
    now = timezone.now()
    with pytest.raises(Refusal) as refusal:
        workshops.reschedule(workshop, starts_at=now + start * HOUR, ends_at=now + end * HOUR, by=sabine)
    assert (refusal.value.code, heard) == (code, [])


@pytest.mark.parametrize(
    "change",
    [
        {"title": localised("Wege in die Ausbildung")},
        {"description": localised({"de": "Neu", "en": "New"})},
    ],
)
def test_whatever_a_calendar_shows_is_told_when_it_changes(
    workshop: Workshop, sabine: User, heard: Heard, change: dict[str, Any]
) -> None:
    details: dict[str, Any] = {"title": LocalisedText(), "description": LocalisedText()}
    assert workshops.change_details(workshop, by=sabine, **details) is False
    assert workshops.change_details(workshop, by=sabine, **(details | change)) is True
    workshop.refresh_from_db()
    (name, value) = next(iter(change.items()))
    assert (getattr(workshop, name), workshop.revision) == (value, 1)
    assert heard == [("workshop_rescheduled", {"workshop": workshop, "by": sabine})]


def test_seats_window_and_moderators_are_not_told(
    workshop: Workshop, sabine: User, people: cast.Cast, heard: Heard
) -> None:
    workshops.change_capacity(workshop, capacity=30, waiting_capacity=5, by=sabine)
    opens_at = timezone.now() + HOUR
    workshops.set_registration_window(workshop, opens_at=opens_at, closes_at=workshop.starts_at, by=sabine)
    workshops.assign_moderators(workshop, moderators=[people.murat], by=sabine)
    workshop.refresh_from_db()
    assert (workshop.capacity, workshop.waiting_capacity) == (30, 5)
    assert workshop.registration_opens_at == opens_at
    assert list(workshop.moderators.all()) == [people.murat]
    assert (workshop.revision, heard) == (0, [])


def test_only_moderators_of_the_process_lead_its_workshops(workshop: Workshop, people: cast.Cast) -> None:
    elsewhere = builders.a_moderator(builders.a_process(), name="Fremde Moderation")
    with pytest.raises(Refusal) as refusal:
        workshops.assign_moderators(workshop, moderators=[people.murat, elsewhere], by=people.sabine)
    assert refused(refusal) == (
        "not_a_moderator",
        "Fremde Moderation gehört nicht zur Moderation dieses Prozesses.",
    )
    assert list(workshop.moderators.all()) == []


def test_the_registration_window_lies_before_the_start_and_the_right_way_round(
    workshop: Workshop, sabine: User
) -> None:
    start = workshop.starts_at
    for opens_at, closes_at, code in [
        (None, start + HOUR, "closes_after_the_start"),
        (start, None, "opens_after_it_closes"),
        (start - HOUR, start - 2 * HOUR, "opens_after_it_closes"),
    ]:
        with pytest.raises(Refusal, match=code):
            workshops.set_registration_window(workshop, opens_at=opens_at, closes_at=closes_at, by=sabine)


# --- seats ----------------------------------------------------------------------------------------


def test_seats_that_are_taken_cannot_be_removed(workshop: Workshop, sabine: User) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(capacity=2)
    builders.a_registration(workshop)
    builders.a_registration(workshop, status=Registration.Status.PENDING)
    builders.a_registration(workshop, status=Registration.Status.CANCELLED)
    builders.a_registration(workshop, status=Registration.Status.WAITING)
    with pytest.raises(Refusal) as refusal:
        workshops.change_capacity(workshop, capacity=1, waiting_capacity=0, by=sabine)
    assert refused(refusal) == (
        "seats_are_taken",
        "Es sind schon 2 Plätze vergeben. Weniger Plätze sind erst nach Abmeldungen möglich.",
    )
    with pytest.raises(Refusal, match="seats_are_taken"):
        workshops.change_capacity(builders.a_workshop(), capacity=0, waiting_capacity=0, by=sabine)


def test_more_seats_promote_those_who_wait_longest(workshop: Workshop, sabine: User) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(capacity=1)
    seated = builders.a_registration(workshop)
    waiting = [builders.a_registration(workshop, status=Registration.Status.WAITING) for _ in range(3)]
    workshops.change_capacity(workshop, capacity=3, waiting_capacity=10, by=sabine)
    assert list(workshop.registrations.confirmed().order_by("place")) == [seated, *waiting[:2]]
    assert list(workshop.registrations.waiting()) == [waiting[2]]


def test_a_single_seat_that_is_taken_is_told_in_the_singular(workshop: Workshop, sabine: User) -> None:
    builders.a_registration(workshop)
    with pytest.raises(Refusal) as refusal:
        workshops.change_capacity(workshop, capacity=0, waiting_capacity=0, by=sabine)
    assert refused(refusal) == (
        "seats_are_taken",
        "Es ist schon 1 Platz vergeben. Weniger Plätze sind erst nach Abmeldungen möglich.",
    )
