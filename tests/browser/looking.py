"""How a browser test looks at a page: accessibility, room, policy, keyboard.

Each function returns a list of readable findings, so that a test says `== []` and its failure
names what is wrong.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from babel import Locale
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from tests.browser import verdicts
from workshops.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page

# 320 is what WCAG 1.4.10 asks for: a desk of 1280 at 400 %.
SMALL, PHONE, TABLET, DESK = 320, 360, 820, 1280
WIDTHS = (PHONE, DESK)
LANGUAGES = ("de", "en", "ar")

# axe leaves out by itself whether a finger hits what it shall press (WCAG 2.5.8).
AXE = {"resultTypes": ["violations", "incomplete"], "rules": {"target-size": {"enabled": True}}}

# def test_…(page, language, width): the six views in which every page must be right.
in_every_view = pytest.mark.parametrize(
    ("language", "width"),
    [(language, width) for language in LANGUAGES for width in WIDTHS],
    ids=lambda value: str(value),
)

# What readers of the three kinds see where least fits, and where most does.
in_each_reading = pytest.mark.parametrize(
    ("language", "width"),
    [(language, width) for language in ("de", "ar", "de-simple") for width in (SMALL, DESK)],
    ids=lambda value: str(value),
)


def address(path: str, language: str) -> str:
    """`path` as a German page names it, in `language`."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def look_at(page: "Page", path: str, *, language: str = "de", width: int = DESK) -> None:
    """Open a page as a reader of that language on a screen `width` CSS pixels wide."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address(path, language))


def sign_in(page: "Page", user: User) -> None:
    """Give the tab `user`'s session, without walking through the form."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    origin = page.request.get("/health/").url.removesuffix("/health/")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": origin}])


def findings(page: "Page") -> list[str]:
    """All that is wrong with the page that is open: the sum of the checks below."""
    return [*barriers(page), *misnamed(page), *too_wide(page), *inline_code(page)]


def barriers(page: "Page") -> list[str]:
    """What axe calls a violation (WCAG 2.2 AA and its best practices), one line a place.

    Also what it can't decide ("incomplete") and nobody has judged yet (`verdicts`).
    """
    response = Axe().run(page, options=AXE).response
    return [
        f"{page.url}: {violation['id']}: {node['html'][:200]}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ] + [
        f"{page.url}: undecided: {doubt}" for doubt in verdicts.without_verdict(page, response["incomplete"])
    ]


def misnamed(page: "Page") -> list[str]:
    """A page without a name, or one that brings mistakes back and doesn't say so before all else.

    Of the styleguide's sample nobody is told.
    """
    title, language = page.title(), page.locator("html").get_attribute("lang")
    with translation.override(language):
        first = f"{gettext('Fehler')}: "
    if not title.removeprefix(first).strip(" –"):
        return [f"{page.url}: has no name"]
    has_mistakes = page.locator(".error-summary").count() > 0 and "/styleguide/" not in page.url
    return [] if title.startswith(first) == has_mistakes else [f"{page.url}: is named {title!r}"]


def too_wide(page: "Page") -> list[str]:
    """Nothing makes the reader scroll sideways; if something does, which elements stick out.

    Nor does anything lie before a line's beginning, where nobody can scroll to: left, or right in Arabic.
    """
    sticking_out: list[str] = page.evaluate(
        """() => {
            const isWide = document.documentElement.scrollWidth > innerWidth
            const isRtl = getComputedStyle(document.documentElement).direction === 'rtl'
            const isOutside = b => b.right > innerWidth + 1 || b.left < -1
            const isBefore = b => isRtl ? b.right > innerWidth + 1 : b.left < -1
            // Unseen, or scrolled in a box of its own.
            const isElsewhere = e => { const s = getComputedStyle(e)
                return s.clipPath !== 'none' || ['auto', 'scroll'].includes(s.overflowX)
                    || (e.parentElement && isElsewhere(e.parentElement)) }
            return [...document.querySelectorAll('body *')].filter(e => {
                const box = e.getBoundingClientRect()
                return box.width && ((isWide && isOutside(box))
                    || (isBefore(box) && e.checkVisibility({visibilityProperty: true})
                        && !isElsewhere(e.parentElement) && getComputedStyle(e).clipPath === 'none'))
            }).map(e => e.outerHTML.slice(0, 120))
        }"""
    )
    return [f"{page.url}: wider than the screen: {html}" for html in sticking_out]


def inline_code(page: "Page") -> list[str]:
    """Style and script attributes or elements in the page's source: the policy would ignore them."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('*')]
            .filter(e => e.matches('style, [style], script:not([src]):not([type="application/json"])')
                      || [...e.attributes].some(a => /^on/.test(a.name) || /^javascript:/i.test(a.value)))
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    return [f"{page.url}: inline: {html}" for html in found]


def times_without_a_weekday(page: "Page", language: str) -> list[str]:
    """In words, on the calendar leaf beside it, or in the calendar's cell."""
    days = Locale.parse(language.split("-")[0]).days
    names = {name for way in ("format", "stand-alone") for width in ("wide", "abbreviated")
             for name in days[way][width].values()}  # fmt: skip
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main time')]
            .filter(e => /\\d:\\d\\d/.test(e.textContent))
            .map(e => (e.closest('.agenda__item, td:has(.calendar__weekday)') || e).textContent)"""
    )
    return [f"{page.url}: {time}" for time in found if not any(name in time for name in names)]


class Stop(NamedTuple):
    """One stop of the Tab key."""

    name: str
    focus_is_visible: bool


def walk_by_keyboard(page: "Page", *, at_most: int = 200) -> list[Stop]:
    """Press Tab from the top until the focus leaves the page; a trap fails by never leaving."""
    stops: list[Stop] = []
    # Where the page itself has put the focus (a list of mistakes), Tab would begin in its middle.
    page.evaluate("() => { document.body.tabIndex = -1; document.body.focus() }")
    for _step in range(at_most):
        page.keyboard.press("Tab")
        here: dict[str, Any] | str = page.evaluate(
            """() => {
                const e = document.activeElement
                if (!e || e === document.body) return 'out'
                if (e === window.__last) return 'same'  // a date field has a stop for each of its parts
                if (e.__walked) return 'out'
                e.__walked = true
                window.__last = e
                const marked = x => { const s = getComputedStyle(x)
                    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }
                const name = e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || e.name
                return { name: (name || '').trim(),
                         visible: e.getBoundingClientRect().width > 0
                                  && (marked(e) || marked(e.closest('.card--link') || e)) }
            }"""
        )
        if isinstance(here, dict):
            stops.append(Stop(here["name"], here["visible"]))
        elif here == "out":
            return stops
    raise AssertionError(f"after {at_most} stops the focus is still in the page: {stops[-3:]}")
