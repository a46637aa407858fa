"""A rehearsal: the room as a participant, a moderator and a caller find it; nobody is told of it."""

import datetime
import re

import pytest
import requests
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast, pages
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.staff_video.conftest import address
from workshops import tasks
from workshops.conferencing.protocol import Role
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, Meeting, PersonalLink, Presence, Registration, Workshop
from workshops.operations import conferences, phone_codes, presence, rehearsals
from workshops.operations.rooms import provider_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def led_to(client: Client, workshop: Workshop, page: str, **typed: str) -> dict[str, str]:
    """Press the button and go where its answer leads: what the room shows."""
    answer = client.post(address(workshop, page), typed)
    assert answer.status_code == 200
    where = answer.headers["Refresh"].removeprefix("0; url=")
    assert answer.headers["Cache-Control"] == "no-store, private"
    text = requests.get(where, timeout=5).text
    return dict(re.findall(r'<p id="(\w+)">(.*?)</p>', text))


# --- two clicks --------------------------------------------------------------------------------------


def test_two_clicks_lead_into_a_room_of_its_own(
    client: Client, workshop: Workshop, bbb: BigBlueButtonServer
) -> None:
    assert "Probe beginnen" in pages.lines(client.get(address(workshop)))
    page = client.post(address(workshop, "rehearsal/begin/"), follow=True)
    assert "Als Moderation hinein" in pages.lines(page)

    assert led_to(client, workshop, "rehearsal/moderator/") == {
        "meeting": "Probe: Sprachkurse",
        "name": "Sabine Keller",
        "role": "MODERATOR",
        "where": "room",
    }
    assert led_to(client, workshop, "rehearsal/participant/", name="Oma Erna") == {
        "meeting": "Probe: Sprachkurse",
        "name": "Oma Erna",
        "role": "VIEWER",
        "where": "room",
    }
    assert led_to(client, workshop, "rehearsal/participant/")["name"] == "Probegast"
    page = client.post(address(workshop, "rehearsal/participant/"), {"name": "www.example.org"})
    assert list(page.context["form"].errors) == ["name"]
    meeting = workshop.meetings.get()
    assert (meeting.purpose, list(bbb.meetings)) == ("rehearsal", [meeting.key])
    assert bbb.meetings[meeting.key].parameters["record"] == "false"


def test_a_guest_waits_in_the_lobby_if_there_is_one(
    client: Client, workshop: Workshop, room: ConferenceRoom
) -> None:
    ConferenceRoom.objects.update(has_lobby=True)
    where = {
        page: led_to(client, workshop, f"rehearsal/{page}/")["where"] for page in ("participant", "moderator")
    }
    assert where == {"participant": "lobby", "moderator": "room"}


def test_what_participants_see_before_and_after_opening_is_shown_as_it_is(
    client: Client, workshop: Workshop
) -> None:
    early = pages.text(client.get(address(workshop, "rehearsal/participant/")))
    opened = client.get(address(workshop, "rehearsal/participant/?view=open"))
    for text in (early, pages.text(opened)):
        assert "So sehen es Teilnehmende hinter ihrem Einwahllink." in text
        assert "07471 930-0, 12345#" in text
    assert "Der Raum öffnet" in early
    assert "Der Raum ist offen. Sie können jetzt hinein." in pages.text(opened)


def test_the_button_of_the_page_behind_a_join_link_works_from_here(
    workshop: Workshop, people: cast.Cast
) -> None:
    """That page carries no token against forged requests; shown to staff it must."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people.sabine)
    where = address(workshop, "rehearsal/participant/?view=open")
    page = strict.get(where).content.decode()
    (form,) = re.findall(r'<form method="post"[^>]*>.*?</form>', page[page.index("<main") :], re.S)
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert len(token) == 1
    assert strict.post(where).status_code == 403
    assert strict.post(where, {"csrfmiddlewaretoken": token[0]}).status_code == 200


def test_a_rehearsal_needs_and_leaves_nothing_of_anyone(
    client: Client, workshop: Workshop, people: cast.Cast
) -> None:
    builders.a_registration(workshop, people.amina)
    Workshop.objects.update(recording_announced_at=NOW)
    for page in ("rehearsal/moderator/", "rehearsal/participant/"):
        led_to(client, workshop, page)
    tasks.tend_rooms()
    client.post(address(workshop, "rehearsal/end/"))
    workshop.refresh_from_db()
    assert workshop.revision == 0
    assert [Delivery.objects.count(), PersonalLink.objects.count(), Presence.objects.count()] == [0, 0, 0]
    registration = Registration.objects.get()
    assert (registration.has_attended, registration.attendance_source) == (False, "")


def test_even_if_the_provider_reports_who_rehearsed_nobody_attended(
    client: Client, workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    builders.a_registration(workshop, people.amina)
    led_to(client, workshop, "rehearsal/participant/")
    meeting = workshop.meetings.select_related("room").get()
    info = conferences.look(meeting, provider_of(meeting.room), now=timezone.now() + MINUTE)
    assert info is not None
    presence.see(meeting, info.people or (), now=NOW)
    presence.settle(workshop, now=NOW)
    assert not Registration.objects.filter(has_attended=True).exists()


# --- how it ends -------------------------------------------------------------------------------------


def test_it_ends_by_its_button_and_by_itself(
    client: Client, workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    led_to(client, workshop, "rehearsal/moderator/")
    (first,) = bbb.meetings
    answer = client.post(address(workshop, "rehearsal/end/"), follow=True)
    assert pages.messages(answer) == ["Die Probe ist beendet."]
    assert bbb.meetings[first].is_ended

    now = timezone.now()
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, now=now)
    second = workshop.meetings.alive().get()
    for age, is_ended in ((2 * HOUR - MINUTE, False), (2 * HOUR, True)):
        Meeting.objects.alive().update(created_at=now - age)
        tasks.tend_rooms()
        assert bbb.meetings[second.key].is_ended is is_ended


def test_one_that_nobody_ended_in_time_is_not_entered_again(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, now=NOW - 3 * HOUR)
    (old,) = bbb.meetings
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, now=NOW)
    assert bbb.meetings[old].is_ended
    assert workshop.meetings.alive().get().key != old


def test_it_is_not_the_workshops_own_meeting(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    rehearsals.enter(workshop, Role.MODERATOR, by=people.sabine, now=NOW)
    conferences.enter(workshop, conferences.leader(people.murat), now=NOW)
    assert sorted(workshop.meetings.values_list("purpose", flat=True)) == ["rehearsal", "workshop"]
    rehearsals.end(workshop, by=people.sabine, now=NOW)
    assert [meeting.purpose for meeting in Meeting.objects.alive()] == ["workshop"]


def test_a_failing_provider_is_named(client: Client, workshop: Workshop, bbb: BigBlueButtonServer) -> None:
    bbb.faults.refusal = "checksumError"
    answer = client.post(address(workshop, "rehearsal/moderator/"), follow=True)
    sentence = "Der Anbieter weist das Geheimnis zurück. Bitte prüfen Sie Geheimnis und Kennung."
    assert pages.messages(answer) == [sentence]


# --- on the phone ------------------------------------------------------------------------------------


def test_callers_of_the_rehearsal_type_a_code_that_no_caller_of_a_workshop_knows(
    client: Client, workshop: Workshop, bbb: BigBlueButtonServer
) -> None:
    found = pages.lines(client.get(address(workshop, "rehearsal/")))
    start = found.index("Am Telefon")
    assert found[start : start + 7] == [
        "Am Telefon",
        "So geht es am Tag des Workshops:",
        "07471 930-0 anrufen.",
        "Eine Ansage fragt, meist auf Englisch, nach der Nummer der Konferenz.",
        "12345 eintippen, dann die Raute-Taste (#).",
        "Vor der Öffnung sagt die Ansage, dass es die Konferenz nicht gibt. Danach sind Anrufende gleich im "
        "Raum; der Warteraum gilt am Telefon nicht.",
        "Zum Ausprobieren hat die Probe einen eigenen Code, damit niemand aus Versehen hineingerät: 57345. "
        "Er gilt, sobald jemand im Proberaum ist.",
    ]
    led_to(client, workshop, "rehearsal/moderator/")
    (made,) = bbb.meetings.values()
    assert (made.parameters["dialNumber"], made.parameters["voiceBridge"]) == ("07471 930-0", "57345")


def test_where_that_code_is_another_workshops_the_rehearsal_has_none(
    client: Client, workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer
) -> None:
    builders.a_workshop(builders.a_series(people.fields[1]), room=workshop.room, phone_code="57345")
    found = pages.lines(client.get(address(workshop, "rehearsal/")))
    assert "Anrufen lässt sich in dieser Probe nicht: Ein freier Code ist gerade nicht da." in found
    led_to(client, workshop, "rehearsal/moderator/")
    (made,) = bbb.meetings.values()
    assert {"dialNumber", "voiceBridge"} & made.parameters.keys() == set()


@pytest.mark.parametrize("code", ["10000", "54999", "55000", "99999"])
def test_each_code_has_another_one_for_rehearsals(
    workshop: Workshop, room: ConferenceRoom, code: str
) -> None:
    workshop.phone_code = code
    other = phone_codes.rehearsal_code(workshop, room)
    assert (other != code, 10_000 <= int(other) <= 99_999) == (True, True)


# --- a fixed address ---------------------------------------------------------------------------------


@pytest.fixture(params=["own address", "room with a link"])
def fixed(request: pytest.FixtureRequest, workshop: Workshop) -> Workshop:
    """There the room is the real one."""
    if request.param == "own address":
        Workshop.objects.update(room=None, conference_url="https://video.example/x", dial_in="07471 1")
    else:
        link = builders.a_room(workshop.process, address="https://video.example/x", dial_in="07471 1")
        Workshop.objects.update(room=link)
    workshop.refresh_from_db()
    return workshop


def test_at_a_fixed_address_the_real_room_is_named_as_such(client: Client, fixed: Workshop) -> None:
    page = client.post(address(fixed, "rehearsal/begin/"), follow=True)
    found = pages.lines(page)
    assert "Hier gibt es nur den echten Raum." in found
    assert "Sie können es jetzt versuchen: Nummer und Adresse führen in denselben Raum." in found
    assert "Probe beenden" not in found
    for role in ("moderator", "participant"):
        answer = client.post(address(fixed, f"rehearsal/{role}/"))
        assert answer.headers["Refresh"] == "0; url=https://video.example/x"


def test_nobody_rehearses_in_the_real_room_while_a_workshop_is_in_it(
    fixed: Workshop, people: cast.Cast
) -> None:
    busy = builders.a_workshop(
        builders.a_series(people.fields[1]),
        starts_at=NOW + 44 * MINUTE,
        room=fixed.room,
        conference_url=fixed.conference_url,
    )
    with pytest.raises(Refusal, match="room_in_use") as refused:
        rehearsals.enter(fixed, Role.PARTICIPANT, by=people.sabine, now=NOW)
    assert refused.value.sentence == (
        f"In diesem Raum läuft gerade der Workshop „{busy}“. Proben Sie bitte später."
    )
    Workshop.objects.filter(pk=busy.pk).update(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    way = rehearsals.enter(fixed, Role.PARTICIPANT, by=people.sabine, now=NOW)
    assert way.state is conferences.State.READY


@pytest.mark.parametrize("how", ["nowhere", "over", "cancelled"])
def test_where_there_is_nothing_to_rehearse_it_says_so(
    client: Client, workshop: Workshop, people: cast.Cast, how: str
) -> None:
    match how:
        case "nowhere":
            Workshop.objects.update(room=None)
        case "over":
            Workshop.objects.update(starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
        case "cancelled":
            Workshop.objects.update(
                status="cancelled",
                cancelled_at=NOW,
                cancelled_by=people.sabine,
                cancellation_reason="Krankheit",
            )
    assert "Probe beginnen" not in pages.lines(client.get(address(workshop)))
    assert (
        "Für diesen Workshop gibt es nichts zu proben: Er hat keinen Raum, ist vorbei oder abgesagt."
        in pages.lines(client.get(address(workshop, "rehearsal/")))
    )
    expected = {
        "nowhere": "Der Workshop hat noch keinen Raum. Bitte zuerst einen wählen.",
        "over": "Dieser Workshop ist vorbei. Daran ändert sich nichts mehr.",
        "cancelled": "Dieser Workshop ist abgesagt. Daran ändert sich nichts mehr.",
    }
    for page in ("begin/", "moderator/", "participant/"):
        answer = client.post(address(workshop, f"rehearsal/{page}"), follow=True)
        assert pages.messages(answer) == [expected[how]]
    assert not Meeting.objects.exists()
