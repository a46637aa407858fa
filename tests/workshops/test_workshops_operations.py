"""A workshop is published, cancelled, added, deleted: who hears of it, and what is refused."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.ears import WORKSHOP_FACTS, Heard, listening, names
from workshops.errors import Refusal
from workshops.models import Registration, User, Workshop, localised
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


# --- publish --------------------------------------------------------------------------------------


def test_publishing_a_draft_is_told_once(draft: Workshop, sabine: User, heard: Heard) -> None:
    workshops.publish(draft, by=sabine)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by, draft.revision) == (Workshop.Status.PUBLISHED, sabine, 0)
    assert draft.published_at is not None
    assert heard == [("workshop_published", {"workshop": draft, "by": sabine})]
    with pytest.raises(Refusal, match="not_a_draft"):
        workshops.publish(draft, by=sabine)
    assert names(heard) == ["workshop_published"]


def test_nothing_is_published_before_the_survey_is_closed_and_evaluated(
    draft: Workshop, sabine: User, people: cast.Cast
) -> None:
    survey = people.process.survey
    survey.evaluated_at = survey.evaluated_by = None
    survey.save(update_fields=["evaluated_at", "evaluated_by"])
    with pytest.raises(Refusal) as refusal:
        workshops.publish(draft, by=sabine)
    assert refused(refusal) == (
        "gate_shut",
        "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist. "
        "Bitte zuerst die Umfrage auswerten oder mit Begründung darauf verzichten.",
    )
    survey.waived_at, survey.waived_by, survey.waiver_reason = timezone.now(), sabine, "Eilbeschluss"
    survey.save(update_fields=["waived_at", "waived_by", "waiver_reason"])
    workshops.publish(draft, by=sabine)
    assert draft.is_published


def test_a_process_without_a_survey_has_a_shut_gate(sabine: User) -> None:
    draft = builders.a_workshop(status=Workshop.Status.DRAFT)
    with pytest.raises(Refusal, match="gate_shut"):
        workshops.publish(draft, by=sabine)


def test_a_gate_that_shuts_again_stops_only_series_of_which_nothing_is_published(
    people: cast.Cast, sabine: User
) -> None:
    begun, untouched = builders.a_series(people.fields[0]), builders.a_series(people.fields[1])
    builders.a_workshop(begun)
    second = builders.a_workshop(begun, status=Workshop.Status.DRAFT, starts_at=timezone.now() + 20 * DAY)
    other = builders.a_workshop(untouched, status=Workshop.Status.DRAFT)
    people.process.survey.closes_at = timezone.now() + DAY
    people.process.survey.save(update_fields=["closes_at"])
    workshops.publish(second, by=sabine)
    with pytest.raises(Refusal, match="gate_shut"):
        workshops.publish(other, by=sabine)


def test_a_draft_whose_time_has_come_is_not_published(draft: Workshop, sabine: User) -> None:
    with pytest.raises(Refusal, match="already_begun"):
        workshops.publish(draft, by=sabine, now=draft.starts_at)
    workshops.publish(draft, by=sabine, now=draft.starts_at - HOUR)
    assert draft.is_published


def test_nobody_leads_two_published_workshops_at_once(people: cast.Cast, sabine: User) -> None:
    starts_at = timezone.now() + 10 * DAY
    first = builders.a_workshop(
        builders.a_series(people.fields[0]), starts_at=starts_at, title=localised("Sprachkurse")
    )
    first.moderators.add(people.murat)
    draft = builders.a_workshop(
        builders.a_series(people.fields[1]), starts_at=starts_at + HOUR, status=Workshop.Status.DRAFT
    )
    draft.moderators.add(people.murat)
    with pytest.raises(Refusal) as refusal:
        workshops.publish(draft, by=sabine)
    assert refused(refusal) == (
        "double_booked",
        "Murat Yıldız leitet zu dieser Zeit schon den Workshop „Sprachkurse“.",
    )
    # Right after the other one is possible.
    workshops.reschedule(draft, starts_at=first.ends_at, ends_at=first.ends_at + 2 * HOUR, by=sabine)
    workshops.publish(draft, by=sabine)
    with pytest.raises(Refusal, match="double_booked"):
        workshops.reschedule(
            draft, starts_at=first.ends_at - HOUR, ends_at=first.ends_at + 2 * HOUR, by=sabine
        )


# --- cancel, add, delete --------------------------------------------------------------------------


def test_cancelling_ends_every_active_registration_and_tells_them(
    workshop: Workshop, sabine: User, heard: Heard
) -> None:
    confirmed = builders.a_registration(workshop)
    waiting = builders.a_registration(workshop, status=Registration.Status.WAITING)
    pending = builders.a_registration(workshop, status=Registration.Status.PENDING)
    gone = builders.a_registration(workshop, status=Registration.Status.LAPSED)
    workshops.cancel(workshop, reason="  Die Moderation ist erkrankt. ", by=sabine)
    workshop.refresh_from_db()
    assert (workshop.status, workshop.cancelled_by, workshop.cancellation_reason, workshop.revision) == (
        Workshop.Status.CANCELLED,
        sabine,
        "Die Moderation ist erkrankt.",
        1,
    )
    assert [
        (row, row.status, row.ended_at is not None) for row in workshop.registrations.order_by("place")
    ] == [
        (confirmed, Registration.Status.CANCELLED, True),
        (waiting, Registration.Status.CANCELLED, True),
        (pending, Registration.Status.CANCELLED, True),
        (gone, Registration.Status.LAPSED, True),
    ]
    assert heard == [
        (
            "workshop_cancelled",
            {"workshop": workshop, "registrations": [confirmed, waiting, pending], "by": sabine},
        )
    ]


def test_a_cancelled_workshop_changes_no_more(workshop: Workshop, people: cast.Cast, heard: Heard) -> None:
    by = people.sabine
    workshops.cancel(workshop, reason="Ausfall", by=by)
    later = workshop.starts_at + DAY
    attempts: list[Callable[[], object]] = [
        lambda: workshops.cancel(workshop, reason="Ausfall", by=by),
        lambda: workshops.reschedule(workshop, starts_at=later, ends_at=later + HOUR, by=by),
        lambda: workshops.change_capacity(workshop, capacity=30, waiting_capacity=3, by=by),
        lambda: workshops.assign_moderators(workshop, moderators=[], by=by),
        lambda: workshops.set_registration_window(workshop, opens_at=None, closes_at=None, by=by),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal) as refusal:
            attempt()
        assert refused(refusal) == (
            "cancelled",
            "Dieser Workshop ist abgesagt. Daran ändert sich nichts mehr.",
        )
    assert names(heard) == ["workshop_cancelled"]


def test_a_cancellation_needs_a_reason_and_a_workshop_that_isnt_over(
    workshop: Workshop, sabine: User
) -> None:
    with pytest.raises(Refusal, match="no_reason"):
        workshops.cancel(workshop, reason=" ", by=sabine)
    with pytest.raises(Refusal, match="over"):
        workshops.cancel(workshop, reason="zu spät", by=sabine, now=workshop.ends_at)


def test_a_draft_is_deleted_and_a_published_workshop_is_cancelled(people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    draft = builders.a_workshop(series, status=Workshop.Status.DRAFT)
    published = builders.a_workshop(series)
    with pytest.raises(Refusal, match="still_a_draft"):
        workshops.cancel(draft, reason="egal", by=people.sabine)
    with pytest.raises(Refusal, match="not_a_draft"):
        workshops.delete_draft(published, by=people.sabine)
    workshops.delete_draft(draft, by=people.sabine)
    assert list(Workshop.objects.all()) == [published]


def test_a_workshop_added_by_hand_is_a_pinned_draft_with_the_seats_of_its_series(
    people: cast.Cast, heard: Heard
) -> None:
    series = builders.a_series(people.fields[0], capacity=12, waiting_capacity=3)
    builders.a_workshop(series)
    starts_at = timezone.now() + 30 * DAY
    added = workshops.add_by_hand(series, starts_at=starts_at, ends_at=starts_at + HOUR, by=people.sabine)
    assert (added.number, added.capacity, added.waiting_capacity, added.is_pinned, added.status) == (
        2,
        12,
        3,
        True,
        Workshop.Status.DRAFT,
    )
    assert heard == []


def test_no_workshop_is_added_while_the_gate_is_shut(people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    people.process.survey.delete()
    starts_at = timezone.now() + 30 * DAY
    with pytest.raises(Refusal, match="gate_shut"):
        workshops.add_by_hand(series, starts_at=starts_at, ends_at=starts_at + HOUR, by=people.sabine)
    assert Workshop.objects.count() == 0
