"""Printed pages: dark on white, whatever the screen prefers; and the small print of the month."""

from typing import TYPE_CHECKING

import pytest

from tests import builders, cast
from tests.browser.looking import DESK, look_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_marks_of_finished_steps_can_be_read_on_paper(page: "Page", scheme: str) -> None:
    """Browsers print no grounds, so that a white mark would stand on white paper."""
    cast.gather()
    page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    look_at(page, "/integrationsplan/", width=DESK)
    marks: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll('.timeline__step.is-done')]
            .map(e => getComputedStyle(e, '::before')).map(s => [s.content, s.color])"""
    )
    assert marks
    assert {tuple(mark) for mark in marks} == {('"✓"', "rgb(0, 0, 0)")}


def test_the_month_says_weekdays_without_a_link_and_notes_as_small_as_their_entry(page: "Page") -> None:
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    look_at(page, f"/integrationsplan/calendar/?month={workshop.starts_at:%Y-%m}")
    page.locator(".calendar__entry").first.wait_for()
    looks = page.evaluate(
        """() => {
            const entry = document.querySelector('.calendar__entry'), note = document.createElement('span')
            note.className = 'meta'  // As zones.js writes it for whoever has another clock.
            entry.append(note)
            return [...document.querySelectorAll('.calendar abbr')]
                .map(e => getComputedStyle(e).textDecorationLine)
                .concat(getComputedStyle(note).fontSize === getComputedStyle(entry).fontSize)
        }"""
    )
    assert looks == [*["none"] * 7, True]


def test_what_one_can_only_press_is_not_printed(page: "Page") -> None:
    """Nobody opens a closed box or follows the links of all pages on paper: they filled a second sheet."""
    people = cast.gather()
    builders.a_workshop(builders.a_series(people.fields[0]))
    look_at(page, "/integrationsplan/calendar/")
    pressed = page.locator(".site-footer nav a, .disclosure:not([open]) summary")
    on_screen = pressed.locator("visible=true").count()
    page.emulate_media(media="print")
    page.locator(".disclosure").first.evaluate("box => box.open = true")
    assert on_screen > 5
    assert pressed.locator("visible=true").count() == 0
    assert page.locator(".disclosure[open] summary").is_visible()
    assert page.get_by_role("contentinfo").is_visible()
