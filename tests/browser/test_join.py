"""From the mail into the room, and what a citizen can try out while they wait."""

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.browser.looking import PHONE, findings, in_every_view, look_at, walk_by_keyboard
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.stories.conftest import Post, post  # noqa: F401 (a fixture)
from workshops import links
from workshops.models import InterpretationChannel, Meeting, Registration, Workshop
from workshops.operations import registrations, rooms

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def server(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as started:
        settings.CONFERENCE_HOSTS = frozenset({started.host})
        yield started


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def workshop(people: cast.Cast, server: BigBlueButtonServer) -> Workshop:
    """In a room at BigBlueButton, with a number to call; it begins in ten minutes."""
    starts_at = timezone.now() + 10 * MINUTE
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=starts_at)
    details = rooms.RoomDetails(
        name="Zollern",
        provider="bigbluebutton",
        address=server.address,
        secret=server.secret,
        dial_in="07471 930-0",
    )
    rooms.assign(workshop, room=rooms.add(people.process, details, by=people.sabine), by=people.sabine)
    return workshop


@pytest.fixture
def join(workshop: Workshop, people: cast.Cast) -> str:
    seat = builders.a_registration(workshop, people.amina, needs=["interpretation"])
    link = links.make(people.amina, links.Scope.JOIN, registration=seat)
    return f"/join/{links.token_of(link)}/"


def moved_to(workshop: Workshop, starts_at: datetime.datetime) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=starts_at, ends_at=starts_at + 120 * MINUTE)


def test_from_the_mail_to_the_room_by_keyboard(
    page: "Page",
    live_server: Any,
    server: BigBlueButtonServer,
    workshop: Workshop,
    people: cast.Cast,
    post: Post,  # noqa: F811
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://testserver"
    registrations.register(
        people.process,
        person=registrations.Person("leyla@example.org", "Leyla Demir"),
        workshop_ids=[workshop.pk],
        needs=registrations.Needs(),
    )
    post.deliver()
    page.goto(post.link("leyla@example.org", to="/confirm/"))
    page.get_by_role("button", name="Ja, ich nehme teil").press("Enter")
    page.get_by_role("heading", level=1).wait_for()
    post.deliver()

    page.goto(post.link("leyla@example.org", to="/join/"))
    page.problems.clear()  # type: ignore[attr-defined]
    assert server.creates == 0
    name = page.get_by_label("Ihr Name im Raum")
    assert name.input_value() == "Leyla Demir"
    name.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Leyla")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Zur Videokonferenz"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/html5client/join*")

    assert page.locator("#name").inner_text() == "Leyla"
    assert page.locator("#role").inner_text() == "VIEWER"
    assert server.creates == 1
    # The room is another house: its page is what the test went for.
    page.problems.clear()  # type: ignore[attr-defined]
    seat = Registration.objects.get(participant__email="leyla@example.org")
    assert (seat.has_attended, seat.attendance_source) == (True, "click")


def test_a_waiting_page_goes_on_by_itself_and_keeps_what_is_being_tried(
    page: "Page", workshop: Workshop, join: str
) -> None:
    moved_to(workshop, timezone.now() + 15 * MINUTE + datetime.timedelta(seconds=4))
    page.context.grant_permissions(["camera", "microphone"])
    look_at(page, join, width=PHONE)
    countdown = page.get_by_role("timer")
    assert re.search(r"00:00:0[0-4]", countdown.inner_text())
    page.get_by_role("button", name="Mikrofon").click()
    page.get_by_text("Bewegt sich der Balken, hört man Sie.").wait_for()

    page.get_by_role("button", name="Zur Videokonferenz").wait_for(timeout=25_000)
    assert "Der Raum ist offen." in page.locator("#door").inner_text()
    assert page.get_by_role("button", name="Mikrofon").get_attribute("aria-pressed") == "true"
    assert page.locator("meter[data-level]").is_visible()


def test_microphone_camera_and_sound_are_tried_out_and_let_go(page: "Page", join: str) -> None:
    page.context.grant_permissions(["camera", "microphone"])
    look_at(page, join)
    page.get_by_role("button", name="Kamera").press("Enter")
    page.get_by_text("So sieht man Sie.").wait_for()
    assert page.evaluate("() => document.querySelector('video[data-picture]').srcObject.active")
    stream = page.evaluate_handle("() => document.querySelector('video[data-picture]').srcObject")
    page.get_by_role("button", name="Mikrofon").press("Enter")
    page.get_by_text("Bewegt sich der Balken").wait_for()
    # The camera's light goes out as soon as something else is tried.
    assert not stream.evaluate("each => each.active")
    page.wait_for_function("() => document.querySelector('meter[data-level]').value > 0")
    page.get_by_role("button", name="Mikrofon").press("Enter")
    assert not page.locator("meter[data-level]").is_visible()
    page.get_by_role("button", name="Ton abspielen").press("Enter")
    page.get_by_text("Haben Sie den Ton gehört?").wait_for()


def test_a_browser_that_may_not_is_told_what_to_do(page: "Page", join: str) -> None:
    look_at(page, join)
    page.get_by_role("button", name="Kamera").click()
    page.get_by_text("Der Browser darf das Gerät nicht benutzen.").wait_for()
    assert page.get_by_role("button", name="Kamera").get_attribute("aria-pressed") == "false"


def test_who_reads_in_another_zone_sees_both_times(
    chromium: "Browser", live_server: Any, workshop: Workshop, join: str
) -> None:
    moved_to(workshop, datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC))
    context = chromium.new_context(base_url=live_server.url, timezone_id="Europe/Kyiv", locale="de-DE")
    page = context.new_page()
    page.goto(join)
    assert "18:00" in page.locator(".lead").inner_text()
    assert "19:00" in page.locator("#local-time").inner_text()
    context.close()
    at_home = chromium.new_context(base_url=live_server.url, timezone_id="Europe/Vienna", locale="de-DE")
    page = at_home.new_page()
    page.goto(join)
    page.get_by_role("timer").wait_for()
    assert not page.locator("#local-time").is_visible()
    at_home.close()


def test_a_failing_provider_is_tried_again_until_it_works(
    page: "Page", server: BigBlueButtonServer, workshop: Workshop, join: str
) -> None:
    server.faults.status = 503
    look_at(page, join)
    page.get_by_label("Ihr Name im Raum").fill("Mina")
    page.get_by_role("button", name="Zur Videokonferenz").click()
    page.get_by_text("Diese Seite versucht es alle paar Sekunden von selbst noch einmal.").wait_for()
    assert findings(page) == []
    assert Meeting.objects.get().problem == "down"

    server.heal()
    page.wait_for_url(f"{server.url}/html5client/join*", timeout=25_000)
    assert page.locator("#name").inner_text() == "Mina"
    page.problems.clear()  # type: ignore[attr-defined]


def test_without_javascript_the_same_link_leads_in(
    chromium: "Browser", live_server: Any, server: BigBlueButtonServer, workshop: Workshop, join: str
) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    moved_to(workshop, timezone.now() + 60 * MINUTE)
    page.goto(join)
    assert "Der Raum öffnet" in page.get_by_role("main").inner_text() or "anderen Tag" in page.content()
    assert not page.locator("#devices").is_visible()
    moved_to(workshop, timezone.now() + 5 * MINUTE)
    page.goto(join)
    page.get_by_role("button", name="Zur Videokonferenz").click()
    page.wait_for_url(f"{server.url}/html5client/join*")
    assert page.locator("#name").inner_text() == "Amina Haddad"
    assert context.cookies(live_server.url) == []
    context.close()


@in_every_view
def test_every_state_is_accessible_and_fits(
    page: "Page", workshop: Workshop, people: cast.Cast, join: str, language: str, width: int
) -> None:
    InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=workshop.room)
    wrong = []
    for starts_at in (timezone.now() + 5 * MINUTE, timezone.now() + 3 * 24 * 60 * MINUTE):
        moved_to(workshop, starts_at)
        look_at(page, join, language=language, width=width)
        page.locator("#devices").wait_for()
        wrong += findings(page)
    for path in (f"{join}leave/", "/left/"):
        look_at(page, path, language=language, width=width)
        wrong += findings(page)
    assert wrong == []


def test_the_waiting_page_is_walked_by_keyboard_on_the_smallest_screen(
    page: "Page", workshop: Workshop, join: str
) -> None:
    moved_to(workshop, timezone.now() + 60 * MINUTE)
    look_at(page, join, width=320)
    assert findings(page) == []
    stops = walk_by_keyboard(page)
    assert [stop.name for stop in stops if not stop.focus_is_visible] == []
    names = [stop.name for stop in stops]
    wanted = ["Mikrofon", "Kamera", "Ton abspielen", "Platz freigeben"]
    assert [name for name in names if name in wanted] == wanted
