"""INBOX_URL without BOUNCE_ADDRESS: bounces come to From, and name our mail only by what they bring back."""

import pytest
from pytest_django.fixtures import Settings

from notifications import verp
from notifications.models import InboundMessage
from tests.imap_server import ImapServer
from tests.notifications.inbound.conftest import BOUNCES, Read, Seat, handled


@pytest.fixture
def seat(seat: Seat, settings: Settings) -> Seat:
    settings.BOUNCE_ADDRESS = ""
    assert verp.envelope_of(seat.delivery) == "beteiligung@hechingen.example"
    return seat


def fate(seat: Seat) -> tuple[str, str]:
    seat.refreshed()
    return seat.delivery.status, seat.registration.participant.unreachable_reason


def stranger(content: bytes, seat: Seat) -> bytes:
    """The same about a mail that somebody else sent in our name."""
    return content.replace(seat.delivery.message_id.encode(), b"<spam@elsewhere.example>")


def without_our_mail(content: bytes, seat: Seat) -> bytes:
    """The same from a server that brings nothing back."""
    return content.replace(f"Message-ID: {seat.delivery.message_id}".encode(), b"X-Nothing: here")


@pytest.mark.parametrize("sample", [name for name in BOUNCES if name != "exim_unknown"])
def test_a_report_that_brings_our_mail_back_counts_as_one_with_a_token_does(seat: Seat, sample: str) -> None:
    result = handled(seat.sample(sample))

    assert (result.kind, result.outcome, result.delivery) == ("bounce", "failed", seat.delivery)
    assert fate(seat)[0] == "failed"


@pytest.mark.parametrize("sample", [*BOUNCES, "qmail", "exim_text", "postfix_forwarded"])
def test_what_brings_nothing_back_is_for_people(seat: Seat, sample: str) -> None:
    result = handled(without_our_mail(seat.sample(sample), seat))

    assert (result.kind, result.outcome, result.delivery) == ("bounce", "unclear", None)
    assert fate(seat) == ("sent", "")


@pytest.mark.parametrize("sample", ["qmail", "exim_text", "postfix_forwarded"])
def test_what_no_program_understands_is_for_people_and_names_the_mail(seat: Seat, sample: str) -> None:
    result = handled(seat.sample(sample))

    assert (result.kind, result.outcome, result.delivery) == ("bounce", "unclear", seat.delivery)
    assert fate(seat) == ("sent", "")


@pytest.mark.parametrize("sample", ["postfix_unknown", "exchange_unknown", "gmail_unknown", "qmail"])
def test_a_bounce_of_a_strangers_mail_is_still_ignored(seat: Seat, sample: str) -> None:
    assert handled(stranger(seat.sample(sample), seat)).outcome == "ignored"
    assert fate(seat) == ("sent", "")


@pytest.mark.parametrize("sample", ["vacation", "out_of_office", "read_receipt"])
def test_automatic_answers_are_still_ignored(seat: Seat, sample: str) -> None:
    assert handled(seat.sample(sample)).outcome == "ignored"


def test_an_unclear_bounce_stays_unseen_in_the_mailbox(seat: Seat, imap: ImapServer, read: Read) -> None:
    imap.put(without_our_mail(seat.sample("qmail"), seat))
    imap.put(seat.sample("postfix_unknown"))

    assert read() == 2

    assert [flags for _uid, flags in sorted(imap.flags().items())] == [set(), {r"\Seen"}]
    assert InboundMessage.objects.to_look_at().count() == 1
