"""The styleguide shows each rule of the stylesheet at work, not only each class."""

from typing import TYPE_CHECKING

import pytest

from tests import builders
from tests.browser.looking import address, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

# What the styleguide can't show, and why.
NOT_SHOWN = {
    ".brand__logo",  # a town's own file
    ".htmx-request .htmx-indicator",  # while a request runs
    ".messages:has(.alert)",  # after a step only
    ".page-top:not(:has(*))",  # this page has a way back
    ".sign-in h1",  # a page has one h1
    "[hidden]",
    "video",  # a town's own file
}

# What is true of a moment (pointed at, focused, running) or drawn by the browser counts without it.
_IDLE = r"""() => {
    const atRest = selector => selector
        .replace(/::[\w-]+/g, '').replace(/:(hover|focus-visible|focus)\b/g, '')
        .replace(/(^|[\s>+(,])(?=$|[),])/g, '$1*')
    const apart = selectors => selectors.split(/,(?![^(]*\))/).map(each => each.trim())
    const idle = new Set()
    const walk = rules => { for (const rule of rules) {
        if (rule.selectorText) apart(rule.selectorText)
            .filter(each => !document.querySelector(atRest(each)))
            .forEach(each => idle.add(each))
        else if (rule.cssRules) walk(rule.cssRules)
    } }
    for (const sheet of document.styleSheets) if (sheet.href.includes('/css/')) walk(sheet.cssRules)
    return [...idle].sort()
}"""


def test_the_styleguide_shows_every_rule_at_work(page: "Page") -> None:
    sign_in(page, builders.a_staff_member())
    builders.a_process()
    idle = []
    for language in ("de", "ar"):
        page.goto(address("/staff/styleguide/", language))
        idle.append(set(page.evaluate(_IDLE)))
    assert set.intersection(*idle) == NOT_SHOWN
