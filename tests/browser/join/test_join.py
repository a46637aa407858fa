"""From the mail into the room, with a keyboard alone; and in however many tries."""

import datetime
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.browser.join.clock import MINUTE, moved_to
from tests.browser.looking import PHONE, findings, look_at
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.stories.conftest import Post, post  # noqa: F401 (a fixture)
from workshops.models import InterpretationChannel, Meeting, Registration, Workshop
from workshops.operations import registrations, workshops

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


# Time enough to open the page before, on a busy machine.
SOON = datetime.timedelta(seconds=10)


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


def test_by_keyboard_from_waiting_over_the_device_test_into_the_room(
    page: "Page", server: BigBlueButtonServer, workshop: Workshop, join: str
) -> None:
    moved_to(workshop, timezone.now() + 15 * MINUTE + SOON)
    page.context.grant_permissions(["camera", "microphone"])
    look_at(page, join, width=PHONE)
    assert re.search(r"00:00:[01]\d", page.get_by_role("timer").inner_text())
    tab_to(page, "Mikrofon")
    page.keyboard.press("Enter")
    page.get_by_text("Bewegt sich der Balken, hört man Sie.").wait_for()

    page.get_by_role("button", name="Zur Videokonferenz").wait_for(timeout=45_000)
    assert "Der Raum ist offen." in page.locator("#door").inner_text()
    # What is being tried out goes on, and the focus stays where it was.
    assert page.locator(":focus").inner_text() == "Mikrofon"
    assert page.get_by_role("button", name="Mikrofon").get_attribute("aria-pressed") == "true"
    assert page.locator("meter[data-level]").is_visible()
    tab_to(page, "Ihr Name im Raum", backwards=True)
    page.keyboard.type("Mina")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/html5client/join*")
    assert page.locator("#name").inner_text() == "Mina"
    page.problems.clear()  # type: ignore[attr-defined]


def tab_to(page: "Page", label: str, *, backwards: bool = False) -> None:
    for _stop in range(40):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        here = page.evaluate(
            "() => document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText"
        )
        if (here or "").startswith(label):
            return
    raise AssertionError(f"{label} is not reached by Tab")


def test_a_typed_name_goes_into_the_second_room_too(
    page: "Page", server: BigBlueButtonServer, workshop: Workshop, join: str
) -> None:
    arabic = InterpretationChannel.objects.create(workshop=workshop, label="Arabisch", room=workshop.room)
    look_at(page, join)
    page.get_by_label("Ihr Name im Raum").fill("Mina")
    page.get_by_role("button", name="In den Raum: Arabisch").click()
    page.wait_for_url(f"{server.url}/html5client/join*")
    assert page.locator("#name").inner_text() == "Mina"
    assert Meeting.objects.get().channel == arabic
    page.problems.clear()  # type: ignore[attr-defined]


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
    page.wait_for_url(f"{server.url}/html5client/join*", timeout=45_000)
    assert page.locator("#name").inner_text() == "Mina"
    page.problems.clear()  # type: ignore[attr-defined]


def test_a_workshop_that_is_cancelled_ends_the_tries_with_its_page(
    page: "Page", server: BigBlueButtonServer, workshop: Workshop, people: cast.Cast, join: str
) -> None:
    server.faults.status = 503
    look_at(page, join)
    page.get_by_role("button", name="Zur Videokonferenz").click()
    page.get_by_text("Einen Moment bitte").wait_for()
    workshops.cancel(workshop, reason="Leider krank.", by=people.sabine)
    page.get_by_text("Dieser Workshop wurde abgesagt.").wait_for()
    # Opened anew, not sent anew.
    assert page.evaluate("() => performance.getEntriesByType('navigation')[0].type") == "navigate"
    assert "Leider krank." in page.locator("#door").inner_text()


def test_a_waiting_page_hears_that_the_workshop_was_moved(
    page: "Page", workshop: Workshop, join: str
) -> None:
    moved_to(workshop, timezone.now() + 15 * MINUTE + SOON)
    look_at(page, join)
    page.get_by_role("timer").wait_for()
    moved_to(workshop, timezone.now() + 9 * 24 * 60 * MINUTE)
    page.get_by_text("Ihr Workshop ist an einem anderen Tag.").wait_for(timeout=45_000)
    assert re.search("[89] Tage", page.get_by_role("timer").inner_text())


def test_without_javascript_a_failing_provider_leads_back_to_the_button(
    chromium: "Browser", live_server: Any, server: BigBlueButtonServer, workshop: Workshop, join: str
) -> None:
    server.faults.status = 503
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(join)
    page.get_by_role("button", name="Zur Videokonferenz").click()
    page.wait_for_load_state()
    said = page.get_by_role("main").inner_text()
    assert "In ein paar Sekunden kommen Sie zurück zu dem Knopf." in said
    assert "versucht es" not in said
    server.heal()
    page.wait_for_url("**/?again")
    assert "Bitte drücken Sie noch einmal." in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Zur Videokonferenz").click()
    page.wait_for_url(f"{server.url}/html5client/join*")
    context.close()


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
