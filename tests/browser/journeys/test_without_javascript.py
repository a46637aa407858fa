"""The same in German on a telephone whose browser runs no script."""

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


def test_a_whole_journey_without_javascript(
    clock: "time_machine.Traveller", a_citizen: Callable[..., Citizen], tmp_path: Path
) -> None:
    walk(a_citizen(language="de", width=PHONE, java_script_enabled=False), clock, tmp_path)
