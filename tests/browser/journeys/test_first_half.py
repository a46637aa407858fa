"""From the poster to the calendar in Leichte Sprache on a telephone, and in Turkish from Istanbul's clock."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.journeys.citizen import Citizen
from tests.browser.journeys.place import a_place
from tests.browser.looking import DESK, PHONE

if TYPE_CHECKING:
    import time_machine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize(
    ("language", "width", "more"),
    [("de-simple", PHONE, {}), ("tr", DESK, {"locale": "tr-TR", "timezone_id": "Europe/Istanbul"})],
    ids=["de-simple", "tr"],
)
def test_from_the_poster_to_the_calendar(
    clock: "time_machine.Traveller",
    a_citizen: Callable[..., Citizen],
    tmp_path: Path,
    language: str,
    width: int,
    more: dict[str, Any],
) -> None:
    place = a_place()
    citizen = a_citizen(language=language, width=width, **more)
    citizen.comes_from_the_poster(place, tmp_path)
    citizen.finds_the_workshop(place)
    citizen.registers(place)
    citizen.confirms(place)
    citizen.changes_their_needs()
    citizen.takes_the_calendar_file(place)
    citizen.opens(citizen.mine)
    notes = citizen.page.locator("[data-here]:not(script)").all_inner_texts()
    assert bool(notes) == ("timezone_id" in more)
    assert all("19:00" in note for note in notes)
