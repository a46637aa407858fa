"""Behind the personal link: see, cancel, change, add, take invitations or not."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders
from workshops import links
from workshops.models import AgendaItem, Minutes, Participant, PersonalLink, Registration, Workshop

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)

MINUTE = datetime.timedelta(minutes=1)

Scope = PersonalLink.Scope


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=1, conference_url="https://video.example/raum", dial_in="+49 7471 1")


@pytest.fixture
def amina(workshop: Workshop) -> Participant:
    return builders.a_participant(workshop.process, email="amina@example.org", name="Amina Haddad")


@pytest.fixture
def seat(workshop: Workshop, amina: Participant) -> Registration:
    return builders.a_registration(workshop, amina)


@pytest.fixture
def my(amina: Participant) -> str:
    return f"/my/{links.token_of(links.make(amina, Scope.MANAGE))}/"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def statuses(workshop: Workshop) -> list[str]:
    return list(workshop.registrations.order_by("place").values_list("status", flat=True))


def test_it_shows_what_is_coming_and_what_was(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    series = seat.workshop.series
    waiting = builders.a_workshop(series, starts_at=seat.workshop.starts_at + DAY)
    builders.a_registration(waiting, amina, status="waiting")
    past = builders.a_workshop(series, starts_at=timezone.now() - DAY)
    builders.a_registration(past, amina)
    AgendaItem.objects.create(workshop=past, position=1, title="Thema")
    Minutes.objects.create(
        workshop=past,
        status="published",
        published_at=timezone.now(),
        published_by=builders.a_staff_member(),
    )
    someone_else = builders.a_registration(waiting)

    response = client.get(my)

    assert [each.workshop for each in response.context["current"]] == [seat.workshop, waiting]
    assert [each.workshop for each in response.context["earlier"]] == [past]
    text = response.content.decode()
    assert "auf der Warteliste" in text
    assert f'/{past.process.slug}/handlungsfeld-1/{past.number}/minutes/"' in text
    assert someone_else.participant.name not in text


@pytest.mark.parametrize(
    ("columns", "asked"),
    [({"status": "cancelled"}, False), ({"status": "confirmed"}, True)],
    ids=["left it", "was there"],
)
def test_only_who_had_a_seat_is_asked_to_contribute(
    client: Client, my: str, workshop: Workshop, amina: Participant, columns: dict[str, Any], asked: bool
) -> None:
    past = builders.a_workshop(workshop.series, starts_at=timezone.now() - DAY)
    builders.a_registration(past, amina, **columns)
    assert ("Rückmeldung zum Protokoll" in page(client, my)) == asked


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_two_statements(
    client: Client,
    my: str,
    amina: Participant,
    workshop: Workshop,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    for number in range(count):
        builders.a_registration(
            builders.a_workshop(workshop.series, starts_at=workshop.starts_at + number * DAY), amina
        )
    with django_assert_num_queries(2):
        client.get(my)


def test_two_at_the_same_time_are_pointed_out(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    assert "Zwei Ihrer Workshops" not in page(client, my)
    builders.a_registration(
        builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at), amina
    )
    assert "Zwei Ihrer Workshops finden zur selben Zeit statt." in page(client, my)


def test_cancelling_asks_first_then_frees_the_seat(client: Client, my: str, seat: Registration) -> None:
    builders.a_registration(seat.workshop, status="waiting")
    path = f"{my}{seat.pk}/cancel/"

    assert "Ja, abmelden" in page(client, path)
    assert statuses(seat.workshop) == ["confirmed", "waiting"]

    response = client.post(path)
    assert response.headers["Location"] == f"{my}?done=cancelled"
    assert statuses(seat.workshop) == ["cancelled", "confirmed"]
    assert "Sie sind abgemeldet." in page(client, response.headers["Location"])
    assert "schon abgemeldet" in page(client, path)
    assert client.post(path).headers["Location"] == f"{my}?done=cancelled"


def test_after_the_start_cancelling_says_why_not(client: Client, my: str, seat: Registration) -> None:
    with time_machine.travel(seat.workshop.starts_at + MINUTE, tick=False):
        response = client.post(f"{my}{seat.pk}/cancel/")
    assert "Dieser Workshop hat schon begonnen." in response.content.decode()
    assert statuses(seat.workshop) == ["confirmed"]


def test_nobody_reaches_the_registrations_of_others(client: Client, my: str, workshop: Workshop) -> None:
    other = builders.a_registration(workshop)
    answers = [client.get(f"{my}{other.pk}/{page}/").status_code for page in ("cancel", "needs")]
    answers += [client.post(f"{my}{other.pk}/{page}/").status_code for page in ("cancel", "needs", "join")]
    assert answers == [404] * 5
    other.refresh_from_db()
    assert (other.status, other.needs) == ("confirmed", [])


def test_needs_are_changed_and_may_be_taken_back(client: Client, my: str, seat: Registration) -> None:
    path = f"{my}{seat.pk}/needs/"
    client.post(path, {"needs": ["interpretation", "phone"], "interpretation_language": "Arabisch"})
    seat.refresh_from_db()
    assert (seat.needs, seat.interpretation_language) == (["interpretation", "phone"], "Arabisch")
    assert "Dolmetschen (<bdi>Arabisch</bdi>), Einwahl per Telefon" in page(client, my)
    assert 'value="Arabisch"' in page(client, path)

    assert client.post(path, {}).headers["Location"] == f"{my}?done=needs"
    seat.refresh_from_db()
    assert (seat.needs, seat.interpretation_language) == ([], "")


def test_more_workshops_are_added_at_once(
    client: Client, my: str, seat: Registration, amina: Participant
) -> None:
    later = builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at + DAY)
    offered = client.get(f"{my}add/").context["form"].fields["workshops"].choices
    assert [pk for _group, choices in offered for pk, _label in choices] == [later.pk]

    response = client.post(f"{my}add/", {"workshops": [later.pk], "needs": ["captions"]})

    assert response.headers["Location"] == f"{my}?done=added"
    assert list(amina.registrations.values_list("workshop", "status", "needs")) == [
        (seat.workshop.pk, "confirmed", []),
        (later.pk, "confirmed", ["captions"]),
    ]


def test_adding_names_the_own_workshop_at_the_same_time(client: Client, my: str, seat: Registration) -> None:
    other = builders.a_workshop(seat.workshop.series, starts_at=seat.workshop.starts_at)
    response = client.post(f"{my}add/", {"workshops": [other.pk]})
    assert response.context["form"].errors == {
        "workshops": [
            "„Handlungsfeld 1: Workshop 1“ und „Handlungsfeld 1: Workshop 2“ finden zur selben Zeit statt. "
            "Bitte wählen Sie einen davon."
        ]
    }
    assert "checked" in response.content.decode()


def test_details_are_corrected(client: Client, my: str, amina: Participant) -> None:
    path = f"{my}details/"
    assert 'value="Amina Haddad"' in page(client, path)
    said = {"name": "Amina H.", "organisation": "VHS", "organisation_kind": "education", "language": "ar"}
    client.post(path, said)
    amina.refresh_from_db()
    assert {name: getattr(amina, name) for name in said} == said
    shown = page(client, path)
    assert '<option value="education" selected>Schule, Kita oder Kursträger</option>' in shown
    assert "Schule, Kita oder Kursträger" in page(client, my)


def test_invitations_are_ended_and_taken_up_again(client: Client, my: str, amina: Participant) -> None:
    people = Participant.objects.may_be_invited()
    for answer, invited in (("yes", True), ("no", False), ("yes", True)):
        client.post(f"{my}invitations/", {"invitations": answer})
        assert people.filter(pk=amina.pk).exists() is invited
    # Opening the page, as mail scanners do, changes nothing.
    assert client.get(f"{my}invitations/").status_code == 200
    assert people.filter(pk=amina.pk).exists()


def test_the_own_calendar_has_an_address_once_it_is_asked_for(
    client: Client, my: str, amina: Participant
) -> None:
    assert "Adresse anzeigen" in page(client, f"{my}calendar/")
    assert not amina.links.filter(scope="feed").exists()

    response = client.post(f"{my}calendar/")

    feed = amina.links.get(scope="feed")
    assert response.context["feed"].endswith(f"/my/{links.token_of(feed)}/calendar.ics")
    assert response.context["feed"] in response.content.decode()


def test_a_revoked_link_offers_a_new_one(client: Client, my: str, amina: Participant) -> None:
    links.revoke(amina)
    response = client.get(my)
    assert response.status_code == 410
    text = response.content.decode()
    assert "Dieser Link gilt nicht mehr" in text
    assert f"/{amina.process.slug}/my-link/" in text
    assert amina.name not in text


def test_no_personal_page_sets_a_cookie(client: Client, my: str, seat: Registration) -> None:
    paths = [
        "",
        "add/",
        "details/",
        "calendar/",
        "data/",
        "erase/",
        f"{seat.pk}/cancel/",
        f"{seat.pk}/needs/",
    ]
    for path in paths:
        response = client.get(my + path)
        assert (path, response.status_code, dict(response.cookies)) == (path, 200, {})
        assert response.headers["Cache-Control"] == "no-store, private"
