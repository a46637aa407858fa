"""Each state of staff's and moderators' pages: accessible, fits the screen. As test_states for citizens."""

from typing import TYPE_CHECKING

import pytest

from tests.browser import town
from tests.browser.looking import findings, in_each_reading, sign_in
from tests.browser.staff_states import moderator_states, staff_states
from tests.browser.test_states import IN_ALL, READINGS, open_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.state import State
    from workshops.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def whose_states() -> "Iterator[tuple[User, str, State]]":
    place = town.in_full_swing()
    for user, states in (
        (place.cast.sabine, staff_states(place)),
        (place.cast.murat, moderator_states(place)),
    ):
        for name, state in states.items():
            yield user, name, state


@in_each_reading
def test_no_state_for_those_who_work_is_a_barrier(page: "Page", language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    turn, signed_in = READINGS.index((language, width)), None
    wrong = []
    for number, (user, name, state) in enumerate(list(whose_states())):
        if not IN_ALL and number % len(READINGS) != turn:
            continue
        if user != signed_in:
            sign_in(page, user)
            signed_in = user
        open_state(page, state, language=language)
        wrong += [f"{user}, {name}: {line}" for line in findings(page)]
    assert wrong == []
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if "404" not in line] == []
    problems.clear()
