"""The mailbox on a real IMAP server: each message is handled once, whatever happens between."""

import datetime
import imaplib

import pytest

from notifications.inbound import handling, mailbox, reading
from notifications.inbound import imap as imap_client
from notifications.models import Delivery, InboundMessage, InboxState, Kind
from tests.imap_server import ImapServer
from tests.notifications.conftest import NOW
from tests.notifications.inbound.conftest import Read, Seat, rows
from workshops.models import Registration
from workshops.operations import own_data, participants


def seen(imap: ImapServer) -> list[bool]:
    return [r"\Seen" in flags for _uid, flags in sorted(imap.flags().items())]


def test_what_is_new_is_handled_and_flagged(seat: Seat, imap: ImapServer, read: Read) -> None:
    for name in ("postfix_delayed", "vacation", "personal", "qmail", "google_declined"):
        imap.put(seat.sample(name))

    assert read() == 5

    assert rows() == [
        ("bounce", "noted"),
        ("automatic", "ignored"),
        ("other", "personal"),
        ("bounce", "unclear"),
        ("reply", "declined"),
    ]
    # What people have to look at stays unseen for them.
    assert seen(imap) == [True, True, False, False, True]
    seat.refreshed()
    assert (seat.registration.status, seat.delivery.status) == ("cancelled", "sent")
    row = InboundMessage.objects.get(kind="reply")
    assert (row.process, row.participant, row.workshop, row.received_at) == (
        seat.stage.cast.process,
        seat.stage.cast.hans,
        seat.stage.workshop,
        NOW,
    )


def test_a_second_look_finds_nothing_new(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(seat.sample("google_declined"))
    imap.put(seat.sample("personal"))

    assert [read(), read(), read()] == [2, 0, 0]
    assert len(rows()) == 2


def test_what_a_person_opened_first_is_read_all_the_same(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(seat.sample("postfix_unknown"), flags=r"(\Seen)")

    assert read() == 1
    assert rows() == [("bounce", "failed")]


def test_a_message_that_is_moved_back_is_known(seat: Seat, imap: ImapServer, read: Read) -> None:
    """It has a new UID then. An old "no" must not cost the person the seat that they took since."""
    content = seat.sample("google_declined").replace(b"20200620T103000Z", b"20200620T100100Z")
    imap.put(content)
    read()
    Registration.objects.update(status="confirmed", ended_at=None, reply="", replied_at=None)
    imap.put(b"X-Moved: yes\r\n" + content)

    assert read() == 1
    assert rows() == [("reply", "declined"), ("automatic", "repeated")]
    assert Registration.objects.get().status == "confirmed"


def test_a_crash_between_the_row_and_the_flag_changes_nothing(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(seat.sample("google_declined"))

    def killed(self: object, uids: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imap_client.Mailbox, "flag_as_seen", killed)
        with pytest.raises(KeyboardInterrupt):
            read()
    assert (rows(), seen(imap)) == ([("reply", "declined")], [False])

    assert read() == 0
    assert (rows(), seen(imap)) == ([("reply", "declined")], [True])
    assert Delivery.objects.filter(kind=Kind.REGISTRATION_CANCELLED).count() == 1


def test_a_crash_before_the_commit_leaves_everything_to_the_next_run(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    imap.put(seat.sample("google_declined"))

    def killed(row: object, result: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mailbox, "_write_down", killed)
        with pytest.raises(KeyboardInterrupt):
            read()
    seat.refreshed()
    assert (rows(), seen(imap), seat.registration.status) == ([], [False], "confirmed")

    assert read() == 1
    seat.refreshed()
    assert (rows(), seen(imap), seat.registration.status) == ([("reply", "declined")], [True], "cancelled")


NONSENSE = {
    "nothing": b"",
    "no headers": b"\r\nHallo",
    "a lone CR": b"From: a@b.example\r\rMETHOD:REPLY\r",
    "bytes": bytes(range(256)) * 40,
    "a header without end": b"From: " + b"a" * 100_000,
    "a broken date": b"Date: x\r\nFrom: =?utf-8?b?/////?=\r\nContent-Type: ;;;=\r\n\r\n",
    "an open multipart": b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\n"
    b"Content-Type: message/rfc822\r\n",
    "a thousand levels": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
    ),
    "a thousand parts": b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\nx\r\n" * 1000,
    "an empty report": b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\n"
    b"Content-Type: message/delivery-status\r\n\r\n\r\n--a--\r\n",
    "a calendar of zeroes": b'Content-Type: text/calendar; method="REPLY"\r\n\r\n' + b"\0" * 1000,
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_noted_and_blocks_nobody(
    seat: Seat, imap: ImapServer, read: Read, content: bytes
) -> None:
    imap.put(content or b"\r\n")
    imap.put(seat.sample("google_declined"))

    assert read() == 2

    assert rows()[1] == ("reply", "declined")
    assert rows()[0] in [
        ("other", "unreadable"),
        ("other", "ignored"),
        ("bounce", "ignored"),
        ("reply", "unreadable"),
    ]
    assert read() == 0


def test_a_message_over_which_our_own_code_stumbles_blocks_nobody(
    seat: Seat,
    imap: ImapServer,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    imap.put(seat.sample("postfix_unknown"))
    imap.put(seat.sample("google_declined"))
    right = handling.handle

    def wrong(incoming: reading.Incoming, *, now: datetime.datetime) -> handling.Result:
        if incoming.reports is not None:
            Delivery.objects.update(outcome_text="half done")
            raise LookupError("hans@example.org")
        return right(incoming, now=now)

    monkeypatch.setattr(handling, "handle", wrong)

    assert read() == 2

    assert rows() == [("other", "unreadable"), ("reply", "declined")]
    assert seat.refreshed().delivery.outcome_text == ""
    assert "LookupError" in caplog.text
    assert "hans" not in caplog.text


@pytest.mark.parametrize(
    ("error", "runs", "became"),
    [
        (imaplib.IMAP4.error("FETCH: NO"), [3], "unreadable"),
        # The connection is gone each time: the others are read, and staff see that something is wrong.
        (imaplib.IMAP4.abort("BYE"), [0, 0, 0], None),
        (TimeoutError(), [0, 0, 0], None),
    ],
    ids=["refused", "hung up", "silent"],
)
def test_a_message_that_the_server_cannot_give_out_blocks_nobody(
    seat: Seat,
    imap: ImapServer,
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    runs: list[int],
    became: str | None,
) -> None:
    imap.put(seat.sample("qmail"))
    poison = imap.put(seat.sample("vacation"))
    imap.put(seat.sample("google_declined"))
    real = imap_client.Mailbox.fetch

    def broken(self: imap_client.Mailbox, uid: int) -> bytes | None:
        if uid == poison:
            raise error
        return real(self, uid)

    monkeypatch.setattr(imap_client.Mailbox, "fetch", broken)

    assert [read() for _run in runs] == runs

    others = [("bounce", "unclear"), ("reply", "declined")]
    assert [row for row in rows() if row[0] != "other"] == others
    assert rows()[1:-1] == ([("other", became)] if became else [])
    assert InboxState.objects.get().failing_since == (None if became else NOW)


def test_what_is_too_large_is_not_fetched(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 5_000)
    imap.put(seat.sample("personal") + b"x" * 10_000)
    imap.put(seat.sample("google_declined"))

    assert read() == 2
    assert rows() == [("other", "too_large"), ("reply", "declined")]


def test_messages_older_than_our_memory_are_left_alone(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(seat.sample("google_declined"), at=NOW - datetime.timedelta(days=61))
    imap.put(seat.sample("qmail"), at=NOW - datetime.timedelta(days=59))

    assert read() == 1
    assert rows() == [("bounce", "unclear")]


def test_rows_are_forgotten_after_ninety_days(seat: Seat, imap: ImapServer, read: Read) -> None:
    for days in (89, 91):
        InboundMessage.objects.create(
            mailbox="x",
            uid_validity=1,
            uid=days,
            received_at=NOW - datetime.timedelta(days=days),
            kind="other",
            outcome="ignored",
        )

    read()

    assert list(InboundMessage.objects.values_list("uid", flat=True)) == [89]


def test_nothing_of_what_was_written_is_kept(seat: Seat, imap: ImapServer, read: Read) -> None:
    for name in ("personal", "outlook_declined", "postfix_unknown", "gmail_unknown"):
        imap.put(seat.sample(name))
    read()

    kept = repr(list(InboundMessage.objects.values()))
    assert "User unknown" in kept
    for told in ("Rollstuhl", "verhindert", "hans@", "Hans", "Vogel", "join/"):
        assert told not in kept


def test_a_person_learns_which_messages_of_theirs_came(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(seat.sample("google_declined"))
    read()

    (told,) = own_data.export(seat.stage.cast.hans)["inbound_messages"]

    assert {name: told[name] for name in ("kind", "outcome", "code", "received_at")} == {
        "kind": "reply",
        "outcome": "declined",
        "code": "DECLINED",
        "received_at": NOW,
    }
    assert {"mailbox", "uid", "uid_validity", "digest"} & told.keys() == set()


def test_who_is_erased_leaves_no_message(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(seat.sample("postfix_unknown"))
    read()

    participants.erase(seat.stage.cast.hans, now=NOW)

    assert rows() == []
    # Nor does the mail that still lies there bring anything back.
    assert read() == 1
    assert InboundMessage.objects.get().participant is None


def test_a_run_reads_a_bounded_number(
    seat: Seat, imap: ImapServer, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST_A_RUN", 2)
    for number in range(3):
        imap.put(seat.sample("qmail").replace(b"21479", str(number).encode()))

    assert [read(), read(), read()] == [2, 1, 0]
