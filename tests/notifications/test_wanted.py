"""Still wanted? The mail that was owed, and what changed before it could go."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from notifications import wanted
from notifications.gathering import gathered
from notifications.models import Delivery, Kind, ReminderRule
from notifications.wanted import start_stamp
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import Received
from workshops import links
from workshops.models import Minutes, Participant, PersonalLink, Registration, Survey, Workshop

Deliver = Callable[[], list[Received]]


def fate(delivery: Delivery) -> tuple[str, str]:
    delivery.refresh_from_db()
    return delivery.status, delivery.outcome_code


def _about(stage: Stage, registration: Registration) -> dict[str, Any]:
    return {
        "participant": registration.participant,
        "registration": registration,
        "workshop": stage.workshop,
        "revision": stage.workshop.revision,
    }


@pytest.mark.parametrize(
    ("kind", "before", "after", "reason"),
    [
        (Kind.CONFIRMED, "confirmed", "cancelled", "registration_changed"),
        (Kind.WAITING, "waiting", "confirmed", "registration_changed"),
        (Kind.PROMOTED, "confirmed", "cancelled", "registration_changed"),
        (Kind.RESCHEDULED, "confirmed", "cancelled", "registration_changed"),
        (Kind.REMINDER, "confirmed", "cancelled", "registration_changed"),
        (Kind.REGISTRATION_LAPSED, "lapsed", "cancelled", "registration_changed"),
    ],
)
def test_a_registration_that_changed_is_not_told_its_past(
    stage: Stage, delivered: Deliver, kind: Kind, before: str, after: str, reason: str
) -> None:
    registration = stage.registered(stage.cast.hans, before)
    delivery = stage.delivery(kind, **_about(stage, registration))
    ended = NOW if after == "cancelled" else None
    Registration.objects.update(status=after, holds_seat=True, ended_at=ended, confirmed_at=NOW)

    assert delivered() == []
    assert fate(delivery) == ("skipped", reason)


@pytest.mark.parametrize(
    ("kind", "status", "back_as", "outcome"),
    [
        (Kind.REGISTRATION_CANCELLED, "cancelled", "confirmed", ("skipped", "registered_again")),
        # The calendar still shows the seat they gave back.
        (Kind.REGISTRATION_CANCELLED, "cancelled", "waiting", ("sent", "dot_2xx")),
        (Kind.REGISTRATION_CANCELLED, "cancelled", "pending", ("sent", "dot_2xx")),
        (Kind.REGISTRATION_LAPSED, "lapsed", "pending", ("skipped", "registered_again")),
    ],
)
def test_who_came_back_is_not_told_late_that_they_left(
    stage: Stage, delivered: Deliver, kind: Kind, status: str, back_as: str, outcome: tuple[str, str]
) -> None:
    delivery = stage.delivery(kind, **_about(stage, stage.registered(stage.cast.hans, status)))
    stage.registered(stage.cast.hans, back_as)

    delivered()

    assert fate(delivery) == outcome


@pytest.mark.parametrize("kind", [Kind.CONFIRMED, Kind.PROMOTED, Kind.RESCHEDULED, Kind.REMINDER])
def test_a_cancelled_workshop_is_not_announced(stage: Stage, delivered: Deliver, kind: Kind) -> None:
    delivery = stage.delivery(kind, **_about(stage, stage.registered(stage.cast.hans)))
    about = {"cancelled_at": NOW, "cancelled_by": stage.cast.sabine, "cancellation_reason": "Krankheit"}
    Workshop.objects.update(status="cancelled", **about)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "workshop_cancelled")


def test_of_two_changes_only_the_latest_is_told(stage: Stage, delivered: Deliver) -> None:
    registration = stage.registered(stage.cast.hans)
    rows = [
        stage.delivery(Kind.RESCHEDULED, **_about(stage, registration) | {"revision": revision})
        for revision in (1, 2)
    ]
    Workshop.objects.update(revision=2)

    assert len(delivered()) == 1
    assert [fate(row) for row in rows] == [("skipped", "superseded"), ("sent", "dot_2xx")]


def test_a_reminder_for_another_time_does_not_go(stage: Stage, delivered: Deliver) -> None:
    rule = ReminderRule.objects.filter(process=stage.cast.process).first()
    about = _about(stage, stage.registered(stage.cast.hans)) | {"rule": rule}
    old = stage.delivery(Kind.REMINDER, key=f"reminder:1:1:{start_stamp(STARTS_AT)}", **about)
    Workshop.objects.update(
        starts_at=STARTS_AT + datetime.timedelta(days=1),
        ends_at=STARTS_AT + datetime.timedelta(days=1, hours=2),
    )

    assert delivered() == []
    assert fate(old) == ("skipped", "workshop_moved")


def test_a_reminder_whose_rule_is_off_or_whose_moment_is_over_does_not_go(
    stage: Stage, delivered: Deliver
) -> None:
    rule = ReminderRule.objects.filter(process=stage.cast.process).first()
    about = _about(stage, stage.registered(stage.cast.hans)) | {"rule": rule}
    stamp = start_stamp(STARTS_AT)
    expired = stage.delivery(Kind.REMINDER, key=f"reminder:1:1:{stamp}", expires_at=NOW, **about)
    ReminderRule.objects.update(is_active=False)
    off = stage.delivery(Kind.REMINDER, key=f"reminder:1:2:{stamp}", **about)

    assert delivered() == []
    assert [fate(expired), fate(off)] == [("skipped", "expired"), ("skipped", "rule_removed")]


def test_who_objects_gets_no_invitation_that_was_already_owed(stage: Stage, delivered: Deliver) -> None:
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    delivery = stage.delivery(Kind.INVITATION, campaign=campaign, participant=stage.cast.amina)
    Participant.objects.update(invitation_objected_at=NOW)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "objected")


def test_who_registered_meanwhile_gets_no_invitation_for_those_who_have_not(
    stage: Stage, delivered: Deliver
) -> None:
    campaign = stage.campaign(
        status="launched",
        launched_at=NOW,
        launched_by=stage.cast.sabine,
        audience={"standing": ["not_registered"]},
    )
    delivery = stage.delivery(Kind.INVITATION, campaign=campaign, participant=stage.cast.amina)
    stage.registered(stage.cast.amina)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "already_registered")


def test_staff_are_not_told_of_an_end_that_was_put_off(stage: Stage, delivered: Deliver) -> None:
    delivery = stage.delivery(Kind.SURVEY_CLOSED, user=stage.cast.sabine)
    Survey.objects.update(closes_at=NOW + datetime.timedelta(days=1))

    assert delivered() == []
    assert fate(delivery) == ("skipped", "survey_open")


def test_staff_are_not_asked_to_evaluate_what_is_evaluated(stage: Stage, delivered: Deliver) -> None:
    delivery = stage.delivery(Kind.SURVEY_CLOSED, user=stage.cast.sabine)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "survey_evaluated")


def test_staff_are_asked_to_evaluate_what_is_not(stage: Stage, delivered: Deliver) -> None:
    Survey.objects.update(evaluated_at=None, evaluated_by=None)
    stage.delivery(Kind.SURVEY_CLOSED, user=stage.cast.sabine)

    (mail,) = delivered()

    assert mail.message["To"] == "sabine@hechingen.example"


def test_a_hold_that_is_over_is_not_offered_any_more(stage: Stage, delivered: Deliver) -> None:
    hans, hour = stage.cast.hans, datetime.timedelta(hours=1)
    other = builders.a_workshop(stage.workshop.series, starts_at=STARTS_AT + 24 * hour)
    stage.registered(hans, "pending", held_until=NOW - hour)
    builders.a_registration(other, hans, status="pending", held_until=NOW + hour)
    links.make(hans, PersonalLink.Scope.CONFIRM, expires_at=NOW + hour)
    stage.delivery(Kind.PLEASE_CONFIRM, participant=hans)

    (mail,) = delivered()

    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Workshop 2" in text
    assert "Workshop 1" not in text


def test_nothing_to_confirm_nothing_to_ask(stage: Stage, delivered: Deliver) -> None:
    delivery = stage.delivery(Kind.PLEASE_CONFIRM, participant=stage.cast.hans)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "nothing_to_confirm")


def test_who_left_the_staff_is_no_longer_invited_to_it(stage: Stage, delivered: Deliver) -> None:
    delivery = stage.delivery(Kind.COLLEAGUE_INVITED, user=stage.cast.murat)

    assert delivered() == []
    assert fate(delivery) == ("skipped", "not_staff")


def test_a_closed_account_gets_no_mail(stage: Stage, delivered: Deliver) -> None:
    delivery = stage.delivery(Kind.MODERATOR_INVITED, user=stage.cast.murat)
    stage.cast.murat.is_active = False
    stage.cast.murat.save(update_fields=["is_active"])

    assert delivered() == []
    assert fate(delivery) == ("skipped", "account_closed")


def test_a_window_of_mails_costs_as_many_statements_as_one(
    stage: Stage, delivered: Deliver, django_assert_num_queries: Any
) -> None:
    """Whether the reader is registered already, and whether minutes are published: asked once for all."""
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    campaign.audience = {**campaign.audience, "standing": ["not_registered"]}
    campaign.save(update_fields=["audience"])
    Minutes.objects.create(
        workshop=stage.workshop, status="published", published_at=NOW, published_by=stage.cast.sabine
    )

    def owed(number: int) -> list[Delivery]:
        people = [
            builders.a_participant(stage.cast.process, invitation_agreed_at=NOW) for _person in range(number)
        ]
        rows = [
            stage.delivery(Kind.INVITATION, participant=person, campaign=campaign).pk for person in people
        ]
        rows += [
            stage.delivery(Kind.MINUTES_PUBLISHED, **_about(stage, stage.registered(person, "confirmed"))).pk
            for person in people[:-1]
        ]
        return gathered(Delivery.objects.filter(pk__in=rows))

    answers = []
    for number in (2, 5):
        rows = owed(number)
        with django_assert_num_queries(2):
            known = wanted.Known(rows)
            answers.append(sorted(wanted.obsolete_because(row, now=NOW, known=known) for row in rows))
        alone = sorted(wanted.obsolete_because(row, now=NOW) for row in rows)
        assert answers[-1] == alone

    assert answers == [["", "", "already_registered"], [""] * 5 + ["already_registered"] * 4]
