"""Nothing is cut or lost for readers with larger letters, wider spacing, their own colours, no motion.

Every day each way of reading in one direction; with EVERY_VIEW=1 in both.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looking import DESK, SMALL, address, too_wide
from tests.browser.seen_otherwise import (
    TEXT_SPACING,
    TWICE_AS_LARGE,
    cut,
    lost_in_forced_colours,
    moving,
)
from tests.browser.state import State
from tests.browser.states import all_states
from tests.browser.test_states import open_state

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

# The main pages and the forms; each with what is longest on it.
NAMES = (
    *("process in full swing", "calendar of a month", "field", "workshop recorded", "search, found"),
    *("register, mistakes", "mine, two at once, just confirmed", "door open", "minutes", "progress"),
    *("accessibility, mistake", "sign in"),
)


def chosen() -> list[State]:
    states = all_states()
    return [states[name] for name in NAMES]


@pytest.fixture
def tab(request: pytest.FixtureRequest, chromium: "Browser", live_server: "LiveServer") -> "Iterator[Page]":
    """A tab with the parameter's settings, into which a test may put a reader's own styles."""
    settings: dict[str, Any] = getattr(request, "param", {})
    context = chromium.new_context(base_url=live_server.url, bypass_csp=True, **settings)
    yield context.new_page()
    context.close()


AS_THEY_READ = {
    "at 400 percent": (SMALL, 256, "", "ar"),
    "spaced on a phone": (SMALL, 800, TEXT_SPACING, "de"),
    "spaced on a desk": (DESK, 800, TEXT_SPACING, "ar"),
    "twice as large": (DESK, 800, TWICE_AS_LARGE, "de"),
}


@pytest.mark.parametrize("is_other_way", [False, True] if os.environ.get("EVERY_VIEW") else [False])
@pytest.mark.parametrize("how", AS_THEY_READ)
def test_nothing_is_cut(tab: "Page", how: str, is_other_way: bool) -> None:
    width, height, style, language = AS_THEY_READ[how]
    if is_other_way:
        language = "de" if language == "ar" else "ar"
    tab.set_viewport_size({"width": width, "height": height})
    wrong = []
    for state in chosen():
        open_state(tab, state, language=language)
        if style:
            tab.add_style_tag(content=style)
        wrong += [*cut(tab), *too_wide(tab)]
    assert wrong == []


def test_words_that_are_cut_are_found(tab: "Page") -> None:
    tab.set_content(
        "<body><h1 style='width:50px;overflow:hidden;white-space:nowrap'>Beteiligungsprozess</h1>"
        "<p>Unten</p><p style='margin-top:-2em'>Darauf</p></body>"
    )
    assert [line.split(": ", 1)[1] for line in cut(tab)] == [
        'cut: <h1 style="width:50px;overflow:hidden;white-space:nowrap">Beteiligungsprozess</h1>',
        "one upon the other: Unten × Darauf",
    ]


@pytest.mark.parametrize("tab", [{"forced_colors": "active"}], indirect=True)
@pytest.mark.parametrize("width", [SMALL, DESK])
def test_in_forced_colours_everything_has_a_line_and_says_where_one_is(tab: "Page", width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    wrong = []
    for state in chosen():
        open_state(tab, state, language="de")
        assert tab.evaluate("matchMedia('(forced-colors: active)').matches")
        wrong += lost_in_forced_colours(tab)
    assert wrong == []
    # Bars and charts are drawn in the reader's colours.
    tab.goto(address("/integrationsplan/bildung-und-sprache/", "de"))
    looks = tab.eval_on_selector_all("progress, meter", "all => all.map(e => getComputedStyle(e).appearance)")
    assert set(looks) <= {"auto"}


@pytest.mark.parametrize("tab", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_whoever_wishes_so(tab: "Page") -> None:
    wrong = []
    for state in chosen():
        open_state(tab, state, language="de")
        wrong += moving(tab)
    assert wrong == []
