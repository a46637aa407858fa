"""Who hears what: each fact, announced by the operation itself, and the rows it leaves."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import transaction

from notifications.models import BULK, NORMAL, URGENT, Delivery, Kind, ReminderRule
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import Received
from workshops import events
from workshops.models import Minutes, ModeratorProfile, Participant, Registration, Survey, User, Workshop
from workshops.operations import holds, minutes, participants, registrations, workshops
from workshops.operations.registrations import Needs, Person

Status = Registration.Status


def owed() -> list[tuple[str, str, int]]:
    """Kind, recipient's address and priority of every delivery, oldest first."""
    return [
        (delivery.kind, (delivery.participant or delivery.user).email, delivery.priority)  # type: ignore[union-attr]
        for delivery in Delivery.objects.select_related("participant", "user").order_by("pk")
    ]


def _register(stage: Stage, email: str) -> None:
    registrations.register(
        stage.cast.process,
        person=Person(email=email, name="Neue Person"),
        workshop_ids=[stage.workshop.pk],
        needs=Needs(),
    )


def test_who_registers_is_asked_to_confirm(stage: Stage) -> None:
    _register(stage, "neu@example.org")

    assert owed() == [(Kind.PLEASE_CONFIRM, "neu@example.org", URGENT)]


class Broken(Exception):
    """Something that goes wrong after the operation, in its transaction."""


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_told_to_nobody(stage: Stage) -> None:
    """Facts and deliveries share one transaction: both stay, or neither."""
    with pytest.raises(Broken), transaction.atomic():
        _register(stage, "neu@example.org")
        assert owed() == [(Kind.PLEASE_CONFIRM, "neu@example.org", URGENT)]
        raise Broken

    assert owed() == []
    assert not Registration.objects.exists()

    # The control: the same without the accident.
    _register(stage, "neu@example.org")
    assert owed() == [(Kind.PLEASE_CONFIRM, "neu@example.org", URGENT)]


def test_who_asks_again_gets_the_question_again(stage: Stage) -> None:
    _register(stage, "neu@example.org")
    _register(stage, " NEU@example.org")

    assert owed() == [(Kind.PLEASE_CONFIRM, "neu@example.org", URGENT)] * 2


def test_who_confirms_is_told_of_the_seat_or_the_wait(stage: Stage) -> None:
    Workshop.objects.update(capacity=1)
    for email in ("erste@example.org", "zweite@example.org"):
        _register(stage, email)
        registrations.confirm(Participant.objects.get(email=email))

    assert [(kind, email) for kind, email, _priority in owed() if kind != Kind.PLEASE_CONFIRM] == [
        (Kind.CONFIRMED, "erste@example.org"),
        (Kind.WAITING, "zweite@example.org"),
    ]


def test_a_cancellation_is_told_and_the_next_is_promoted(stage: Stage) -> None:
    Workshop.objects.update(capacity=1)
    mine = stage.registered(stage.cast.hans)
    stage.registered(stage.cast.amina, "waiting")

    registrations.cancel(mine, by=stage.cast.hans)

    assert owed() == [
        (Kind.REGISTRATION_CANCELLED, "hans@example.org", URGENT),
        (Kind.PROMOTED, "amina@example.org", URGENT),
    ]


def test_who_never_confirmed_hears_nothing_of_the_end(stage: Stage) -> None:
    unproven = builders.a_participant(stage.cast.process, verified_at=None)
    stage.registered(unproven, "pending", held_until=NOW)
    cancelled = stage.registered(stage.cast.hans, "pending", held_until=NOW + datetime.timedelta(hours=1))

    holds.lapse_overdue()
    registrations.cancel(cancelled, by=stage.cast.hans)

    assert owed() == []


def test_a_known_person_hears_that_a_hold_lapsed(stage: Stage) -> None:
    stage.registered(stage.cast.hans, "pending", held_until=NOW)

    holds.lapse_overdue()

    assert owed() == [(Kind.REGISTRATION_LAPSED, "hans@example.org", NORMAL)]


def test_a_rescheduled_workshop_is_told_to_those_with_a_seat_and_those_who_wait(stage: Stage) -> None:
    stage.registered(stage.cast.hans)
    stage.registered(stage.cast.amina, "waiting")
    stage.registered(builders.a_participant(stage.cast.process), "pending")
    stage.registered(builders.a_participant(stage.cast.process), "cancelled")
    later = STARTS_AT + datetime.timedelta(days=1)

    workshops.reschedule(
        stage.workshop,
        starts_at=later,
        ends_at=later + datetime.timedelta(hours=2),
        by=stage.cast.sabine,
    )

    assert owed() == [
        (Kind.RESCHEDULED, "hans@example.org", NORMAL),
        (Kind.RESCHEDULED, "amina@example.org", NORMAL),
    ]
    assert set(Delivery.objects.values_list("revision", "workshop")) == {(1, stage.workshop.pk)}


def test_the_same_change_told_twice_is_one_mail_and_another_change_another(stage: Stage) -> None:
    stage.registered(stage.cast.hans)
    for revision in (1, 1, 2):
        Workshop.objects.update(revision=revision)
        stage.workshop.refresh_from_db()
        events.workshop_rescheduled.send(sender=Workshop, workshop=stage.workshop, by=stage.cast.sabine)

    assert list(Delivery.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2]


def test_a_cancelled_workshop_is_told_to_all_who_had_confirmed(stage: Stage) -> None:
    stage.registered(stage.cast.hans)
    stage.registered(stage.cast.amina, "waiting")
    stage.registered(builders.a_participant(stage.cast.process), "pending")

    workshops.cancel(stage.workshop, reason="krank", by=stage.cast.sabine)

    assert owed() == [
        (Kind.WORKSHOP_CANCELLED, "hans@example.org", NORMAL),
        (Kind.WORKSHOP_CANCELLED, "amina@example.org", NORMAL),
    ]


def test_published_minutes_are_told_to_those_who_had_a_seat(stage: Stage) -> None:
    stage.registered(stage.cast.hans)
    stage.registered(stage.cast.amina, "waiting")
    published = Minutes.objects.create(
        workshop=stage.workshop, status="published", published_at=NOW, published_by=stage.cast.sabine
    )

    events.minutes_published.send(sender=Minutes, minutes=published, by=stage.cast.sabine)

    assert owed() == [(Kind.MINUTES_PUBLISHED, "hans@example.org", NORMAL)]


def test_minutes_withdrawn_before_their_mails_went_out_are_told_when_they_are_published_again(
    stage: Stage, clock: time_machine.Traveller, delivered: Callable[[], list[Received]]
) -> None:
    clock.move_to(STARTS_AT + datetime.timedelta(days=1))
    by = stage.cast.sabine
    stage.registered(stage.cast.hans)
    item = builders.an_agenda_item(stage.workshop)
    minutes.save_item(item, text="Es war gut.", seen_version=0, by=by)

    def publish() -> None:
        minutes.submit(stage.workshop, by=by)
        minutes.publish(stage.workshop, by=by, early=True)

    def told() -> list[str]:
        return [address for mail in delivered() for address in mail.recipients]

    publish()
    minutes.reopen(stage.workshop, by=by)
    assert told() == []
    assert list(Delivery.objects.values_list("status", "outcome_code")) == [("skipped", "minutes_withdrawn")]
    publish()
    assert told() == ["hans@example.org"]
    minutes.reopen(stage.workshop, by=by)
    # Hans knows it; Amina was entered only now, and is skipped once herself.
    stage.registered(stage.cast.amina)
    publish()
    minutes.reopen(stage.workshop, by=by)
    assert told() == []
    publish()
    assert told() == ["amina@example.org"]
    minutes.reopen(stage.workshop, by=by)
    publish()
    assert told() == []


def test_the_end_of_the_survey_is_told_to_staff_once_for_each_end(stage: Stage) -> None:
    survey = stage.cast.process.survey
    for _ in range(2):
        events.survey_closed.send(sender=Survey, survey=survey)
    survey.closes_at += datetime.timedelta(days=1)
    events.survey_closed.send(sender=Survey, survey=survey)

    staff = sorted(User.objects.filter(is_staff=True).values_list("email", flat=True))
    assert "sabine@hechingen.example" in staff
    assert sorted(owed()) == sorted((Kind.SURVEY_CLOSED.value, email, NORMAL) for email in staff * 2)


def test_an_invited_moderator_gets_a_mail_and_another_when_invited_again(stage: Stage) -> None:
    profile = ModeratorProfile.objects.get(user=stage.cast.murat)
    for invited_at in (NOW, NOW, NOW + datetime.timedelta(hours=1)):
        profile.invited_at = invited_at
        events.moderator_invited.send(sender=ModeratorProfile, profile=profile, by=stage.cast.sabine)

    assert owed() == [(Kind.MODERATOR_INVITED, "murat@hechingen.example", NORMAL)] * 2


def test_a_new_colleague_gets_a_mail(stage: Stage) -> None:
    events.colleague_invited.send(
        sender=User, user=stage.cast.sabine, process=stage.cast.process, by=stage.cast.sabine
    )

    assert owed() == [(Kind.COLLEAGUE_INVITED, "sabine@hechingen.example", NORMAL)]


def test_who_asks_for_the_link_gets_it(stage: Stage) -> None:
    participants.request_link(stage.cast.process, email="Hans@Example.org")
    participants.request_link(stage.cast.process, email="unbekannt@example.org")

    assert owed() == [(Kind.PERSONAL_LINK, "hans@example.org", URGENT)]


def test_a_new_process_begins_with_the_usual_reminders(stage: Stage) -> None:
    rules = ReminderRule.objects.filter(process=stage.cast.process)

    assert [(rule.audience, rule.minutes_before) for rule in rules] == [
        ("confirmed", 7 * 24 * 60),
        ("confirmed", 24 * 60),
        ("confirmed", 60),
        ("moderators", 24 * 60),
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_only_a_campaign_waits_behind_all_others(kind: Kind) -> None:
    from notifications.outbox import PRIORITIES

    assert (PRIORITIES.get(kind, NORMAL) == BULK) == (kind == Kind.INVITATION)
