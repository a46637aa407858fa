"""Nothing on screen reveals whether an address is known: whole pages and whole answers, byte by byte."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, cast, pages
from workshops.models import Participant, Workshop
from workshops.operations import participants

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
KNOWN = ("confirmed", "pending", "waiting", "elsewhere", "without", "erased")

# How the workshop stands before anyone tries: (fields, further confirmed people, do the known wait in it?)
SITUATIONS: dict[str, tuple[dict[str, Any], int, bool]] = {
    "free": ({"capacity": 9, "waiting_capacity": 2}, 0, False),
    "one seat beside the holds": ({"capacity": 3, "waiting_capacity": 1}, 0, False),
    "nothing beside the holds": ({"capacity": 2, "waiting_capacity": 0}, 0, False),
    "waiting list": ({"capacity": 2, "waiting_capacity": 9}, 1, True),
    "last on the waiting list": ({"capacity": 2, "waiting_capacity": 3}, 1, True),
    "full, with holds beyond": ({"capacity": 2, "waiting_capacity": 1}, 1, True),
    "closed": ({"capacity": 9, "registration_closes_at": timezone.now() - DAY}, 0, False),
    "not open yet": ({"capacity": 9, "registration_opens_at": timezone.now() + DAY}, 0, False),
    "cancelled": ({"capacity": 9, "status": "cancelled", "cancelled_at": timezone.now()}, 0, False),
}
# Those that take requests; the others refuse everybody alike.
OPEN = list(SITUATIONS)[:5]


@pytest.fixture(autouse=True)
def _one_moment(settings: Settings) -> Iterator[None]:
    settings.REGISTRATIONS_PER_HOUR = 1000
    with time_machine.travel(timezone.now(), tick=False):
        yield


def address_of(kind: str) -> str:
    # All of one length: what was typed comes back in a refused form.
    return f"{kind:x<12}@example.org"


def a_town(situation: str) -> Workshop:
    """The workshop of the situation, and people who are known in each way one can be known."""
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    fields, more, waits_here = SITUATIONS[situation]
    workshop = builders.a_workshop(series, starts_at=timezone.now() + 20 * DAY, **fields)
    full = builders.a_workshop(series, starts_at=timezone.now() + 30 * DAY, capacity=1, waiting_capacity=4)
    builders.a_registration(full)

    def known(kind: str, **more_fields: Any) -> Participant:
        return builders.a_participant(people.process, email=address_of(kind), **more_fields)

    for _number in range(more):
        builders.a_registration(workshop)
    if workshop.is_published:
        builders.a_registration(workshop, known("confirmed"))
        waiting_in = workshop if waits_here else full
        builders.a_registration(waiting_in, known("waiting"), status="waiting")
        pending = known("pending", verified_at=None)
        builders.a_registration(workshop, pending, status="pending", holds_seat=not waits_here)
    else:
        for kind in KNOWN[:3]:
            known(kind)
    builders.a_registration(full, known("elsewhere"), status="waiting")
    known("without")
    participants.erase(known("erased"))
    return workshop


def whole(response: Any, typed: str = "") -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, all headers with cookies, body; the address that was typed replaced."""
    body = response.content
    assert b"csrf" not in body
    if typed:
        body = body.replace(typed.encode(), b"ADDRESS")
    headers = sorted((name, value) for name, value in response.headers.items() if name != "Content-Length")
    return response.status_code, [*headers, ("cookies", str(response.cookies))], body


def public_pages(workshop: Workshop) -> dict[str, tuple[int, list[tuple[str, str]], bytes]]:
    process, field = workshop.process.slug, workshop.field.slug
    paths = [
        f"/{process}/",
        f"/{process}/calendar/",
        f"/{process}/calendar/?month=",
        f"/{process}/calendar/?field={field}",
        f"/{process}/register/",
        f"/{process}/register/?workshop={workshop.pk}",
        f"/{process}/register/sent/",
        f"/{process}/my-link/",
        f"/{process}/my-link/sent/",
        f"/{process}/{field}/",
        f"/{process}/{field}/{workshop.number}/",
        f"/{process}/{field}/{workshop.number + 1}/",
    ]
    paths = ["/", *paths, f"/en{paths[-2]}", f"/ar{paths[-2]}", f"/ar{paths[4]}"]
    paths += [f"/{process}/calendar.ics", f"/{process}/{field}/calendar.ics"]
    # A visitor of their own for each: nothing is remembered between them.
    return {path: whole(Client().get(path)) for path in paths}


def ask(workshop: Workshop, email: str, language: str = "") -> Any:
    form = {"workshops": [workshop.pk], "name": "Amina", "email": email, "language": "de", "privacy": "on"}
    return Client().post(f"{language}/{workshop.process.slug}/register/", form)


def staff_sees(workshop: Workshop) -> tuple[int, int]:
    counted = Workshop.objects.with_seats().get(pk=workshop.pk)
    return counted.seats_taken, counted.waits_taken


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whoever_is_typed_the_answer_and_every_public_page_stay_the_same(situation: str) -> None:
    workshop = a_town(situation)
    before = public_pages(workshop)
    assert {status for status, _headers, _body in before.values()} <= {200, 302}
    held = staff_sees(workshop)
    answers = []
    # Unknown ones in between, more than there are seats: what they hold must not show either.
    for number, kind in enumerate(KNOWN):
        typed = (address_of(kind), address_of(f"new{number}"), address_of(kind))
        answers += [whole(ask(workshop, email), typed=email) for email in typed]
        assert public_pages(workshop) == before
    assert answers == [answers[0]] * len(answers)
    status, _headers, _body = answers[0]
    assert status == (302 if situation in OPEN else 200)
    # Control: the requests did arrive where they may be seen.
    assert (sum(staff_sees(workshop)) > sum(held)) is (situation in OPEN)


@pytest.mark.parametrize("situation", ["closed", "full, with holds beyond", "cancelled"])
@pytest.mark.parametrize("language", ["/en", "/ar"])
def test_a_refusal_is_the_same_in_every_language(situation: str, language: str) -> None:
    workshop = a_town(situation)
    answers = [
        whole(ask(workshop, address_of(kind), language), typed=address_of(kind))
        for kind in ("unknown", *KNOWN)
    ]
    assert answers == [answers[0]] * len(answers)


def test_asking_for_a_lost_link_tells_nothing() -> None:
    workshop = a_town("free")
    path = f"/{workshop.process.slug}/my-link/"
    answers = [whole(Client().post(path, {"email": address_of(kind)})) for kind in ("unknown", *KNOWN)]
    assert answers == [answers[0]] * len(answers)


def test_the_public_figure_is_what_was_confirmed_and_staff_see_the_holds() -> None:
    workshop = a_town("one seat beside the holds")
    ask(workshop, "neu@example.org")
    page = f"/{workshop.process.slug}/{workshop.field.slug}/{workshop.number}/"
    client = Client()
    words = pages.text(client.get(page))
    assert "1 von 3 fest vergeben" in words
    assert "2 Plätze frei" in words
    # Why a free seat may be no seat is said where one chooses, not below the button that invites.
    assert "Gezählt sind nur" not in words
    assert "Gezählt sind nur bestätigte Anmeldungen." in pages.text(
        client.get(f"/{workshop.process.slug}/register/")
    )
    client.force_login(builders.a_staff_member())
    staff_page = f"/staff/{workshop.process.slug}/workshops/{workshop.pk}/"
    assert "3 von 3 Plätzen belegt" in pages.text(client.get(staff_page))

    # Confirmed, it counts for everyone.
    workshop.registrations.filter(participant__email="neu@example.org").update(
        status="confirmed", confirmed_at=timezone.now(), held_until=None
    )
    assert "2 von 3 fest vergeben" in pages.text(Client().get(page))
