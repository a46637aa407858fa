"""Register → confirm → cancel → join with the Tab key alone, read from the left and from the right.

Every day one width for each direction; with EVERY_VIEW=1 both. What holds on every page: test_tab_key.
"""

import datetime
import itertools
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests import builders
from tests.browser.looking import DESK, SMALL, look_at
from workshops import links
from workshops.links import Scope
from workshops.models import Participant, Registration, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

in_both_directions = pytest.mark.parametrize(
    ("language", "width"),
    [
        ("de", SMALL),
        ("ar", DESK),
        *([("de", DESK), ("ar", SMALL)] if os.environ.get("EVERY_VIEW") else []),
    ],
)

# What a reader sees of the element that has the focus. The outline is measured: its width, its style, its
# contrast to the ground around (WCAG 2.2, 1.4.11 and 2.4.7), and that nothing lies on it (2.4.11).
STOP = """() => {
    const e = document.activeElement
    if (!e || e === document.body || e === document.documentElement) return null
    const marked = e.closest('.card--link') && getComputedStyle(e).outlineStyle === 'none'
        ? e.closest('.card--link') : e
    const style = getComputedStyle(marked), box = e.getBoundingClientRect()
    let ground = marked.parentElement
    const clear = /^(rgba\\(.*, 0\\)|transparent)$/
    while (ground.parentElement && clear.test(getComputedStyle(ground).backgroundColor))
        ground = ground.parentElement
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(
            c => c / 255 <= .04045 ? c / 255 / 12.92 : ((c / 255 + .055) / 1.055) ** 2.4)
        return .2126 * r + .7152 * g + .0722 * b
    }
    let around = getComputedStyle(ground).backgroundColor
    if (clear.test(around)) around = 'rgb(255, 255, 255)'
    const two = [light(style.outlineColor), light(around)].sort((a, b) => b - a)
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight)
    const at = y => document.elementFromPoint(
        Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2), y)
    const lies = found => found && (e.contains(found) || found.contains(e)
        || [...(e.labels || [])].some(label => label.contains(found)))
    return {
        html: e.outerHTML.slice(0, 120),
        part: e.closest('main') ? 'main' : e.closest('footer') ? 'footer' : 'header',
        // A part of a field that the browser draws (a date's calendar) or of a frame has the browser's mark.
        outline: !e.matches(':focus') ? 2
            : style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        contrast: (two[0] + .05) / (two[1] + .05),
        covered: box.top < -1 || box.bottom > innerHeight + 1 || !lies(at(box.top + box.height / 2)),
        // A long field may be seen in part.
        hidden: bottom <= top || !lies(at((top + bottom) / 2)),
        top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right,
        inColumns: Boolean(e.closest('.choices, .split, .grid, .facts--inline')),
    }
}"""


def walk(page: "Page", *, key: str = "Tab", at_most: int = 150) -> list[dict[str, Any]]:
    """All stops from the page's top until the focus leaves it; a trap is a focus that stays."""
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus(); scrollTo(0, 0) }")
    stops: list[dict[str, Any]] = []
    for _step in range(at_most):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None or (stops and stop["html"] == stops[0]["html"] and stop["top"] == stops[0]["top"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"after {at_most} stops the focus is still in the page: {stops[-1]['html']}")


def without_a_mark(stops: list[dict[str, Any]]) -> list[str]:
    return [
        *(f"no mark: {stop['html']}" for stop in stops if stop["outline"] < 2),
        *(f"a faint mark: {stop['html']}" for stop in stops if stop["contrast"] < 3),
    ]


def wrong_stops(page: "Page", *, is_right_to_left: bool) -> list[str]:
    stops = walk(page)
    wrong = without_a_mark(stops)
    wrong += [f"covered: {stop['html']}" for stop in stops if stop["covered"]]
    for one, other in itertools.pairwise(stops):
        if one["part"] != other["part"] or one["inColumns"] or other["inColumns"]:
            continue  # Columns are read one by one.
        in_one_row = one["top"] < other["bottom"] and other["top"] < one["bottom"]
        if in_one_row and (
            other["right"] > one["right"] + 1 if is_right_to_left else other["left"] < one["left"] - 1
        ):
            wrong.append(f"backwards in its row: {one['html']} then {other['html']}")
        if other["bottom"] <= one["top"]:
            wrong.append(f"upwards: {one['html']} then {other['html']}")
    order = ["header", "main", "footer"]
    parts = [stop["part"] for stop in stops]
    wrong += ["the page's parts are not in order"] * (parts != sorted(parts, key=order.index))
    return [f"{page.url}: {line}" for line in wrong]


def press_on(page: "Page", selector: str, *, key: str = "Enter") -> None:
    target = page.locator(selector).first
    for _step in range(80):
        if target.evaluate("e => e === document.activeElement"):
            page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not within 80 stops")


@in_both_directions
def test_the_whole_way_by_keyboard(page: "Page", language: str, width: int) -> None:
    soon = timezone.now() + datetime.timedelta(minutes=5)
    workshop = builders.a_workshop(
        starts_at=soon, registration_closes_at=soon, conference_url="https://video.example/raum"
    )
    later = builders.a_workshop(workshop.series)
    wrong: list[str] = []

    def look() -> None:
        wrong.extend(wrong_stops(page, is_right_to_left=language == "ar"))

    look_at(page, f"/{workshop.process.slug}/register/", language=language, width=width)
    look()
    for chosen in (workshop, later):
        press_on(page, f"input[name=workshops][value='{chosen.pk}']", key="Space")
    for name, typed in (("name", "Nora Neu"), ("email", "nora@example.org")):
        press_on(page, f"input[name={name}]", key="End")
        page.keyboard.type(typed)
    press_on(page, "input[name=privacy]", key="Space")
    press_on(page, "main button[type=submit]")
    page.wait_for_url("**/register/sent/")
    look()

    person = Participant.objects.get()
    path = urlsplit(links.url_of(links.make(person, Scope.CONFIRM), language=language)).path
    page.goto(path)
    look()
    press_on(page, "main button[type=submit]")
    page.wait_for_url("**/my/**")
    look()

    seat = Registration.objects.get(workshop=later)
    press_on(page, f"a[href*='/{seat.pk}/cancel/']")
    page.wait_for_url("**/cancel/")
    look()
    press_on(page, "main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/cancel/"))

    press_on(page, "main form[action*='/join/'] button")
    page.wait_for_url("**/join/**")
    look()
    assert page.locator("#door form button[type=submit]").count() == 1
    assert wrong == []
    states = Registration.objects.order_by("workshop").values_list("workshop", "status")
    assert dict(states) == {workshop.pk: "confirmed", later.pk: "cancelled"}
    assert Workshop.objects.count() == 2


@in_both_directions
def test_mistakes_take_the_focus_and_lead_to_their_fields(page: "Page", language: str, width: int) -> None:
    workshop = builders.a_workshop()
    look_at(page, f"/{workshop.process.slug}/register/", language=language, width=width)
    press_on(page, "input[name=name]", key="End")
    page.keyboard.type("Nora Neu")
    press_on(page, "main button[type=submit]")
    page.locator(".error-summary:focus").wait_for()
    lines = page.locator(".error-summary a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    fields = [page.locator(line).get_attribute("name", timeout=2000) for line in lines]
    assert fields == ["workshops", "email", "privacy"]
    for line, field in zip(lines, fields, strict=True):
        press_on(page, f".error-summary a[href='{line}']")
        assert page.evaluate("document.activeElement.name") == field
        page.locator(".error-summary").focus()
    assert page.locator("input[name=name]").input_value() == "Nora Neu"
    assert wrong_stops(page, is_right_to_left=language == "ar") == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_first_stop_leads_past_the_header_and_backwards_is_no_trap(page: "Page", language: str) -> None:
    workshop = builders.a_workshop()
    look_at(page, f"/{workshop.process.slug}/", language=language)
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    assert link.evaluate("e => e === document.activeElement")
    box = link.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")
    there, back = walk(page), walk(page, key="Shift+Tab")
    assert sorted(stop["html"] for stop in there) == sorted(stop["html"] for stop in back)
