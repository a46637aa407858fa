"""Pages as readers set them: larger, wider apart, in their own colours. Each check measures boxes."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.browser.looking import DESK, SMALL, TABLET, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Page

# WCAG 2.2, success criterion 1.4.12.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important }
* { word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""
# Success criterion 1.4.4; the house's own size is 106.25 %.
TWICE_AS_LARGE = "html { font-size: 212.5% !important }"
# By the screen on which a state is looked at. 320 pixels are a desk at 400 %: nobody asks for both at once.
SCREENS_OF_LARGE_LETTERS = {SMALL: (480, TABLET), DESK: (DESK,)}

_CUT = """() => {
    const clipped = e => e && (getComputedStyle(e).clipPath !== 'none' || clipped(e.parentElement))
    const shown = e => e.checkVisibility({visibilityProperty: true}) && !clipped(e)
    const clips = e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX)
    const holds = e => e.matches(
        '.button, .badge, button, summary, th, td, label, legend, dt, dd, h1, h2, h3')
    return [...document.querySelectorAll('body *:not(svg *, progress, meter)')]
        .filter(e => shown(e) && (clips(e) || holds(e)) && e.clientWidth
            && !e.matches('input')  // one line that goes along with the caret, however long its value is
            && (e.scrollWidth > e.clientWidth + 1
                || (clips(e) && e.scrollHeight > e.clientHeight + 1)))
        .map(e => e.outerHTML.slice(0, 140))
}"""

# Lines of text are compared without the upper and lower quarter of their boxes, where no letter stands.
_OVERLAPPING = """() => {
    const lines = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const node = walker.currentNode, parent = node.parentElement
        if (!node.data.trim() || !parent.checkVisibility({visibilityProperty: true, opacityProperty: true})
            || parent.closest('.visually-hidden, .skip-link, option, svg, thead')) continue
        const range = document.createRange()
        range.selectNodeContents(node)
        for (const box of range.getClientRects())
            if (box.width > 1) lines.push({node, left: box.left, right: box.right,
                top: box.top + box.height / 4, bottom: box.bottom - box.height / 4})
    }
    const found = []
    lines.forEach((one, index) => lines.slice(index + 1).forEach(other => {
        if (one.node !== other.node
            && Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
            && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2)
            found.push(`${one.node.data.trim().slice(0, 40)} × ${other.node.data.trim().slice(0, 40)}`)
    }))
    return found
}"""

# In forced colours only lines tell where something ends: backgrounds and shadows are gone.
_WITHOUT_A_LINE = """() => [...document.querySelectorAll(
        '.button:not(.button--quiet), .card, .alert, .badge, .error-summary, input, select, textarea')]
    .filter(e => e.checkVisibility()
        && !e.matches('[type=checkbox], [type=radio], [type=hidden], [type=file]'))
    .filter(e => { const s = getComputedStyle(e)
        return ['Top', 'Right', 'Bottom', 'Left'].some(side => s['border' + side + 'Style'] === 'none'
            || parseFloat(s['border' + side + 'Width']) < 1) })
    .map(e => e.outerHTML.slice(0, 140))"""

# What says "you are here" must say it by more than a colour.
_HERE_BY_COLOUR_ALONE = """() => [...document.querySelectorAll('nav [aria-current], .steps [aria-current]')]
    .filter(e => e.checkVisibility() && !e.closest('.breadcrumb'))
    .filter(e => { const s = getComputedStyle(e)
        return parseFloat(s.fontWeight) < 600 && parseFloat(s.borderBottomWidth) < 2 })
    .map(e => e.outerHTML.slice(0, 140))"""

# Bars are drawn by the browser then, in the reader's colours.
_IN_OUR_COLOURS = """() => [...document.querySelectorAll('progress, meter')]
    .filter(e => e.checkVisibility() && getComputedStyle(e).appearance !== 'auto')
    .map(e => e.outerHTML.slice(0, 140))"""

_MOVING = """() => [
    ...document.getAnimations().map(a => 'runs: ' + (a.animationName || a.transitionProperty || a.id)),
    ...[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e)
        return s.animationName !== 'none' || /[1-9]/.test(s.transitionDuration)
            || s.scrollBehavior === 'smooth' })
        .map(e => 'would move: ' + e.outerHTML.slice(0, 100)),
]"""


# The policy refuses a <style> from elsewhere, but not what a reader's own program puts on.
_PUT_ON = """style => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(style)
    document.adoptedStyleSheets = [sheet]
}"""
_OPEN_ALL = "() => document.querySelectorAll('details').forEach(each => { each.open = true })"


def losses(page: "Page") -> list[str]:
    """What the open page loses for any of these readers; what is folded is unfolded first.

    One after the other on the same page: a state is made once only, and most of the time goes into that.
    """
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    page.evaluate(_OPEN_ALL)
    found = [f"without motion: {line}" for line in moving(page)]
    page.emulate_media(forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    found += [f"in forced colours: {line}" for line in lost_in_forced_colours(page)]
    page.emulate_media(forced_colors="none")
    if width == SMALL:
        # A desk of 1280 × 1024 at 400 %.
        page.set_viewport_size({"width": width, "height": 256})
        found += [f"at 400 %: {line}" for line in (*cut(page), *too_wide(page))]
        page.set_viewport_size({"width": width, "height": 800})
    with _put_on(page, TEXT_SPACING):
        found += [f"spaced: {line}" for line in (*cut(page), *too_wide(page))]
    with _put_on(page, TWICE_AS_LARGE):
        for screen in SCREENS_OF_LARGE_LETTERS[width]:
            page.set_viewport_size({"width": screen, "height": 800})
            found += [f"twice as large on {screen}: {line}" for line in (*cut(page), *too_wide(page))]
    page.set_viewport_size({"width": width, "height": 800})
    return found


@contextlib.contextmanager
def _put_on(page: "Page", style: str) -> Iterator[None]:
    page.evaluate(_PUT_ON, style)
    yield
    page.evaluate(_PUT_ON, "")


def cut(page: "Page") -> list[str]:
    """Words that don't fit into their box, or stand on other words."""
    return [
        *(f"{page.url}: cut: {html}" for html in _found(page, _CUT)),
        *(f"{page.url}: one upon the other: {words}" for words in _found(page, _OVERLAPPING)),
    ]


def lost_in_forced_colours(page: "Page") -> list[str]:
    return [
        *(f"{page.url}: no line around: {html}" for html in _found(page, _WITHOUT_A_LINE)),
        *(f"{page.url}: only a colour says so: {html}" for html in _found(page, _HERE_BY_COLOUR_ALONE)),
        *(f"{page.url}: not in the reader's colours: {html}" for html in _found(page, _IN_OUR_COLOURS)),
    ]


def moving(page: "Page") -> list[str]:
    return [f"{page.url}: {what}" for what in _found(page, _MOVING)]


def _found(page: "Page", script: str) -> list[str]:
    found: list[str] = page.evaluate(script)
    return found
