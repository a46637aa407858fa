"""The frame of every page, and the design system on its styleguide."""

from typing import TYPE_CHECKING

import pytest

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, in_every_view, look_at, sign_in, walk_by_keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

STYLEGUIDE = "/staff/styleguide/"


@in_every_view
def test_every_component_is_accessible_and_fits(page: "Page", language: str, width: int) -> None:
    sign_in(page, builders.a_staff_member())
    look_at(page, STYLEGUIDE, language=language, width=width)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")


def test_the_components_keep_their_contrast_in_the_dark(page: "Page") -> None:
    sign_in(page, builders.a_staff_member())
    page.emulate_media(color_scheme="dark")
    look_at(page, STYLEGUIDE, width=DESK)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 24, 30)"
    assert findings(page) == []


def test_nothing_is_cut_with_wide_text_spacing_on_a_phone(page: "Page") -> None:
    sign_in(page, builders.a_staff_member())
    look_at(page, STYLEGUIDE, width=320)
    # WCAG 1.4.12 by an adopted stylesheet: the policy would refuse an inline one.
    page.evaluate(
        """() => { const s = new CSSStyleSheet(); s.replaceSync(
            '* { line-height: 1.5 !important; letter-spacing: .12em !important;'
            + ' word-spacing: .16em !important } p { margin-block-end: 2em !important }')
            document.adoptedStyleSheets = [s] }"""
    )
    assert findings(page) == []


def test_the_keyboard_reaches_the_content_first_and_always_shows_where_it_is(page: "Page") -> None:
    sign_in(page, builders.a_staff_member())
    look_at(page, STYLEGUIDE)
    stops = walk_by_keyboard(page)
    assert stops[0].name == "Zum Inhalt springen"
    assert [stop.name for stop in stops if not stop.focus_is_visible] == []


def test_a_refused_form_puts_the_focus_on_the_list_of_mistakes(page: "Page") -> None:
    look_at(page, "/accounts/login/", width=PHONE)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    summary = page.locator(".error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") == "login"
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "id_login_error"
    assert findings(page) == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_on_a_phone_one_button_opens_the_staff_navigation(page: "Page", language: str) -> None:
    people = cast.gather()
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/", language=language, width=PHONE)
    button, entries = page.locator("[popovertarget=menu]").first, page.locator("#menu a")
    assert not entries.first.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    entries.last.wait_for()
    assert findings(page) == []
    page.keyboard.press("Tab")
    assert entries.first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Escape")
    entries.first.wait_for(state="hidden")
    assert button.evaluate("e => e === document.activeElement")
    page.set_viewport_size({"width": DESK, "height": 800})
    assert (button.is_visible(), entries.first.is_visible()) == (False, True)


def test_the_language_switch_leads_to_the_same_page(page: "Page") -> None:
    look_at(page, "/accounts/login/?next=/desk/")
    page.get_by_role("link", name="English").click()
    assert page.evaluate("location.pathname + location.search") == "/en/accounts/login/?next=/desk/"
    page.get_by_role("link", name="Deutsch").click()
    assert page.evaluate("location.pathname + location.search") == "/accounts/login/?next=/desk/"


def test_htmx_runs_under_the_policy(page: "Page") -> None:
    """No console error (the fixture watches): htmx adds no style of its own and needs no eval."""
    sign_in(page, builders.a_staff_member())
    look_at(page, STYLEGUIDE)
    page.get_by_role("button", name="Stand neu laden").click()
    page.get_by_text("Stand: geladen").wait_for()
    assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]


@pytest.mark.parametrize("language", ["de", "ar"])
def test_on_a_phone_the_languages_open_as_a_sheet_with_room_and_a_way_out(
    page: "Page", language: str
) -> None:
    cast.gather()
    look_at(page, "/integrationsplan/", language=language, width=PHONE)
    button, sheet = page.locator("header [popovertarget=languages]").first, page.locator("#languages")
    # Both ways of § 4 BITV and the languages share one row: a third of the screen for the frame at most.
    tops = [
        page.locator(each).first.bounding_box()
        for each in (".languages a[hreflang=de-simple]", ".languages li:last-child a", "[popovertarget]")
    ]
    assert all(box and box["y"] + box["height"] / 2 < 135 for box in tops), tops
    frame = page.locator("header").bounding_box()
    assert frame and frame["height"] < 800 / 3
    assert sheet.is_hidden()
    button.click()
    sheet.wait_for()
    assert findings(page) == []
    inside, entry = sheet.bounding_box(), sheet.locator("a").first.bounding_box()
    assert inside and entry
    assert entry["x"] - inside["x"] >= 16
    assert inside["x"] + inside["width"] - entry["x"] - entry["width"] >= 16
    sheet.get_by_role("button").press("Enter")
    sheet.wait_for(state="hidden")
    assert button.evaluate("e => e === document.activeElement")
