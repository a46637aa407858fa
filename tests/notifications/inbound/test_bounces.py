"""Delivery reports of the servers one meets, and what each means for the mail and the person."""

import re

import pytest
from pytest_django.fixtures import Settings

from notifications import verp
from notifications.models import Delivery, Kind
from tests.notifications.conftest import NOW
from tests.notifications.inbound.conftest import BOUNCES, Seat, handled
from workshops.models import Participant
from workshops.operations import participants


def fate(seat: Seat) -> tuple[str, str, str]:
    seat.refreshed()
    return seat.delivery.status, seat.delivery.outcome_code, seat.registration.participant.unreachable_reason


UNTOUCHED = ("sent", "", "")


@pytest.mark.parametrize(
    ("sample", "status", "words"),
    [
        (
            "postfix_unknown",
            "5.1.1",
            "550 5.1.1 <…>: Recipient address rejected: User unknown in virtual mailbox table",
        ),
        (
            "exchange_unknown",
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient … not found by SMTP address lookup",
        ),
        (
            "gmail_unknown",
            "5.1.1",
            "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 "
            "double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. "
            "- gsmtp",
        ),
        ("exim_unknown", "5.0.0", ""),
    ],
)
def test_an_address_that_does_not_exist(seat: Seat, sample: str, status: str, words: str) -> None:
    result = handled(seat.sample(sample))

    assert (result.kind, result.outcome, result.code, result.words) == ("bounce", "failed", status, words)
    assert (result.delivery, result.participant) == (seat.delivery, seat.stage.cast.hans)
    assert fate(seat) == ("failed", "bounced", status)
    assert seat.delivery.outcome_text == f"{status} {words}".strip()
    assert seat.delivery.ended_at == NOW
    assert seat.registration.participant.unreachable_since == NOW
    assert list(Participant.objects.unreachable()) == [seat.stage.cast.hans]
    # What mail could not do stands on staff's list.
    assert list(Delivery.objects.by_hand(NOW)) == [seat.delivery]


@pytest.mark.parametrize(
    ("sample", "outcome", "code", "becomes"),
    [
        ("postfix_delayed", "noted", "4.4.1", UNTOUCHED),
        ("postfix_relayed", "noted", "2.0.0", UNTOUCHED),
        # Given up after days of trying: the mail is lost, the address may be good tomorrow.
        ("postfix_expired", "failed", "4.4.1", ("failed", "bounced", "")),
        # Our server's reputation, not this person's address.
        ("exchange_blocked", "failed", "5.7.1", ("failed", "bounced", "")),
        # It failed where the person forwards their mail to; perhaps they read it in both places.
        ("postfix_forwarded", "unclear", "", UNTOUCHED),
        # Words for people, from servers older than RFC 3464.
        ("qmail", "unclear", "", UNTOUCHED),
        ("exim_text", "unclear", "", UNTOUCHED),
    ],
)
def test_what_is_no_verdict_on_the_address(
    seat: Seat, sample: str, outcome: str, code: str, becomes: tuple[str, str, str]
) -> None:
    result = handled(seat.sample(sample))

    assert (result.kind, result.outcome, result.code) == ("bounce", outcome, code)
    assert result.delivery == seat.delivery
    assert fate(seat) == becomes


@pytest.mark.parametrize("sample", ["vacation", "out_of_office", "read_receipt"])
def test_automatic_answers_are_ignored(seat: Seat, sample: str) -> None:
    result = handled(seat.sample(sample))

    assert (result.kind, result.outcome) == ("automatic", "ignored")
    assert fate(seat) == UNTOUCHED


@pytest.mark.parametrize("change", ["last letter", "other mail", "no seal", "no mail"])
@pytest.mark.parametrize("sample", [*BOUNCES, "qmail"])
def test_a_bounce_with_a_token_that_we_have_not_made_changes_nothing(
    seat: Seat, sample: str, change: str
) -> None:
    other = seat.stage.delivery(
        Kind.PERSONAL_LINK, participant=seat.stage.cast.amina, status="sent", sent_at=NOW
    )
    token = verp.token_of(seat.delivery)
    number, seal = token.split("-")
    forged = {
        "last letter": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "other mail": f"{verp.token_of(other).split('-')[0]}-{seal}",
        "no seal": f"{number}-",
        "no mail": f"zzzzzzzzzzzzz-{seal}",
    }[change]

    result = handled(seat.sample(sample).replace(token.encode(), forged.encode()))

    assert (result.kind, result.outcome, result.delivery) == ("bounce", "unknown", None)
    assert fate(seat) == UNTOUCHED
    other.refresh_from_db()
    assert other.status == "sent"


@pytest.mark.parametrize("sample", BOUNCES)
def test_a_bounce_of_a_mail_that_somebody_else_sent_in_our_name_is_ignored(seat: Seat, sample: str) -> None:
    backscatter = re.sub(rb"bounce\+[0-9a-z-]+@", b"beteiligung@", seat.sample(sample))

    assert handled(backscatter).outcome == "ignored"
    assert fate(seat) == UNTOUCHED


def test_servers_that_shout_the_address_are_understood(seat: Seat) -> None:
    token = verp.token_of(seat.delivery)

    handled(seat.sample("postfix_unknown").replace(token.encode(), token.upper().encode()))

    assert fate(seat) == ("failed", "bounced", "5.1.1")


def test_a_second_bounce_of_the_same_mail_changes_nothing(seat: Seat) -> None:
    handled(seat.sample("postfix_unknown"))
    handled(seat.sample("exchange_unknown"))

    assert fate(seat) == ("failed", "bounced", "5.1.1")


def test_a_corrected_address_is_not_blamed_for_the_old_one(seat: Seat) -> None:
    bounce = seat.sample("postfix_unknown")
    Participant.objects.filter(pk=seat.stage.cast.hans.pk).update(
        email="hans.vogel@example.org", email_normalised="hans.vogel@example.org"
    )

    assert handled(bounce).outcome == "unclear"
    assert fate(seat) == UNTOUCHED


def test_a_bounce_that_is_faster_than_our_own_note_is_not_lost(seat: Seat) -> None:
    Delivery.objects.filter(pk=seat.delivery.pk).update(
        status="sending", sent_at=None, claim="abc:1", lease_until=NOW
    )

    handled(seat.sample("postfix_unknown"))

    assert fate(seat) == ("failed", "bounced", "5.1.1")
    # The worker's own record finds no claim of its any more.
    assert (seat.delivery.claim, seat.delivery.lease_until) == ("", None)


def test_a_colleagues_mail_that_comes_back_has_failed(seat: Seat) -> None:
    mail = seat.stage.delivery(
        Kind.COLLEAGUE_INVITED, user=seat.stage.cast.sabine, status="sent", sent_at=NOW
    )
    bounce = Seat(seat.stage, seat.registration, mail).sample("exim_unknown")

    result = handled(bounce.replace(b"rfc822;hans@example.org", b"rfc822;sabine@hechingen.example"))

    mail.refresh_from_db()
    assert (result.outcome, mail.status, mail.outcome_code) == ("failed", "failed", "bounced")


def test_a_domain_with_umlauts_is_the_same_in_its_encoded_form(seat: Seat) -> None:
    Participant.objects.filter(pk=seat.stage.cast.hans.pk).update(
        email="hans@büro.example", email_normalised="hans@büro.example"
    )
    bounce = seat.sample("exim_unknown").replace(
        b"rfc822;hans@example.org", b"rfc822;hans@xn--bro-hoa.example"
    )

    assert handled(bounce).outcome == "failed"


def test_whoever_confirms_by_mail_again_is_reachable_again(seat: Seat) -> None:
    hans = seat.stage.cast.hans
    assert participants.mark_unreachable(hans, reason="5.1.1", now=NOW)
    assert not participants.mark_unreachable(hans, reason="5.2.2", now=NOW)
    hans.refresh_from_db()
    assert (hans.unreachable_since, hans.unreachable_reason) == (NOW, "5.1.1")

    participants.reached(hans)

    hans.refresh_from_db()
    assert (hans.unreachable_since, hans.unreachable_reason) == (None, "")


# --- the envelope ---------------------------------------------------------------------------------


def test_each_mail_has_an_envelope_sender_of_its_own(seat: Seat) -> None:
    other = seat.stage.delivery(Kind.PERSONAL_LINK, participant=seat.stage.cast.amina)
    addresses = [verp.envelope_of(each) for each in (seat.delivery, other)]

    assert len(set(addresses)) == 2
    for address, delivery in zip(addresses, (seat.delivery, other), strict=True):
        assert re.fullmatch(r"bounce\+[0-9a-z]+-[a-z2-7]{24}@hechingen\.example", address)
        assert [verp.delivery_of(token) for token in verp.tokens_in([address])] == [delivery]


def test_without_a_bounce_address_the_envelope_is_froms(seat: Seat, settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = ""

    assert verp.envelope_of(seat.delivery) == "beteiligung@hechingen.example"
    assert verp.tokens_in(["beteiligung+abc@hechingen.example", "+abc@"]) == []


def test_a_new_key_still_knows_the_old_ones_tokens(seat: Seat, settings: Settings) -> None:
    token = verp.token_of(seat.delivery)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert verp.delivery_of(token) == seat.delivery

    settings.SECRET_KEY_FALLBACKS = []
    assert verp.delivery_of(token) is None


def test_a_number_given_again_after_a_restored_backup_is_another_mail(seat: Seat) -> None:
    token = verp.token_of(seat.delivery)
    Delivery.objects.filter(pk=seat.delivery.pk).update(key="confirmed:another")

    assert verp.delivery_of(token) is None


def test_the_longest_envelope_fits_into_an_address() -> None:
    """RFC 5321: 64 octets before the "@"."""
    longest = Delivery(pk=2**63 - 1, key="x" * 200)

    assert 20 + len("+") + len(verp.token_of(longest)) <= 64
