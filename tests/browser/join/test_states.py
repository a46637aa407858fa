"""Every page that can stand behind a join link, as it looks and reads."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests import cast
from tests.browser.join.clock import MINUTE, moved_to
from tests.browser.looking import DESK, PHONE, address, findings, in_every_view, look_at, walk_by_keyboard
from workshops.models import Registration, Workshop, localised
from workshops.operations import workshops as operations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_who_reads_in_another_zone_sees_both_times(
    chromium: "Browser", live_server: Any, workshop: Workshop, join: str
) -> None:
    moved_to(workshop, datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC))
    context = chromium.new_context(base_url=live_server.url, timezone_id="Europe/Kyiv", locale="de-DE")
    page = context.new_page()
    page.goto(join)
    assert "18:00" in page.locator(".lead").inner_text()
    assert "19:00" in page.locator("#local-time").inner_text()
    # As the town's own times: English as in Europe, Western digits in Arabic.
    page.goto(address(join, "en"))
    assert "Tuesday 8 July at 19:00" in page.locator("#local-time").inner_text()
    page.goto(address(join, "ar"))
    said = page.locator("#local-time").inner_text()
    assert "7:00" in said
    # Without a zero before it, as the town's own.
    assert "07:00" not in said
    context.close()
    at_home = chromium.new_context(base_url=live_server.url, timezone_id="Europe/Vienna", locale="de-DE")
    page = at_home.new_page()
    page.goto(join)
    page.get_by_role("timer").wait_for()
    assert not page.locator("#local-time").is_visible()
    at_home.close()


STATES = {
    "early": "Noch etwas Geduld",
    "open": "Der Raum ist offen.",
    "another day": "Ihr Workshop ist an einem anderen Tag.",
    "no room": "Der Raum ist noch nicht eingerichtet.",
    "over": "Dieser Workshop ist vorbei.",
    "waiting": "Sie stehen auf der Warteliste.",
    "pending": "Ihre Anmeldung ist noch nicht bestätigt.",
    "ended": "Sie sind für diesen Workshop nicht mehr angemeldet.",
    "cancelled": "Dieser Workshop wurde abgesagt.",
    "revoked": "Dieser Link gilt nicht mehr",
}


def bring_about(state: str, workshop: Workshop, people: cast.Cast) -> None:
    now = timezone.now()
    begins = {"early": 20, "another day": 3 * 24 * 60, "over": -500}
    moved_to(workshop, now + begins.get(state, 5) * MINUTE)
    seats, workshops = Registration.objects.all(), Workshop.objects.all()
    changes: dict[str, Callable[[], object]] = {
        "no room": lambda: workshops.update(room=None),
        "waiting": lambda: seats.update(status="waiting", holds_seat=False),
        "pending": lambda: seats.update(status="pending", held_until=now + 60 * MINUTE),
        "ended": lambda: seats.update(status="cancelled", ended_at=now),
        "cancelled": lambda: operations.cancel(workshop, reason="Leider krank.", by=people.sabine),
        "revoked": lambda: people.amina.links.update(revoked_at=now),
    }
    if state in changes:
        changes[state]()


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_and_fits(
    page: "Page", workshop: Workshop, people: cast.Cast, join: str, state: str
) -> None:
    workshop.channels.create(label="Arabisch", room=workshop.room)
    workshop.channels.create(label="Türkisch", how=localised({"de": "Auf die Weltkugel drücken"}))
    Workshop.objects.update(recording_announced_at=timezone.now())
    bring_about(state, workshop, people)
    wrong = []
    for language, width in (("de", 320), ("de", DESK), ("en", PHONE), ("ar", PHONE), ("ar", DESK)):
        look_at(page, join, language=language, width=width)
        if language == "de":
            assert STATES[state] in page.get_by_role("main").inner_text()
        if state in ("early", "open", "another day", "no room"):
            page.locator("#devices").wait_for()
        wrong += findings(page)
    assert wrong == []
    # The browser reports every refused page as an error; this one is meant.
    if state == "revoked":
        page.problems.clear()  # type: ignore[attr-defined]


@in_every_view
def test_leaving_is_accessible_and_fits(page: "Page", join: str, language: str, width: int) -> None:
    wrong = []
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
