"""A citizen's way in the browser: by keyboard alone, and without JavaScript."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser import town
from tests.browser.looking import PHONE, address, findings, look_at
from workshops import links
from workshops.links import Scope
from workshops.models import Participant, Registration

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

REGISTER = "/integrationsplan/register/"


def _tab_to(page: "Page", selector: str, *, at_most: int = 60) -> None:
    target = page.locator(selector).first
    for _step in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not within {at_most} stops")


def _statuses(address: str) -> list[str]:
    found = Registration.objects.filter(participant__email_normalised=address)
    return list(found.order_by("pk").values_list("status", flat=True))


def _confirm_path(address: str, language: str) -> str:
    """What stands in the mail; whether that mail is right is tested elsewhere."""
    person = Participant.objects.get(email_normalised=address)
    return urlsplit(links.url_of(links.make(person, Scope.CONFIRM), language=language)).path


def test_mistakes_are_named_focused_and_nothing_typed_is_lost(page: "Page") -> None:
    town.in_full_swing()
    look_at(page, REGISTER, width=PHONE)
    page.get_by_label("Name", exact=True).fill("Nora Neu")
    page.get_by_role("button", name="Anmelden").click()
    summary = page.locator(".error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    assert summary.get_by_role("link").count() == 3  # workshop, address, consent
    assert page.get_by_label("Name", exact=True).input_value() == "Nora Neu"
    assert findings(page) == []


def test_registering_confirming_and_cancelling_by_keyboard_alone(page: "Page") -> None:
    town.in_full_swing()
    look_at(page, REGISTER)
    _tab_to(page, "input[name=workshops]")
    page.keyboard.press("Space")
    _tab_to(page, "input[name=name]")
    page.keyboard.type("Nora Neu")
    _tab_to(page, "input[name=email]")
    page.keyboard.type("nora@example.org")
    _tab_to(page, "input[name=privacy]")
    page.keyboard.press("Space")
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/sent/")
    assert _statuses("nora@example.org") == ["pending"]
    assert findings(page) == []

    page.goto(_confirm_path("nora@example.org", "de"))
    assert _statuses("nora@example.org") == ["pending"]  # opening changes nothing
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/**")
    assert _statuses("nora@example.org") == ["confirmed"]
    assert findings(page) == []

    _tab_to(page, "a[href*='/cancel/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel/")
    assert findings(page) == []
    _tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/cancel/"))
    assert _statuses("nora@example.org") == ["cancelled"]


def test_registering_in_arabic_without_javascript(chromium: "Browser", live_server: "LiveServer") -> None:
    town.in_full_swing()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(address(REGISTER, "ar"))
    tab.locator("input[name=workshops]").first.check()
    tab.locator("input[name=name]").fill("نورة")
    tab.locator("input[name=email]").fill("noura@example.org")
    tab.locator("input[name=privacy]").check()
    tab.locator("main button[type=submit]").click()
    assert tab.url.endswith("/ar/integrationsplan/register/sent/")
    tab.goto(_confirm_path("noura@example.org", "ar"))
    tab.locator("main button[type=submit]").click()
    assert _statuses("noura@example.org") == ["confirmed"]
    assert context.cookies() == []
    context.close()
