"""What staff see of what came back, and what they decide."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from notifications.models import Delivery, InboundMessage, InboxState
from tests import builders, pages
from tests.imap_server import ImapServer
from tests.notifications.conftest import NOW, Stage
from tests.notifications.inbound.conftest import Read, Seat

PAGE = "/staff/integrationsplan/inbox/"
Outcome = InboundMessage.Outcome


@pytest.fixture
def staff(stage: Stage, client: Client) -> Client:
    client.force_login(stage.cast.sabine)
    return client


def a_message(outcome: str, **columns: Any) -> InboundMessage:
    columns.setdefault("uid", InboundMessage.objects.count() + 1)
    return InboundMessage.objects.create(
        mailbox="x", uid_validity=1, received_at=NOW, outcome=outcome, **{"kind": "bounce", **columns}
    )


def test_what_needs_a_look_is_shown_and_the_rest_on_request(
    seat: Seat, staff: Client, imap: ImapServer, read: Read
) -> None:
    for name in ("qmail", "personal", "apple_declined", "vacation", "postfix_delayed"):
        imap.put(seat.sample(name))
    read()

    shown = pages.text(staff.get(PAGE))
    everything = pages.text(staff.get(f"{PAGE}?show=all"))

    assert "Zuletzt gelesen" in shown
    for words in (
        "Unklar: Vielleicht kam eine E-Mail nicht an.",
        "Eine persönliche Nachricht: Bitte im Postfach lesen.",
        "Es ist nicht sicher, dass die Person das selbst geschickt hat: Es ist nichts geändert.",
    ):
        assert words in shown
    for words in ("Nicht für uns: Es ist nichts zu tun.", "Zwischenstand: Es ist nichts zu tun."):
        assert words not in shown
        assert words in everything
    assert shown.count("Hans Vogel hans@example.org") == 3
    assert "im Kalender abgesagt" in shown


def test_ticked_off_is_gone_and_says_who_looked(seat: Seat, stage: Stage, staff: Client) -> None:
    message = a_message(Outcome.UNPROVEN, process=stage.cast.process, participant=stage.cast.hans)

    page = staff.post(f"{PAGE}{message.pk}/done/", follow=True)

    assert "Zurzeit ist nichts anzusehen." in pages.text(page)
    assert "angesehen von Sabine Keller" in pages.text(staff.get(f"{PAGE}?show=all"))
    # Whoever was first stays written down.
    staff.force_login(builders.a_staff_member())
    staff.post(f"{PAGE}{message.pk}/done/")
    message.refresh_from_db()
    assert message.looked_by == stage.cast.sabine


def test_staff_take_an_unclear_message_for_a_bounce(
    seat: Seat, staff: Client, imap: ImapServer, read: Read
) -> None:
    imap.put(seat.sample("qmail"))
    read()
    message = InboundMessage.objects.get()

    page = staff.post(f"{PAGE}{message.pk}/unreachable/", follow=True)

    assert "An diese Adresse geht keine E-Mail mehr." in pages.text(page)
    seat.refreshed()
    assert (seat.delivery.status, seat.delivery.outcome_code) == ("failed", "bounced")
    assert seat.registration.participant.unreachable_reason == "staff"
    assert list(Delivery.objects.by_hand(NOW)) == [seat.delivery]
    assert "kam zurück: nicht angekommen" in pages.text(
        staff.get("/staff/integrationsplan/deliveries/?status=failed")
    )


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.UNCLEAR])
def test_a_message_about_no_mail_of_ours_blames_nobody(stage: Stage, staff: Client, outcome: str) -> None:
    message = a_message(outcome)

    page = staff.post(f"{PAGE}{message.pk}/unreachable/", follow=True)

    assert "Zu dieser Nachricht kennen wir keine E-Mail von uns." in pages.text(page)
    assert not InboundMessage.objects.filter(looked_at__isnull=False).exists()


def test_what_belongs_nowhere_is_on_every_processs_page(stage: Stage, staff: Client) -> None:
    other = builders.a_process(slug="anderer")
    a_message(Outcome.UNKNOWN)
    a_message(Outcome.UNCLEAR, process=stage.cast.process)

    counts = [
        len(staff.get(f"/staff/{slug}/inbox/").context["page"]) for slug in ("integrationsplan", other.slug)
    ]
    assert counts == [2, 1]


def test_the_overview_says_how_many_wait_for_a_look(stage: Stage, staff: Client) -> None:
    overview = "/staff/integrationsplan/"
    assert "muss ein Mensch ansehen" not in pages.text(staff.get(overview))
    a_message(Outcome.UNKNOWN)
    a_message(Outcome.STALE, process=stage.cast.process)
    a_message(Outcome.NOTED, process=stage.cast.process)

    assert "2 Rückmeldungen muss ein Mensch ansehen." in pages.text(staff.get(overview))


def test_without_a_mailbox_nothing_is_promised(stage: Stage, staff: Client, settings: Settings) -> None:
    settings.INBOX = None

    assert "Es ist kein Postfach eingerichtet" in pages.text(staff.get(PAGE))


def test_a_mailbox_that_cannot_be_read_is_an_alarm(
    stage: Stage, staff: Client, imap: ImapServer, read: Read
) -> None:
    read()
    InboxState.objects.update(failing_since=NOW - datetime.timedelta(hours=3), failure="TimeoutError")

    shown = pages.text(staff.get(PAGE))

    assert "Das Postfach lässt sich seit Samstag, 20. Juni 2020, 09:00 Uhr nicht lesen" in shown
    assert "Nichts geht verloren" in shown
    overview = pages.text(staff.get("/staff/integrationsplan/"))
    assert "Das Postfach lässt sich seit Samstag, 20. Juni 2020, 09:00 Uhr nicht lesen" in overview


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    seat: Seat, staff: Client, count: int, django_assert_num_queries: Any, settings: Settings
) -> None:
    settings.INBOX = None
    for _number in range(count):
        a_message(
            Outcome.STALE,
            kind="reply",
            process=seat.stage.cast.process,
            participant=seat.stage.cast.hans,
            workshop=seat.stage.workshop,
            delivery=seat.delivery,
        )

    with django_assert_num_queries(5):  # session, person, process, count, rows
        staff.get(PAGE)


def test_a_button_is_not_pressed_by_opening_an_address(stage: Stage, staff: Client) -> None:
    message = a_message(Outcome.UNKNOWN)

    for action in ("done", "unreachable"):
        assert staff.get(f"{PAGE}{message.pk}/{action}/").status_code == 405


# --- what the database guarantees ----------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "else"},
        {"outcome": "else"},
        {"looked_by": True},
        {"uid": 1},
        {"digest": "same"},
    ],
)
def test_impossible_rows_are_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    if "looked_by" in wrong:
        wrong = {"looked_by": stage.cast.sabine}
    a_message(Outcome.NOTED, uid=1, digest="same")

    with pytest.raises(IntegrityError), transaction.atomic():
        a_message(wrong.pop("outcome", Outcome.NOTED), **{"uid": 2, **wrong})


@pytest.mark.parametrize("wrong", [{"failing_since": NOW}, {"failure": "TimeoutError"}])
def test_a_failure_has_a_moment_and_a_name(stage: Stage, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxState.objects.create(mailbox="x", **wrong)


@pytest.mark.parametrize("wrong", [{"unreachable_since": NOW}, {"unreachable_reason": "5.1.1"}])
def test_an_unreachable_address_has_a_moment_and_a_reason(stage: Stage, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.a_participant(stage.cast.process, **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reply": "accepted"},
        {"replied_at": NOW},
        {"reply": "else", "replied_at": NOW},
        {"reply": "declined", "replied_at": NOW},
    ],
)
def test_an_impossible_reply_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        stage.registered(stage.cast.hans, **wrong)
