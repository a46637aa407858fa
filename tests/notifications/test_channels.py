"""Who can't be mailed, or asked for something else: their deliveries wait for people, not for the sender."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from notifications import launching, outbox, reminders, sending
from notifications.models import Delivery, Kind, Settled
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import Received
from workshops.models import Participant
from workshops.operations import registrations, workshops
from workshops.operations.registrations import Needs, Person

HOUR = datetime.timedelta(hours=1)


def olga(stage: Stage, **fields: Any) -> Participant:
    """Has a telephone and nothing else, unless the fields say otherwise."""
    given = {"email": "", "phone": "07471 930-0", "contact_by": "phone", "name": "Olga Petrova", **fields}
    return builders.a_participant(stage.cast.process, **given)


def channels() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("kind", "channel", "status"))


def test_a_fact_about_someone_without_an_address_waits_for_a_call(
    stage: Stage, delivered: Callable[[], list[Received]]
) -> None:
    registrations.add(olga(stage), workshop_ids=[stage.workshop.pk], needs=Needs())

    assert channels() == [(Kind.CONFIRMED, "phone", "pending")]
    assert delivered() == []
    (row,) = Delivery.objects.by_hand(NOW)
    assert (row.attempts, row.claim, row.status) == (0, "", "pending")


def test_one_fact_goes_to_each_on_their_own_way(
    stage: Stage, delivered: Callable[[], list[Received]]
) -> None:
    """By INSERT … SELECT, too."""
    people = (
        stage.cast.hans,
        olga(stage),
        olga(stage, email="brief@example.org", contact_by="letter", postal_address="Weg 1"),
    )
    for person in people:
        stage.registered(person)
    workshops.reschedule(
        stage.workshop,
        starts_at=STARTS_AT + HOUR,
        ends_at=STARTS_AT + 3 * HOUR,
        by=stage.cast.sabine,
    )

    assert channels() == [(Kind.RESCHEDULED, way, "pending") for way in ("email", "phone", "letter")]
    assert [mail.recipients for mail in delivered()] == [("hans@example.org",)]
    assert [row.participant for row in Delivery.objects.by_hand(NOW).order_by("pk")] == [*people[1:]]


def test_reminders_and_invitations_are_spoken_too(stage: Stage) -> None:
    person = olga(stage, invitation_agreed_at=NOW)
    stage.registered(person, confirmed_at=NOW - 24 * HOUR)
    type(stage.workshop).objects.update(changed_at=NOW - 24 * HOUR, starts_at=NOW + HOUR * 24 * 7)
    reminders.enqueue_due(now=NOW)
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)

    assert sorted(Delivery.objects.filter(participant=person).values_list("kind", "channel")) == [
        (Kind.INVITATION, "phone"),
        (Kind.REMINDER, "phone"),
    ]


def test_who_types_an_address_reads_mail_there(stage: Stage) -> None:
    """Whatever they wished before: a stranger's request must not end on the call list."""
    olga(stage, email="olga@example.org", verified_at=None)
    registrations.register(
        stage.cast.process,
        person=Person(email="olga@example.org", name="Olga"),
        workshop_ids=[stage.workshop.pk],
        needs=Needs(),
    )

    assert channels() == [(Kind.PLEASE_CONFIRM, "email", "pending")]


def test_a_changed_wish_takes_what_waits_along(stage: Stage) -> None:
    person = olga(stage, email="olga@example.org", contact_by="email")
    registrations.add(person, workshop_ids=[stage.workshop.pk], needs=Needs())
    assert channels() == [(Kind.CONFIRMED, "email", "pending")]
    person.contact_by = "phone"
    person.save(update_fields=["contact_by"])
    outbox.reroute(person)

    assert channels() == [(Kind.CONFIRMED, "phone", "pending")]


def test_the_sender_never_looks_at_what_is_spoken(stage: Stage) -> None:
    row = stage.delivery(Kind.PERSONAL_LINK, participant=olga(stage), channel="phone")

    assert not Delivery.objects.due(NOW + HOUR).exists()
    assert sending.deliver_due() is False
    row.refresh_from_db()
    assert row.status == "pending"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("a_known_channel", {"channel": "pigeon"}),
        ("only_mail_is_sent_or_fails", {"channel": "phone", "status": "sending", "lease_until": NOW}),
        ("only_mail_is_sent_or_fails", {"channel": "phone", "status": "sent", "sent_at": NOW}),
        (
            "only_mail_is_sent_or_fails",
            {"channel": "letter", "status": "failed", "ended_at": NOW, "outcome_code": "rcpt_5xx"},
        ),
        ("what_is_settled_has_a_moment_and_a_way", {"settled_how": "phone"}),
        (
            "what_is_settled_has_a_moment_and_a_way",
            {"channel": "phone", "status": "sent", "sent_at": NOW, "settled_at": NOW},
        ),
        ("only_what_mail_could_not_do_is_settled", {"settled_at": NOW, "settled_how": "phone"}),
        (
            "only_what_mail_could_not_do_is_settled",
            {"status": "sent", "sent_at": NOW, "settled_at": NOW, "settled_how": "phone"},
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(stage: Stage, name: str, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, **columns)


def test_what_was_told_by_hand_can_be_written_down(stage: Stage) -> None:
    """The control of the refusals above."""
    told = {"settled_at": NOW, "settled_how": Settled.PHONE, "settled_by": stage.cast.sabine}
    stage.delivery(
        Kind.PERSONAL_LINK, participant=olga(stage), channel="phone", status="sent", sent_at=NOW, **told
    )
    stage.delivery(
        Kind.PERSONAL_LINK,
        participant=stage.cast.hans,
        status="failed",
        ended_at=NOW,
        outcome_code="rcpt_5xx",
        **told,
    )
    assert not Delivery.objects.by_hand(NOW).exists()
