"""Pages as readers set them: larger, wider apart, in their own colours. Each check measures boxes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# WCAG 2.2, success criterion 1.4.12.
TEXT_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important }
* { word-spacing: .16em !important }
p { margin-block-end: 2em !important }"""
# Success criterion 1.4.4; the house's own size is 106.25 %.
TWICE_AS_LARGE = "html { font-size: 212.5% !important }"

_CUT = """() => {
    const clipped = e => e && (getComputedStyle(e).clipPath !== 'none' || clipped(e.parentElement))
    const shown = e => e.checkVisibility({visibilityProperty: true}) && !clipped(e)
    const clips = e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX)
    const holds = e => e.matches(
        '.button, .badge, button, summary, th, td, label, legend, dt, dd, h1, h2, h3')
    return [...document.querySelectorAll('body *:not(svg *, progress, meter)')]
        .filter(e => shown(e) && (clips(e) || holds(e)) && e.clientWidth
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

_MOVING = """() => [
    ...document.getAnimations().map(a => 'runs: ' + (a.animationName || a.transitionProperty || a.id)),
    ...[...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e)
        return s.animationName !== 'none' || /[1-9]/.test(s.transitionDuration)
            || s.scrollBehavior === 'smooth' })
        .map(e => 'would move: ' + e.outerHTML.slice(0, 100)),
]"""


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
    ]


def moving(page: "Page") -> list[str]:
    return [f"{page.url}: {what}" for what in _found(page, _MOVING)]


def _found(page: "Page", script: str) -> list[str]:
    found: list[str] = page.evaluate(script)
    return found
