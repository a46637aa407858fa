"""The Tab key on every page: it always shows where it is, is never held, and comes back.

The citizens' states, each address of staff, moderators and helpers and what is refused there, the accounts'
pages; what is folded is unfolded first. In German where least fits or in Arabic where most does, in turn;
with EVERY_VIEW=1 each in both. The order of the stops is looked at on the way that everyone goes
(test_keyboard).
"""

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import DESK, SMALL, address, sign_in
from tests.browser.states import all_states
from tests.browser.test_account_pages import all_of_an_account
from tests.browser.test_every_address import whose_pages
from tests.browser.test_keyboard import walk, without_a_mark
from tests.browser.test_staff_states import whose_states
from tests.browser.test_states import open_state

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

VIEWS = [("de", SMALL), ("ar", DESK)]
in_both_directions = pytest.mark.parametrize(("language", "width"), VIEWS)


def has_its_turn(number: int, language: str) -> bool:
    return bool(os.environ.get("EVERY_VIEW")) or VIEWS[number % len(VIEWS)][0] == language


def lost_stops(page: "Page") -> list[str]:
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true })")
    try:
        stops = walk(page, at_most=400)
    except AssertionError as trap:
        return [f"{page.url}: {trap}"]
    hidden = [f"hidden: {stop['html']}" for stop in stops if stop["hidden"]]
    return [f"{page.url}: {line}" for line in [*without_a_mark(stops), *hidden, *(["no stop"] * (not stops))]]


def forget_refusals(page: "Page") -> None:
    page.problems.clear()  # type: ignore[attr-defined]


@in_both_directions
def test_on_each_page_of_citizens(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wrong = []
    for number, (name, state) in enumerate(all_states().items()):
        if not has_its_turn(number, language):
            continue
        open_state(page, state, language=language)
        wrong += [f"{name}: {line}" for line in lost_stops(page)]
    forget_refusals(page)
    assert wrong == []


@in_both_directions
def test_on_each_page_of_those_who_work(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wrong, signed_in_as = [], None
    for number, (user, name, path) in enumerate(list(whose_pages())):
        if not has_its_turn(number, language):
            continue
        if user != signed_in_as:
            sign_in(page, user)
            signed_in_as = user
        page.goto(address(path, language))
        wrong += [f"{name}: {line}" for line in lost_stops(page)]
    assert wrong == []


@in_both_directions
def test_in_each_state_for_those_who_work(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wrong, signed_in_as = [], None
    for number, (user, name, state) in enumerate(list(whose_states())):
        if not has_its_turn(number, language):
            continue
        if user != signed_in_as:
            sign_in(page, user)
            signed_in_as = user
        open_state(page, state, language=language)
        wrong += [f"{user}, {name}: {line}" for line in lost_stops(page)]
    forget_refusals(page)
    assert wrong == []


@in_both_directions
def test_on_each_page_of_an_account(page: "Page", language: str, width: int) -> None:
    wrong = []
    for name in all_of_an_account(page, language, width):
        wrong += [f"{name}: {line}" for line in lost_stops(page)]
    forget_refusals(page)
    assert wrong == []


def test_a_stop_that_nobody_sees_is_found(page: "Page") -> None:
    page.set_content(
        "<!doctype html><html lang='de'><title>x</title><style>:focus { outline: 3px solid #b3470b }</style>"
        "<header style='position:sticky;top:0;height:90px;background:#fff'>Oben</header>"
        "<main><a href='#a' style='outline:none'>Ohne</a> <a href='#b' style='outline-color:#eee'>Blass</a>"
        "<p><a href='#c' style='position:absolute;top:20px;left:0;z-index:-1'>Darunter</a></p>"
        "<p><a href='#d'>Gut</a></p></main></html>"
    )
    assert [line.partition(": ")[2][:20] for line in lost_stops(page)] == [
        'no mark: <a href="#a',
        "a faint mark: <a hre",
        'hidden: <a href="#c"',
    ]


def test_a_trap_is_found(page: "Page") -> None:
    page.set_content(
        "<!doctype html><html lang='de'><title>x</title><main><p>Text</p><button>Erster</button>"
        "<button id='last'>Letzter</button></main></html>"
    )
    page.evaluate(
        """() => { document.querySelector('#last').onkeydown =
            pressed => { if (pressed.key === 'Tab') pressed.preventDefault() } }"""
    )
    (line,) = lost_stops(page)
    assert "the focus is still in the page" in line
