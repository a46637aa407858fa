"""Programs that fill in every form they find write nothing; people who look like one lose nothing."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, pages
from tests.workshops.ears import listening, names
from workshops.models import Participant, ParticipationProcess, Workshop

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)
TOO_FAST = "Das ging sehr schnell. Bitte prüfen Sie alles und senden es ab."
TOO_OLD = "Diese Seite war lange offen. Bitte prüfen Sie alles und senden es ab."
FACTS = ("registration_requested", "personal_link_requested")


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.FORM_SECONDS = 2
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=9)


def forms(workshop: Workshop) -> dict[str, dict[str, Any]]:
    """Each public form that has something written: its address, and what a person types."""
    slug = workshop.process.slug
    amina = {"name": "Amina", "email": "amina@example.org", "language": "de", "privacy": "on"}
    return {
        f"/{slug}/register/": {**amina, "workshops": [workshop.pk]},
        f"/{slug}/my-link/": {"email": "hans@example.org"},
    }


def opened(path: str) -> dict[str, str]:
    (stamp,) = pages.hidden(Client().get(path), "opened")
    return {"opened": stamp}


@pytest.mark.parametrize("number", [0, 1])
def test_who_takes_two_seconds_is_heard(workshop: Workshop, clock: Any, number: int) -> None:
    builders.a_participant(workshop.process, email="hans@example.org")
    path, typed = list(forms(workshop).items())[number]
    stamp = opened(path)
    clock.shift(2 * SECOND)

    with listening(*FACTS) as heard:
        response = Client().post(path, typed | stamp)

    assert response.headers["Location"] == f"{path}sent/"
    assert names(heard) == [FACTS[number]]


@pytest.mark.parametrize("number", [0, 1])
def test_a_program_gets_the_same_answer_and_nothing_is_written(
    workshop: Workshop, clock: Any, number: int
) -> None:
    builders.a_participant(workshop.process, email="hans@example.org")
    path, typed = list(forms(workshop).items())[number]
    stamp = opened(path)
    clock.shift(9 * SECOND)

    with listening(*FACTS) as heard:
        trapped = Client().post(path, typed | stamp | {"website": "http://evil.example"})
        answered = heard[:]
        person = Client().post(path, typed | stamp)

    assert answered == []
    assert (trapped.status_code, trapped.headers) == (person.status_code, person.headers)
    assert list(Participant.objects.order_by("pk").values_list("email", flat=True)) == [
        "hans@example.org",
        *(["amina@example.org"] if number == 0 else []),
    ]


def test_a_program_uses_up_nobodys_mails(workshop: Workshop, clock: Any) -> None:
    builders.a_participant(workshop.process, email="hans@example.org")
    path = f"/{workshop.process.slug}/my-link/"
    typed = {"email": "hans@example.org"} | opened(path)
    clock.shift(9 * SECOND)
    for _again in range(12):
        Client().post(path, typed | {"website": "x"})

    with listening(*FACTS) as heard:
        Client().post(path, typed)

    assert names(heard) == ["personal_link_requested"]


@pytest.mark.parametrize(("after", "sentence"), [(SECOND, TOO_FAST), (86_401 * SECOND, TOO_OLD)])
@pytest.mark.parametrize("number", [0, 1])
def test_too_fast_or_too_old_the_page_comes_again_with_all_that_was_typed(
    workshop: Workshop, clock: Any, after: datetime.timedelta, sentence: str, number: int
) -> None:
    builders.a_participant(workshop.process, email="hans@example.org")
    path, typed = list(forms(workshop).items())[number]
    stamp = opened(path)
    clock.shift(after)

    with listening(*FACTS) as heard:
        again = Client().post(path, typed | stamp)
        assert pages.errors(again) == [sentence]
        page = again.content.decode()
        assert f'value="{typed["email"]}"' in page
        assert page.count(" checked") == (2 if number == 0 else 0)
        assert names(heard) == []

        clock.shift(2 * SECOND)
        (stamp["opened"],) = pages.hidden(again, "opened")
        assert Client().post(path, typed | stamp).status_code == 302
    assert names(heard) == [FACTS[number]]


def test_mistakes_come_first_and_cost_no_second_page(workshop: Workshop, clock: Any) -> None:
    path, typed = next(iter(forms(workshop).items()))
    stamp = opened(path)
    clock.shift(SECOND)

    refused = Client().post(path, typed | stamp | {"email": "amina@"})
    assert [error for error in pages.errors(refused) if "schnell" in error] == []
    clock.shift(SECOND)
    assert pages.hidden(refused, "opened") == [stamp["opened"]]
    assert Client().post(path, typed | stamp).status_code == 302


@pytest.mark.parametrize("stamp", ["", "1606500000", "x:y:z", None])
def test_a_page_that_was_never_opened_is_too_old(workshop: Workshop, stamp: str | None) -> None:
    path, typed = next(iter(forms(workshop).items()))
    response = Client().post(path, typed if stamp is None else typed | {"opened": stamp})
    assert pages.errors(response) == [TOO_OLD]
    assert not Participant.objects.exists()


def test_the_trap_is_met_by_nobody(workshop: Workshop) -> None:
    for path in forms(workshop):
        page = Client().get(path).content.decode()
        (trap,) = re.findall(r'<div hidden>.*?name="website".*?</div>', page)
        assert 'tabindex="-1"' in trap
        assert 'autocomplete="off"' in trap
        assert "Bitte leer lassen" in trap


def test_no_cookie_is_set_for_it(workshop: Workshop) -> None:
    client = Client()
    for path in forms(workshop):
        client.get(path)
    assert not client.cookies


def test_who_is_asked_nothing_sends_at_once(workshop: Workshop, settings: Settings) -> None:
    settings.FORM_SECONDS = 0
    path, typed = next(iter(forms(workshop).items()))
    assert Client().post(path, typed).status_code == 302
    assert ParticipationProcess.objects.get().participants.count() == 1
