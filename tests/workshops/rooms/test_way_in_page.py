"""The way into one workshop: chosen by staff in one step, with what stands against each room beside it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.rooms.given import after
from workshops import links
from workshops.conferencing.protocol import Person
from workshops.models import (
    ConferenceRoom,
    Meeting,
    ParticipationProcess,
    Workshop,
    WorkshopSeries,
    localised,
)
from workshops.operations import conferences, rooms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_staff")]

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def address(workshop: Workshop, page: str = "room/") -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}"


@pytest.mark.parametrize("count", [1, 3])
def test_each_room_says_seats_and_whether_it_is_free_in_a_fixed_number_of_queries(
    client: Client,
    workshop: Workshop,
    series: WorkshopSeries,
    process: ParticipationProcess,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    workshop.room = builders.a_room(process, name="A: hier", seats=20)
    workshop.save(update_fields=["room"])
    for number in range(count):
        taken = builders.a_room(process, name=f"B: besetzt {number}")
        builders.a_workshop(
            series, title=localised(f"Kitas {number}"), room=taken, starts_at=workshop.starts_at
        )
        builders.a_room(process, name=f"C: klein {number}", seats=1)
        builders.a_room(process, name=f"D: frei {number}", seats=30, dial_in="07471 1")
    builders.a_room(process, name="Früher", retired_at=timezone.now())
    builders.a_room(name="Woanders")
    with django_assert_num_queries(9):
        response = client.get(address(workshop))
    found = pages.lines(response)
    link = "anderer Anbieter (fester Link)"
    assert found[found.index("Videoräume") + 1 : found.index("Ohne diese Räume")] == [
        *("A: hier", f"{link} · 20 Plätze · hier ist er jetzt"),
        *(
            line
            for number in range(count)
            for line in (
                f"B: besetzt {number}",
                f"{link} · beliebig viele Plätze",
                f"passt nicht „B: besetzt {number}“ ist zu dieser Zeit schon vergeben: „Kitas {number}“.",
            )
        ),
        *(
            line
            for number in range(count)
            for line in (
                f"C: klein {number}",
                f"{link} · 1 Platz",
                f"passt nicht „C: klein {number}“ hat 1 Platz, der Workshop braucht 20.",
            )
        ),
        *(
            line
            for number in range(count)
            for line in (
                f"D: frei {number}",
                f"{link} · 30 Plätze · zu dieser Zeit frei · "
                "andere Telefonnummer: Die Angemeldeten erfahren es",
            )
        ),
    ]


def test_one_press_moves_it_and_everyones_link_goes_on_working(
    client: Client, workshop: Workshop, process: ParticipationProcess
) -> None:
    registration = builders.a_registration(workshop)
    link = links.make(registration.participant, links.Scope.JOIN, registration=registration)
    room = builders.a_room(process, name="Videoraum 1")
    assert after(client, address(workshop), {"where": room.pk}) == [
        "Der Workshop ist jetzt in „Videoraum 1“. "
        "Alle Einwahllinks gelten weiter; niemand muss etwas erfahren."
    ]
    workshop.refresh_from_db()
    assert (workshop.room, workshop.revision) == (room, 0)
    assert client.get(f"/join/{links.token_of(link)}/").status_code == 200
    assert after(client, address(workshop), {"where": room.pk}) == ["Es bleibt, wie es war."]


def test_the_page_says_who_is_told_of_another_number(
    client: Client, workshop: Workshop, process: ParticipationProcess, series: WorkshopSeries
) -> None:
    numbers = [builders.a_room(process, dial_in=f"07471 {number}") for number in range(3)]
    said = []
    for room in numbers:
        said.append(after(client, address(workshop), {"where": room.pk})[0].partition("“. ")[2])
        builders.a_registration(workshop)
    draft = builders.a_workshop(series, status="draft", starts_at=workshop.ends_at)
    said += after(client, address(draft), {"where": numbers[0].pk})
    assert said == [
        "Die Telefonnummer in den Kalendern ist eine andere; angemeldet ist noch niemand.",
        "Alle Einwahllinks gelten weiter. Die Telefonnummer ist eine andere: Eine Person erfährt es.",
        "Alle Einwahllinks gelten weiter. Die Telefonnummer ist eine andere: 2 Personen erfahren es.",
        f"Der Workshop ist jetzt in „{numbers[0]}“.",
    ]


def test_an_address_of_its_own_is_https_and_has_its_own_number(
    client: Client, workshop: Workshop, process: ParticipationProcess
) -> None:
    own = {"where": "own", "conference_url": "https://video.example/raum", "dial_in": "0800 1"}
    refused = [
        pages.errors(client.post(address(workshop), own | {"conference_url": url}))
        for url in ("", "http://video.example/raum", "video")
    ]
    assert refused == [
        ["Eigene Adresse – Bitte geben Sie die Adresse der Videokonferenz ein."],
        ["Eigene Adresse – Die Adresse muss mit https:// beginnen, damit unterwegs niemand mitliest."],
        ["Eigene Adresse – Das ist keine Webadresse. Sie beginnt mit https://, ohne Benutzernamen darin."],
    ]
    after(client, address(workshop), own)
    workshop.refresh_from_db()
    assert (workshop.conference_url, workshop.phone) == ("https://video.example/raum", "0800 1")
    content = client.get(address(workshop)).content.decode()
    assert 'value="https://video.example/raum"' in content
    # What stands in the fields of another choice is no mistake, and is not kept.
    room = builders.a_room(process)
    after(client, address(workshop), own | {"where": room.pk, "conference_url": "video"})
    workshop.refresh_from_db()
    assert (workshop.room, workshop.conference_url, workshop.phone) == (room, "", "")
    assert after(client, address(workshop), {"where": "none"}) == [
        "Der Workshop hat jetzt keinen Raum. Alle Einwahllinks gelten weiter; niemand muss etwas erfahren."
    ]


def test_a_room_that_does_not_fit_is_refused_after_the_press_too(
    client: Client, workshop: Workshop, process: ParticipationProcess
) -> None:
    small = builders.a_room(process, name="Klein", seats=3)
    assert pages.errors(client.post(address(workshop), {"where": small.pk})) == [
        "Raum – „Klein“ hat 3 Plätze, der Workshop braucht 20."
    ]
    (error,) = pages.errors(client.post(address(workshop), {"where": builders.a_room().pk}))
    assert error.startswith("Raum – ")
    workshop.refresh_from_db()
    assert workshop.room is None


def test_moving_out_of_a_running_room_ends_its_meeting_at_the_provider(
    client: Client,
    series: WorkshopSeries,
    process: ParticipationProcess,
    bbb: BigBlueButtonServer,
) -> None:
    now = timezone.now()
    old = a_bbb_room(process, bbb)
    workshop = builders.a_workshop(series, room=old, starts_at=now - 5 * MINUTE)
    conferences.enter(workshop, Person("r1", "Amina"), now=now)
    (held,) = bbb.meetings.values()
    after(client, address(workshop), {"where": builders.a_room(process).pk})
    assert (held.is_ended, workshop.meetings.alive().count()) == (True, 0)


def test_moving_out_of_a_room_that_fails_waits_for_nobody(
    client: Client, series: WorkshopSeries, process: ParticipationProcess, bbb: BigBlueButtonServer
) -> None:
    now = timezone.now()
    workshop = builders.a_workshop(series, room=a_bbb_room(process, bbb), starts_at=now - 5 * MINUTE)
    bbb.faults.status = 500
    conferences.enter(workshop, Person("r1", "Amina"), now=now)
    problem = "Der Server des Anbieters ist nicht erreichbar oder meldet selbst einen Fehler."
    for page in ("", "room/"):
        assert [line for line in pages.lines(client.get(address(workshop, page))) if problem in line] != []
    asked = len(bbb.asked)
    after(client, address(workshop), {"where": builders.a_room(process).pk})
    assert len(bbb.asked) == asked
    assert problem not in pages.text(client.get(address(workshop, "")))


def a_bbb_room(process: ParticipationProcess, server: BigBlueButtonServer) -> ConferenceRoom:
    details = rooms.RoomDetails(
        name="BBB", provider="bigbluebutton", address=server.address, secret=server.secret
    )
    return rooms.add(process, details, by=builders.a_staff_member())


# --- where staff see it ---------------------------------------------------------------------------


def card(client: Client, workshop: Workshop) -> list[str]:
    found = pages.lines(client.get(address(workshop, "")))
    start = found.index("Raum")
    return found[start + 1 : found.index("Text", start)]


def test_the_workshops_page_has_a_card_for_its_room(
    client: Client,
    workshop: Workshop,
    process: ParticipationProcess,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    link = "anderer Anbieter (fester Link)"
    notice = (
        "Bei einem Umzug gelten alle Einwahllinks weiter. "
        "Benachrichtigt wird nur, wenn die Telefonnummer wechselt."
    )
    assert card(client, workshop)[:2] == ["Raum fehlt", "Raum wählen"]
    workshop.room = builders.a_room(process, name="Videoraum 1", seats=30, dial_in="07471 1")
    workshop.save(update_fields=["room"])
    # Two of them ask which others have its room at that time.
    with django_assert_num_queries(11):
        client.get(address(workshop, ""))
    assert card(client, workshop)[:5] == [
        *("Videoraum 1", f"{link} · 30 Plätze", "per Telefon: 07471 1"),
        *(notice, "In einen anderen Raum umziehen"),
    ]
    # The address of a room is nobody's business: people come in by their links.
    assert workshop.room.address not in client.get(address(workshop, "")).content.decode()
    workshop.room, workshop.conference_url = None, "https://video.example/eigen"
    workshop.save(update_fields=["room", "conference_url"])
    assert card(client, workshop)[:3] == [
        *("Eigene Adresse öffnen", notice, "In einen anderen Raum umziehen")
    ]


def next_steps(client: Client) -> list[str]:
    found = pages.lines(client.get("/staff/integrationsplan/"))
    return [line for line in found[: found.index("Kommende Workshops")] if "Raum" in line]


def test_the_assistant_names_missing_and_failing_rooms(
    client: Client, series: WorkshopSeries, process: ParticipationProcess
) -> None:
    now = timezone.now()
    room = builders.a_room(process)
    soon = builders.a_workshop(series, title=localised("Kitas"), starts_at=now + 3 * DAY)
    later = builders.a_workshop(series, starts_at=now + 15 * DAY)
    running = builders.a_workshop(series, title=localised("Schulen"), room=room, starts_at=now - 5 * MINUTE)
    over = builders.a_workshop(series, room=room, starts_at=now - DAY)
    meetings = [
        Meeting.objects.create(
            workshop=each,
            room=room,
            key=str(each.pk),
            created_at=now,
            problem="slow",
            problem_at=now,
            ended_at=now if each == later else None,
        )
        for each in (running, over, later)
    ]
    steps = next_steps(client)
    assert len(steps) == 4
    assert (steps[0].startswith("wichtig Der Raum für „Schulen“ am "), steps[1]) == (
        True,
        "In einen anderen Raum umziehen",
    )
    assert steps[0].endswith(
        " lässt gerade niemanden ein. Der Anbieter antwortet nicht innerhalb von fünf Sekunden."
    )
    assert steps[2].startswith("wichtig Für „Kitas“ am ")
    assert steps[2].endswith(" fehlt der Raum.")
    assert steps[3] == "Raum wählen"
    content = client.get("/staff/integrationsplan/").content.decode()
    assert [f'href="{address(each)}"' in content for each in (running, soon, later)] == [True, True, False]
    Meeting.objects.filter(pk=meetings[0].pk).update(problem="", problem_at=None)
    assert next_steps(client) == steps[2:]
