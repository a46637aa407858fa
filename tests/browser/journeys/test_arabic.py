"""The same in Arabic on a telephone: from right to left, from the poster to the plan and out again."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.journeys.citizen import Citizen
from tests.browser.journeys.whole import walk
from tests.browser.looking import PHONE

if TYPE_CHECKING:
    import time_machine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def test_a_whole_journey_in_arabic(
    clock: "time_machine.Traveller", a_citizen: Callable[..., Citizen], tmp_path: Path
) -> None:
    walk(a_citizen(language="ar", width=PHONE, locale="ar-SY"), clock, tmp_path)
