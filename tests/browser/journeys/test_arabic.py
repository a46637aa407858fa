"""The same in Arabic: from right to left, from the poster to the plan and out again."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.citizen import Citizen
from tests.browser.journeys.whole import walk
from tests.browser.looking import DESK, PHONE

if TYPE_CHECKING:
    import time_machine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_whole_journey_in_arabic(
    clock: "time_machine.Traveller", a_citizen: Callable[..., Citizen], tmp_path: Path, width: int
) -> None:
    walk(a_citizen(language="ar", width=width, locale="ar-SY"), clock, tmp_path)
