"""The obligatory pages and the form for barriers in a browser; conflicts in time while choosing."""

import datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from config.sample import pages as sample
from tests import builders, cast
from tests.browser.looking import DESK, PHONE, address, findings, look_at
from workshops.models import BarrierReport, PublicPages, localised

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

HOME = "/integrationsplan/"
PAGES = (
    "",
    "imprint/",
    "privacy/",
    "accessibility/",
    "accessibility/sent/",
    "easy-language/",
    "sign-language/",
)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["de", "ar", "de-simple"])
def test_the_obligatory_pages_are_accessible_and_fit(page: "Page", language: str, width: int) -> None:
    people = cast.gather()
    found = []
    for is_complete in (False, True):
        if is_complete:
            said = sample.said(checked_on=timezone.now().date())
            film = {"sign_video": "/static/dgs.mp4", "sign_transcript": localised("Guten Tag.")}
            PublicPages.objects.create(process=people.process, **{**said, **film})
        for each in PAGES:
            look_at(page, HOME + each, language=language, width=width)
            found += findings(page)
    assert found == []


def test_a_film_is_not_loaded_before_it_is_played(page: "Page") -> None:
    people = cast.gather()
    PublicPages.objects.create(process=people.process, sign_video="/media/dgs.mp4")
    page.route("**/media/dgs.mp4", lambda route: route.fulfill(content_type="video/mp4", body=b""))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look_at(page, f"{HOME}sign-language/")
    page.wait_for_load_state("networkidle")
    assert [each for each in asked if each.endswith(".mp4")] == []
    with page.expect_request("**/media/dgs.mp4"):
        page.locator("video").evaluate("film => { film.play().catch(() => {}) }")


def test_a_barrier_is_reported_without_javascript(chromium: "Browser", live_server: "LiveServer") -> None:
    cast.gather()
    page = chromium.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.goto(address(f"{HOME}accessibility/", "de"))
    page.get_by_label("Wohin sollen wir antworten?").fill("h@example.org")
    page.get_by_role("button", name="Abschicken").click()
    # Refused, with the sentence at its field and what was typed.
    assert page.get_by_label("Wohin sollen wir antworten?").input_value() == "h@example.org"
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_role("textbox", name="Was funktioniert für Sie nicht?").fill("Der Knopf ist zu klein.")
    page.get_by_role("button", name="Abschicken").click()
    page.wait_for_url("**/accessibility/sent/**")
    assert page.locator(".alert--success[role=status]").inner_text().startswith("Ihre Meldung ist bei uns.")
    assert page.context.cookies() == []
    assert list(BarrierReport.objects.values_list("message", "reply_to")) == [
        ("Der Knopf ist zu klein.", "h@example.org")
    ]
    page.context.close()


def test_two_workshops_at_the_same_time_are_named_while_choosing(page: "Page") -> None:
    people = cast.gather()
    start = timezone.now() + datetime.timedelta(days=9)
    for field, title in zip(people.fields[:2], ("Kurse", "Arbeit"), strict=True):
        builders.a_workshop(builders.a_series(field), title=localised(title), starts_at=start)
    look_at(page, f"{HOME}register/")
    status = page.locator("#conflicts[role=status]")
    boxes = page.locator("input[name=workshops]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_text("„Kurse“ und „Arbeit“ finden zur selben Zeit statt.").wait_for()
    assert "Zur selben Zeit" in status.inner_text()
    assert findings(page) == []
    boxes.nth(1).uncheck()
    page.wait_for_function("() => document.querySelector('#conflicts').textContent.trim() === ''")
