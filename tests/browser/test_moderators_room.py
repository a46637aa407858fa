"""A moderator's evening in a browser: waits, goes in, sees who comes, notes who called in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.room.town import MINUTE, a_room_at, there
from workshops.conferencing.protocol import Present, Role
from workshops.models import Meeting, Workshop, localised
from workshops.operations import presence
from workshops.operations.tending import tend

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server


@pytest.fixture
def people(page: "Page") -> cast.Cast:
    people = cast.gather()
    sign_in(page, people.murat)
    return people


@pytest.fixture
def workshop(people: cast.Cast, bbb: BigBlueButtonServer) -> Workshop:
    """It began a moment ago."""
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]),
        title=localised({"de": "Sprachkurse am Abend"}),
        room=a_room_at(bbb, people, name="Rathaus", dial_in="07471 930-0", has_lobby=True),
        starts_at=timezone.now() - 10 * MINUTE,
    )
    workshop.moderators.add(people.murat)
    workshop.channels.create(label="Arabisch", room=a_room_at(bbb, people, name="Neben"), dial_in="07471 5")
    workshop.channels.create(label="Türkisch", how=localised({"de": "Auf die Weltkugel drücken"}))
    return workshop


def address(workshop: Workshop, page: str = "room/") -> str:
    return f"/moderation/{workshop.pk}/{page}"


def test_the_button_appears_by_itself_when_it_is_time(page: "Page", workshop: Workshop) -> None:
    start = timezone.now() + 46 * MINUTE
    Workshop.objects.update(starts_at=start, ends_at=start + 120 * MINUTE)
    look_at(page, address(workshop), width=PHONE)
    page.get_by_text("Für die Moderation öffnet der Raum").wait_for()
    assert findings(page) == []
    Workshop.objects.update(starts_at=start - 5 * MINUTE)
    page.get_by_role("button", name="Raum betreten").first.wait_for(timeout=25_000)


def test_one_click_leads_into_the_room_and_trouble_is_waited_out(
    page: "Page", workshop: Workshop, bbb: BigBlueButtonServer
) -> None:
    bbb.faults.status = 503
    look_at(page, address(workshop))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Raum betreten").first.click()
    room = opened.value
    room.get_by_text("Der Server des Anbieters ist nicht erreichbar").wait_for()
    room.set_viewport_size({"width": PHONE, "height": 800})
    assert findings(room) == []
    bbb.heal()
    room.wait_for_url(lambda url: bbb.host in url, timeout=25_000)
    said = {name: room.locator(f"#{name}").inner_text() for name in ("name", "role", "where")}
    assert said == {"name": "Murat Yıldız", "role": "MODERATOR", "where": "room"}
    # The page of the room is still there beside it.
    assert page.get_by_role("heading", name="Wer im Raum ist").is_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_who_comes_appears_and_is_read_out(
    page: "Page", workshop: Workshop, people: cast.Cast, width: int
) -> None:
    needs = ["interpretation", "captions"]
    amina = builders.a_registration(
        workshop, people.amina, needs=needs, interpretation_language="Arabisch", needs_note="Große Schrift"
    )
    hans = builders.a_registration(workshop, people.hans, needs=["captions"])
    builders.a_registration(workshop, needs=["sign_language"])
    now = timezone.now()
    tend(now=now)
    meeting = Meeting.objects.get()
    caller = Present("", "…123", Role.PARTICIPANT, is_by_phone=True)
    look_at(page, address(workshop), width=width)
    assert page.locator("#people-summary").inner_text() == "Im Raum sind 0 Personen."
    presence.see(meeting, [there(amina), there(hans, waits=True), caller], now=now)
    page.get_by_text("Im Raum ist 1 Person. Im Warteraum wartet 1 Person. Am Telefon ist 1 Person.").wait_for(
        timeout=15_000
    )
    assert page.locator("#people-summary[role=status]").count() == 1
    assert findings(page) == []


def test_who_called_in_is_noted_beside_the_ticks(page: "Page", workshop: Workshop, people: cast.Cast) -> None:
    builders.a_registration(workshop, people.amina)
    look_at(page, address(workshop, "participants/"), width=PHONE)
    page.get_by_label("Amina Haddad").check()
    page.get_by_label("Name oder Notiz").fill("Frau Aydın")
    page.get_by_label("Dauer in Minuten").fill("43")
    page.get_by_role("button", name="Hinzufügen").click()
    page.get_by_role("link", name="Bitte auf fünf Minuten runden").wait_for()
    assert findings(page) == []
    assert page.get_by_label("Amina Haddad").is_checked()
    page.get_by_label("Dauer in Minuten").fill("45")
    page.keyboard.press("Enter")
    page.get_by_text("Wer per Telefon dabei war, ist eingetragen.").wait_for()
    assert workshop.phone_guests.values_list("label", "minutes").get() == ("Frau Aydın", 45)
    assert workshop.registrations.get().has_attended
