"""Calendar replies of the programs people use, genuine and forged, and what each does to the seat."""

import datetime
import re

import pytest
from pytest_django.fixtures import Settings

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT
from tests.notifications.inbound.conftest import REPLIES, Seat, handled
from workshops import links
from workshops.models import Participant, PersonalLink, Registration, Workshop

OUR_SERVER = "mx.hechingen.example"
SAID_AT = NOW + datetime.timedelta(minutes=30)  # as in the samples
# A little later than the samples' answers.
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _our_server_is_known(settings: Settings, clock: object) -> None:
    settings.INBOX_AUTHSERV_ID = OUR_SERVER


def answered(content: bytes) -> str:
    """What became of it, an hour after the invitation."""
    return handled(content, now=LATER).outcome


def state(seat: Seat) -> tuple[str, str, datetime.datetime | None]:
    seat.refreshed()
    return seat.registration.status, seat.registration.reply, seat.registration.replied_at


UNTOUCHED = ("confirmed", "", None)


def without_proof(content: bytes) -> bytes:
    """The same mail as somebody writes it who knows the address and the workshop's UID, and nothing else."""
    content = re.sub(rb"Authentication-Results:.*?\r\n(?=\S)", b"", content, flags=re.S)
    content = re.sub(rb"(In-Reply-To|References): <[^>]+>\r\n", b"", content)
    return re.sub(rb"http://testserver/\S+", b"http://testserver/join/geraten/", content)


# --- declined, accepted, perhaps -------------------------------------------------------------------


@pytest.mark.parametrize("sample", REPLIES)
def test_declining_gives_the_seat_to_whoever_waits_longest(seat: Seat, sample: str) -> None:
    Workshop.objects.update(capacity=1)
    waiting = seat.stage.registered(seat.stage.cast.amina, "waiting")

    assert answered(seat.sample(sample)) == "declined"

    assert state(seat) == ("cancelled", "declined", SAID_AT)
    waiting.refresh_from_db()
    assert waiting.status == "confirmed"
    # As after any cancellation: the calendar's CANCEL to the one, the good news to the other.
    owed = Delivery.objects.filter(status="pending").order_by("kind")
    assert list(owed.values_list("kind", "participant__name")) == [
        ("promoted", "Amina Haddad"),
        ("registration_cancelled", "Hans Vogel"),
    ]


@pytest.mark.parametrize(("partstat", "reply"), [("ACCEPTED", "accepted"), ("TENTATIVE", "tentative")])
@pytest.mark.parametrize("sample", REPLIES)
def test_other_answers_are_noted_and_leave_the_seat(
    seat: Seat, sample: str, partstat: str, reply: str
) -> None:
    content = seat.sample(sample).replace(b"DECLINED", partstat.encode())

    assert answered(content) == reply
    assert state(seat) == ("confirmed", reply, SAID_AT)
    assert list(Delivery.objects.filter(status="pending")) == []


def test_of_two_answers_the_later_one_counts_whichever_arrives_first(seat: Seat) -> None:
    first = seat.sample("google_declined")
    second = seat.sample("outlook_declined").replace(b"DECLINED", b"ACCEPTED")
    second = second.replace(b"DTSTAMP:20200620T103000Z", b"DTSTAMP:20200620T104500Z")

    assert [answered(second), answered(first)] == ["accepted", "over"]
    assert state(seat) == ("confirmed", "accepted", SAID_AT + datetime.timedelta(minutes=15))


def test_an_answer_that_arrives_again_does_nothing(seat: Seat) -> None:
    content = seat.sample("google_declined")

    assert [answered(content), answered(content)] == ["declined", "over"]
    assert Delivery.objects.filter(kind=Kind.REGISTRATION_CANCELLED).count() == 1


def test_an_answer_to_an_earlier_seat_leaves_the_new_one(seat: Seat) -> None:
    """They gave their seat back on the page, took a new one, and only then the old answer arrives."""
    content = seat.sample("outlook_declined").replace(b"20200620T103000Z", b"20200620T094000Z")

    assert answered(content) == "stale"
    assert state(seat) == UNTOUCHED


def test_a_clock_that_is_a_little_slow_is_forgiven(seat: Seat) -> None:
    content = seat.sample("outlook_declined").replace(b"20200620T103000Z", b"20200620T095600Z")

    assert answered(content) == "declined"


def test_an_answer_from_the_future_counts_as_given_when_it_arrived(seat: Seat) -> None:
    content = seat.sample("google_declined").replace(b"DECLINED", b"ACCEPTED")

    answered(content.replace(b"20200620T103000Z", b"20990620T103000Z"))

    assert state(seat) == ("confirmed", "accepted", LATER)


# --- an older date -------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [each for each in REPLIES if each != "attachment_declined"])
def test_declining_a_date_that_has_been_moved_is_for_staff_to_ask(seat: Seat, sample: str) -> None:
    later = STARTS_AT + datetime.timedelta(days=7)
    Workshop.objects.update(starts_at=later, ends_at=later + datetime.timedelta(hours=2), revision=1)

    assert answered(seat.sample(sample)) == "stale"
    assert state(seat) == UNTOUCHED


def test_without_a_start_the_sequence_tells_an_older_date(seat: Seat) -> None:
    Workshop.objects.update(revision=1)

    assert answered(seat.sample("attachment_declined")) == "stale"
    current = seat.sample("attachment_declined").replace(b"DTSTAMP", b"SEQUENCE:1\r\nDTSTAMP")
    assert answered(current) == "declined"


def test_a_change_of_words_alone_makes_no_older_date(seat: Seat) -> None:
    Workshop.objects.update(revision=3)

    assert answered(seat.sample("google_declined")) == "declined"


def test_after_the_beginning_nothing_is_given_back(seat: Seat) -> None:
    content = seat.sample("google_declined")

    assert handled(content, now=STARTS_AT + datetime.timedelta(minutes=1)).outcome == "over"
    assert state(seat) == UNTOUCHED


# --- who may answer ------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", REPLIES)
def test_a_forged_reply_changes_nothing(seat: Seat, sample: str) -> None:
    assert answered(without_proof(seat.sample(sample))) == "unproven"
    assert state(seat) == UNTOUCHED


@pytest.mark.parametrize("sample", REPLIES)
def test_a_reply_from_another_address_changes_nothing(seat: Seat, sample: str) -> None:
    content = re.sub(rb"(?m)^From: .*$", b"From: Eva <eva@example.org>\r", seat.sample(sample))

    assert answered(content) == "wrong_sender"
    assert state(seat) == UNTOUCHED


@pytest.mark.parametrize("sample", REPLIES)
def test_a_reply_for_someone_we_have_not_invited_changes_nothing(seat: Seat, sample: str) -> None:
    content = re.sub(rb"(?i)hans@example\.org", b"eva@example.org", seat.sample(sample))

    assert answered(content) == "unknown"
    assert state(seat) == UNTOUCHED


def test_another_persons_link_proves_nothing(seat: Seat) -> None:
    """Amina knows her own link, and Hans's address."""
    hers = seat.stage.registered(seat.stage.cast.amina)
    token = links.token_of(
        links.make(seat.stage.cast.amina, PersonalLink.Scope.JOIN, registration=hers)
    ).encode()
    content = without_proof(seat.sample("google_declined")).replace(b"geraten", token)

    assert answered(content) == "unproven"
    assert state(seat) == UNTOUCHED


def test_the_message_id_of_another_persons_mail_proves_nothing(seat: Seat) -> None:
    hers = seat.stage.registered(seat.stage.cast.amina)
    mail = seat.stage.delivery(
        Kind.CONFIRMED, participant=seat.stage.cast.amina, registration=hers, message_id="<amina@x.example>"
    )
    content = without_proof(seat.sample("outlook_declined"))
    content = b"In-Reply-To: " + mail.message_id.encode() + b"\r\n" + content

    assert answered(content) == "unproven"


def test_a_link_that_was_revoked_proves_nothing(seat: Seat) -> None:
    content = seat.sample("thunderbird_declined")
    links.revoke(seat.stage.cast.hans, PersonalLink.Scope.JOIN)

    assert answered(content) == "unproven"


@pytest.mark.parametrize("kind", ["waiting", "pending", "lapsed"])
def test_who_was_never_told_of_a_seat_has_nothing_to_decline(seat: Seat, kind: str) -> None:
    content = seat.sample("apple_declined")
    Registration.objects.all().delete()
    registration = seat.stage.registered(seat.stage.cast.hans, kind)

    assert answered(content) == "unknown"
    registration.refresh_from_db()
    assert registration.status == kind


# --- what our own mail server says of the sender --------------------------------------------------


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        (f"{OUR_SERVER}; dmarc=pass (p=none) header.from=example.org", "declined"),
        (f"{OUR_SERVER} 1; dkim=pass header.d=example.org", "declined"),
        (f"{OUR_SERVER}; dkim=pass header.i=@example.org header.s=x", "declined"),
        (f"{OUR_SERVER}; spf=pass smtp.mailfrom=hans@example.org", "declined"),
        (f"{OUR_SERVER}; dkim=fail header.d=example.org; spf=pass smtp.mailfrom=example.org", "declined"),
        # Not a pass, not of the author's domain, not of our server.
        (f"{OUR_SERVER}; dmarc=fail header.from=example.org", "unproven"),
        (f"{OUR_SERVER}; dkim=pass header.d=boese.example; dmarc=fail header.from=example.org", "unproven"),
        (f"{OUR_SERVER}; spf=pass smtp.mailfrom=bulk@boese.example", "unproven"),
        (f"{OUR_SERVER}; dkim=pass header.d=notexample.org", "unproven"),
        (f"{OUR_SERVER}; dkim=pass header.d=org", "unproven"),
        (f"{OUR_SERVER}; dkim=none (dmarc=pass header.from=example.org)", "unproven"),
        (f"{OUR_SERVER}; none", "unproven"),
        # The sender chooses what stands in quotes and comments.
        (
            f'{OUR_SERVER}; spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.org "@boese.example',
            "unproven",
        ),
        (f'{OUR_SERVER}; spf=pass smtp.mailfrom="a\\"; dmarc=pass header.from=example.org', "unproven"),
        (f"{OUR_SERVER}; dkim=fail (a (b) dmarc=pass header.from=example.org)", "unproven"),
        (f"{OUR_SERVER}; dkim=fail (a; dmarc=pass header.from=example.org", "unproven"),
        (f"{OUR_SERVER}; dkim=fail reason=dkim=pass header.d=example.org", "unproven"),
        (f"{OUR_SERVER}; x-dmarc=pass header.from=example.org", "unproven"),
        (f"{OUR_SERVER}; dmarc=passed header.from=example.org", "unproven"),
        (f"{OUR_SERVER}; dmarc=pass header.from=example.org@boese.example", "unproven"),
        (f"{OUR_SERVER}; dmarc=pass x-header.from=example.org", "unproven"),
        ("mx.boese.example; dmarc=pass header.from=example.org", "unproven"),
        (f"not.{OUR_SERVER}; dmarc=pass header.from=example.org", "unproven"),
        (
            f"{OUR_SERVER}; none\r\nAuthentication-Results: {OUR_SERVER}; dmarc=pass header.from=example.org",
            "unproven",
        ),
    ],
)
def test_what_our_own_server_found_is_believed(seat: Seat, header: str, outcome: str) -> None:
    content = f"Authentication-Results: {header}\r\n".encode() + without_proof(seat.sample("apple_declined"))

    assert answered(content) == outcome


def test_without_a_server_of_our_own_nobody_is_believed_by_headers(seat: Seat, settings: Settings) -> None:
    settings.INBOX_AUTHSERV_ID = ""

    assert answered(seat.sample("apple_declined")) == "unproven"
    # The others carry what only the invited person has.
    assert answered(seat.sample("google_declined")) == "declined"


# --- not understood ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (b"UID:", b"UID:x", "unknown"),
        (b"PARTSTAT=DECLINED", b"PARTSTAT=DELEGATED", "unknown"),
        (b"PARTSTAT=DECLINED", b"X-P=DECLINED", "unknown"),
        (b"END:VEVENT", b"BEGIN:VALARM", "unreadable"),
        (b"SEQUENCE:0", b"SEQUENCE:viele", "unreadable"),
        (b"SEQUENCE:0", b"ATTENDEE;PARTSTAT=DECLINED:mailto:eva@example.org", "unreadable"),
        (b"SEQUENCE:0", b"RECURRENCE-ID:20200707T160000Z", "unreadable"),
        (b"METHOD:REPLY", b"METHOD:REQUEST", "unreadable"),
        (b"BEGIN:VCALENDAR", b"", "unreadable"),
    ],
)
def test_a_reply_that_is_none_changes_nothing(seat: Seat, old: bytes, new: bytes, outcome: str) -> None:
    content = seat.sample("outlook_declined").replace(old, new)

    assert answered(content) == outcome
    assert state(seat) == UNTOUCHED


def test_a_proposal_of_another_time_is_a_personal_message(seat: Seat) -> None:
    """METHOD:COUNTER: nobody can move a workshop by mail."""
    content = seat.sample("outlook_declined").replace(b"method=REPLY", b"method=COUNTER")

    assert answered(content.replace(b"METHOD:REPLY", b"METHOD:COUNTER")) == "personal"
    assert state(seat) == UNTOUCHED


def test_a_personal_answer_is_left_to_people(seat: Seat) -> None:
    result = handled(seat.sample("personal"))

    assert (result.kind, result.outcome, result.participant) == ("other", "personal", seat.stage.cast.hans)
    stranger = seat.sample("personal").replace(b"hans@example.org", b"werbung@example.net")
    assert handled(stranger).outcome == "ignored"


def test_a_person_whose_domain_has_umlauts_declines(seat: Seat) -> None:
    Participant.objects.filter(pk=seat.stage.cast.hans.pk).update(
        email="hans@büro.example", email_normalised="hans@büro.example"
    )
    content = seat.sample("google_declined").replace(b"hans@example.org", b"hans@xn--bro-hoa.example")

    assert answered(content) == "declined"


def test_the_same_address_in_two_processes_answers_for_one(seat: Seat) -> None:
    other = builders.a_process()
    builders.a_participant(other, email="hans@example.org")

    assert answered(seat.sample("google_declined")) == "declined"
