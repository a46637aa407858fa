"""Each state of the citizens' pages: accessible, fits the screen, says what it should.

Elsewhere each state in one reading, in turn; in CI, and with EVERY_VIEW=1, each in all six.
"""

import os
from typing import TYPE_CHECKING

import pytest

from tests.browser.looking import address, findings, in_each_reading
from tests.browser.state import State
from tests.browser.states import all_states

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.fixtures import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
READINGS = in_each_reading.args[1]
IN_ALL = bool(os.environ.get("CI") or os.environ.get("EVERY_VIEW"))


def open_state(page: "Page", state: State, *, language: str) -> None:
    answer = page.goto(address(state.path, language))
    assert answer is not None
    assert answer.status == state.status, f"{state.path} answered {answer.status}"
    if state.act:
        state.act(page)
    page.locator(state.sees).first.wait_for()


@in_each_reading
def test_no_state_of_a_citizens_page_is_a_barrier(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    turn = READINGS.index((language, width))
    wrong = []
    for number, (name, state) in enumerate(all_states().items()):
        if IN_ALL or number % len(READINGS) == turn:
            open_state(page, state, language=language)
            wrong += [f"{name}: {line}" for line in findings(page)]
    assert wrong == []
    # Pages that are gone answer 404 and 410, as they should; the browser notes it.
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if "404" not in line and "410" not in line] == []
    problems.clear()


def test_too_many_at_once_is_no_barrier(page: "Page", settings: "Settings") -> None:
    settings.REGISTRATIONS_PER_HOUR = 0
    state = all_states()["register, sent"]
    page.goto(state.path)
    assert state.act is not None
    state.act(page)
    page.locator(".error-summary:focus").wait_for()
    assert page.locator("input[name=name]").input_value() == "Nora Neu"
    assert findings(page) == []
    page.problems.clear()  # type: ignore[attr-defined]
