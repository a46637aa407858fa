"""“Add to calendar” opened, by keyboard, on the public page and on one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import town
from tests.browser.looking import DESK, PHONE, findings, look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize(("language", "width"), [("de", PHONE), ("en", DESK), ("ar", DESK), ("ar", PHONE)])
def test_opened_it_is_accessible_and_gives_the_file(page: "Page", language: str, width: int) -> None:
    place = town.in_full_swing()
    workshop = place.upcoming[0]
    public = f"/integrationsplan/{workshop.field.slug}/{workshop.number}/"
    for path in (public, place.manage_path):
        look_at(page, path, language=language, width=width)
        page.locator("details.disclosure > summary").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert findings(page) == []
        content = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename == "termin.ics"
        assert content.startswith(b"BEGIN:VCALENDAR\r\n")
        assert f"UID:{workshop.uid}\r\n".encode() in content


def test_the_provider_does_not_learn_from_which_page(page: "Page") -> None:
    place = town.in_full_swing()
    asked: list[Request] = []

    def answer(route: "Route", request: "Request") -> None:
        asked.append(request)
        route.fulfill(body="<!doctype html><title>Kalender</title>", content_type="text/html")

    page.route("https://calendar.google.com/**", answer)
    look_at(page, place.manage_path)
    page.locator("details.disclosure > summary").first.click()
    page.locator("a[href^='https://calendar.google.com/']").click()
    page.wait_for_url("https://calendar.google.com/**")

    (request,) = asked
    assert "referer" not in request.all_headers()
    assert place.manage_path.strip("/").split("/")[-1] not in request.url
    # The fixture calls each request to elsewhere a problem; this one was asked for.
    assert page.problems == [f"third party: {request.url}"]  # type: ignore[attr-defined]
    page.problems.clear()  # type: ignore[attr-defined]
