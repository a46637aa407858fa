"""Nothing is cut or lost for readers with larger letters, wider spacing, their own colours, no motion.

In each state of each page that has states (citizens', staff's and moderators', accounts'), and at each
address of staff, moderators and helpers. In both directions, where least fits and where most does; Leichte
Sprache has the letters and the templates of German.
"""

from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import DESK, SMALL, address, sign_in
from tests.browser.seen_otherwise import cut, losses, lost_in_forced_colours, moving
from tests.browser.states import all_states
from tests.browser.test_account_pages import all_of_an_account
from tests.browser.test_every_address import whose_pages
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

in_both_directions = pytest.mark.parametrize(
    ("language", "width"), [(language, width) for language in ("de", "ar") for width in (SMALL, DESK)]
)


def settle(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(reduced_motion="reduce")


def forget_refusals(page: "Page") -> None:
    """Pages that are gone or refuse answer so, as they should; the browser notes it."""
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if not any(status in line for status in ("400", "404", "410"))] == []
    problems.clear()


@in_both_directions
def test_citizens_lose_nothing(page: "Page", language: str, width: int) -> None:
    settle(page, width)
    wrong = []
    for name, state in all_states().items():
        open_state(page, state, language=language)
        wrong += [f"{name}: {line}" for line in losses(page)]
    forget_refusals(page)
    assert wrong == []


@in_both_directions
def test_those_who_work_lose_nothing(page: "Page", language: str, width: int) -> None:
    settle(page, width)
    wrong, signed_in_as = [], None
    for user, name, state in list(whose_states()):
        if user != signed_in_as:
            sign_in(page, user)
            signed_in_as = user
        open_state(page, state, language=language)
        wrong += [f"{user}, {name}: {line}" for line in losses(page)]
    forget_refusals(page)
    assert wrong == []


@in_both_directions
def test_nothing_is_lost_at_any_address_of_those_who_work(page: "Page", language: str, width: int) -> None:
    settle(page, width)
    wrong, signed_in_as = [], None
    for user, name, path in list(whose_pages()):
        if user != signed_in_as:
            sign_in(page, user)
            signed_in_as = user
        page.goto(address(path, language))
        wrong += [f"{name}: {line}" for line in losses(page)]
    assert wrong == []


@in_both_directions
def test_nobody_loses_anything_in_their_account(page: "Page", language: str, width: int) -> None:
    settle(page, width)
    wrong = []
    for name in all_of_an_account(page, language, width):
        wrong += [f"{name}: {line}" for line in losses(page)]
    forget_refusals(page)
    assert wrong == []


def test_words_that_are_cut_are_found(page: "Page") -> None:
    page.set_content(
        "<body><h1 style='width:50px;overflow:hidden;white-space:nowrap'>Beteiligungsprozess</h1>"
        "<p>Unten</p><p style='margin-top:-2em'>Darauf</p></body>"
    )
    assert [line.split(": ", 1)[1] for line in cut(page)] == [
        'cut: <h1 style="width:50px;overflow:hidden;white-space:nowrap">Beteiligungsprozess</h1>',
        "one upon the other: Unten × Darauf",
    ]


def test_what_only_a_colour_says_is_found(page: "Page") -> None:
    page.set_content(
        "<body><style>.card { border: 0 } a { font-weight: 400 }</style>"
        "<div class='card'>Ohne Rand</div><nav><a aria-current='page' href='#'>Hier</a></nav>"
        "<meter value='.5' style='appearance: none'></meter></body>"
    )
    assert [line.split(": ")[1] for line in lost_in_forced_colours(page)] == [
        "no line around",
        "only a colour says so",
        "not in the reader's colours",
    ]


def test_what_moves_is_found(page: "Page") -> None:
    page.set_content("<body><p style='transition: color 1s'>Langsam</p></body>")
    (line,) = moving(page)
    assert "would move: <p" in line


def test_a_look_leaves_the_page_as_it_was(page: "Page") -> None:
    settle(page, SMALL)
    page.goto("/accounts/login/")
    before = page.locator("main").bounding_box()
    losses(page)
    assert page.locator("main").bounding_box() == before
    assert page.viewport_size == {"width": SMALL, "height": 800}
