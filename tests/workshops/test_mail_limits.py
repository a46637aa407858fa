"""Nobody can make us fill a stranger's mailbox: at most three mails an hour and ten a day."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, pages
from tests.workshops.ears import listening
from workshops.models import (
    Participant,
    ParticipationProcess,
    Workshop,
    is_address,
    mailbox_of,
    normalise_email,
)

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)
FACTS = ("registration_requested", "personal_link_requested")
HANS = "hans@example.org"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def ask_for_link(process: ParticipationProcess, email: str = HANS) -> Any:
    return Client().post(f"/{process.slug}/my-link/", {"email": email})


def register(workshop: Workshop, email: str = HANS) -> Any:
    typed = {"workshops": [workshop.pk], "name": "X", "email": email, "language": "de", "privacy": "on"}
    return Client().post(f"/{workshop.process.slug}/register/", typed)


def a_workshop(process: ParticipationProcess | None = None) -> Workshop:
    process = process or builders.a_process()
    return builders.a_workshop(
        builders.a_series(builders.a_field(process)), starts_at=timezone.now() + datetime.timedelta(days=90)
    )


def test_whatever_is_asked_for_one_address_gets_three_mails_an_hour_and_ten_a_day(clock: Any) -> None:
    """Lost links and registrations, in two processes, known and not, in any spelling of the address."""
    workshops = [a_workshop(), a_workshop()]
    builders.a_participant(workshops[0].process, email=HANS)
    per_hour = []

    for _hour in range(48):
        with listening(*FACTS) as heard:
            for number in range(12):
                clock.shift(MINUTE)
                workshop = workshops[number % 2]
                email = "Hans@Example.ORG" if number % 3 else HANS
                answer = (
                    ask_for_link(workshop.process, email) if number % 4 < 2 else register(workshop, email)
                )
                assert answer.status_code == 302
        per_hour.append(len(heard))
        clock.shift(49 * MINUTE)

    assert max(per_hour) == 3
    assert sum(per_hour[:24]) <= 10
    assert sum(per_hour[24:]) <= 10
    # Control: without the limits there would have been one for each.
    assert sum(per_hour) > 10


def test_beyond_the_limit_a_seat_is_held_and_the_answer_is_the_same() -> None:
    workshop = a_workshop()
    for _again in range(3):
        ask_for_link(workshop.process)

    with listening(*FACTS) as heard:
        answer = register(workshop)

    assert heard == []
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/{workshop.process.slug}/register/sent/",
    )
    assert list(workshop.registrations.values_list("participant__email", "status")) == [(HANS, "pending")]
    assert workshop.registrations.get().participant.mails_in_window == 0


def test_the_row_still_counts_when_the_broker_is_down(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    workshop = a_workshop()
    builders.a_participant(workshop.process, email=HANS)
    with listening(*FACTS) as heard:
        for _again in range(9):
            assert ask_for_link(workshop.process).status_code == 302
            assert register(workshop).status_code == 302
    assert len(heard) == 3


SPELLINGS = {
    "hans@example.org": [
        "Hans@Example.ORG",
        "h.a.n.s@example.org",
        "hans+7@example.org",
        "h.ans+a.b@example.org",
    ],
    "hans@münchen.de": ["hans@xn--mnchen-3ya.de", "hans@MÜNCHEN.de", "hans+x@XN--MNCHEN-3YA.de"],
}


@pytest.mark.parametrize("address", SPELLINGS)
def test_other_spellings_of_an_address_are_counted_with_it(address: str) -> None:
    """Each is somebody of their own (nobody is merged), and all of them get three mails an hour."""
    workshop = a_workshop()
    with listening(*FACTS) as heard:
        for spelling in [address, *SPELLINGS[address]] * 2:
            assert register(workshop, spelling).status_code == 302
    assert len(heard) == 3
    normalised = {normalise_email(spelling) for spelling in [address, *SPELLINGS[address]]}
    assert set(Participant.objects.values_list("email_normalised", flat=True)) == normalised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hans@example.org", "hanna@example.org"),
        ("hans@example.org", "hans@example.com"),
        ("+a@x.de", "+b@x.de"),
    ],
)
def test_addresses_that_are_not_one_mailbox_are_counted_apart(one: str, other: str) -> None:
    assert mailbox_of(one) != mailbox_of(other)


@pytest.mark.parametrize("address", ['"hans"@example.org', '"h\\ans"@example.org', "hans@[127.0.0.1]"])
def test_an_address_that_only_a_standard_knows_is_refused_with_a_sentence(address: str) -> None:
    workshop = a_workshop()
    for answer in (register(workshop, address), ask_for_link(workshop.process, address)):
        assert answer.status_code == 200
        assert "Diese Adresse ist nicht vollständig." in pages.text(answer)
    assert not Participant.objects.exists()
    assert not is_address(address)


@pytest.mark.parametrize("page", ["register/sent/", "my-link/sent/"])
def test_the_limits_are_told(page: str) -> None:
    process = builders.a_process()
    words = pages.text(Client().get(f"/{process.slug}/{page}"))
    assert "höchstens 3 solche E-Mails in der Stunde und 10 am Tag" in words
