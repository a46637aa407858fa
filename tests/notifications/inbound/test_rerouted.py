"""A mail that comes back when its row has become a call or a letter; and a message that breaks a rule."""

import datetime
from collections.abc import Callable

import pytest
from django.db import IntegrityError

from notifications.inbound import handling, judging, mailbox, reading
from notifications.inbound import imap as imap_client
from notifications.models import Delivery, InboundMessage
from tests.imap_server import ImapServer
from tests.notifications.conftest import NOW
from tests.notifications.inbound.conftest import BOUNCES, Read, Seat, handled

WAITS = {"status": "pending", "channel": "phone", "sent_at": None, "is_ambiguous": True}
TOLD = {"status": "sent", "channel": "letter", "settled_at": NOW, "settled_how": "letter"}


@pytest.mark.parametrize("columns", [WAITS, TOLD], ids=["waits for a call", "ticked off"])
@pytest.mark.parametrize("sample", BOUNCES)
def test_a_bounce_of_a_rerouted_mail_marks_the_person_and_leaves_the_row_to_people(
    seat: Seat, columns: dict[str, object], sample: str
) -> None:
    Delivery.objects.filter(pk=seat.delivery.pk).update(**columns)
    before = Delivery.objects.values().get(pk=seat.delivery.pk)

    result = handled(seat.sample(sample))

    assert (result.outcome, result.delivery) == ("failed", seat.delivery)
    assert Delivery.objects.values().get(pk=seat.delivery.pk) == before
    assert seat.refreshed().registration.participant.unreachable_since == NOW


def test_staff_take_an_unclear_message_about_a_rerouted_mail_for_a_bounce(seat: Seat) -> None:
    Delivery.objects.filter(pk=seat.delivery.pk).update(**TOLD)
    message = InboundMessage.objects.create(
        mailbox="x",
        uid_validity=1,
        uid=1,
        received_at=NOW,
        kind="bounce",
        outcome="unclear",
        delivery=seat.delivery,
    )

    assert judging.take_for_bounce(message, by=seat.stage.cast.sabine, now=NOW)

    seat.refreshed()
    assert seat.delivery.status == "sent"
    assert seat.registration.participant.unreachable_reason == "staff"


def rows() -> list[tuple[str, str]]:
    return list(InboundMessage.objects.order_by("uid").values_list("kind", "outcome"))


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """poison(times): so often a bounce breaks a rule of the database; how often it was tried."""

    def begin(times: int) -> list[int]:
        tried = [0]
        right = handling.handle

        def breaking(incoming: reading.Incoming, *, now: datetime.datetime) -> handling.Result:
            if incoming.reports is not None:
                tried[0] += 1
                if tried[0] <= times:
                    # A FAILED row on another channel than mail, as the reviewer's was.
                    Delivery.objects.update(channel="phone", status="failed", ended_at=NOW, outcome_code="x")
            return right(incoming, now=now)

        monkeypatch.setattr(handling, "handle", breaking)
        return tried

    return begin


def test_a_message_that_breaks_a_rule_is_shown_to_staff_and_holds_up_nobody(
    seat: Seat,
    imap: ImapServer,
    read: Read,
    poison: Callable[[int], list[int]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried = poison(100)
    imap.put(seat.sample("postfix_unknown"))
    imap.put(seat.sample("google_declined"))

    assert [read(), read()] == [2, 0]

    assert rows() == [("other", "unreadable"), ("reply", "declined")]
    assert InboundMessage.objects.to_look_at().count() == 1
    assert [r"\Seen" in flags for _uid, flags in sorted(imap.flags().items())] == [False, True]
    assert tried == [mailbox.TRIES]
    assert "IntegrityError" in caplog.text
    assert "hans" not in caplog.text


def test_a_rule_that_is_broken_for_a_moment_only_is_forgiven(
    seat: Seat, imap: ImapServer, read: Read, poison: Callable[[int], list[int]]
) -> None:
    tried = poison(1)
    imap.put(seat.sample("postfix_unknown"))

    assert read() == 1

    assert rows() == [("bounce", "failed")]
    assert tried == [2]


def test_a_lost_race_leaves_the_message_to_the_worker_that_won(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(seat.sample("google_declined"))
    real = mailbox._handle

    def slower(row: InboundMessage, content: bytes | None, *, now: datetime.datetime) -> None:
        raise IntegrityError("a_message_is_read_once")

    def other_worker(self: imap_client.Mailbox, uid: int) -> bytes | None:
        InboundMessage.objects.create(
            mailbox=self.name,
            uid_validity=self.uid_validity,
            uid=uid,
            received_at=NOW,
            kind="reply",
            outcome="declined",
        )
        return seat.sample("google_declined")

    monkeypatch.setattr(imap_client.Mailbox, "fetch", other_worker)
    monkeypatch.setattr(mailbox, "_handle", slower)
    assert read() == 0
    monkeypatch.setattr(mailbox, "_handle", real)

    assert rows() == [("reply", "declined")]
