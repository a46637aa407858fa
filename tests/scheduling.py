"""Which tests run every day, and how the workers share them.

`.ci/run` runs everything. Without CI, `pytest` alone leaves out what takes long and rarely finds something
that the others don't: it stays under ten minutes. Whoever names a file, a test or an expression gets it.

A file stays on one worker, because its tests share what is expensive to start. Some files hold few long tests
that share nothing: these are given out one by one. All in the order of collection, where the long ones come
early: xdist's own order begins with the files that have most tests. That leaves the longest for the end, when
the other workers have nothing to do.
"""

import os
from typing import TYPE_CHECKING, Any

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest

ONE_BY_ONE = (
    "tests/browser/test_every_address.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_seen_otherwise.py",
    "tests/browser/test_staff_states.py",
    "tests/browser/test_states.py",
    "tests/browser/test_tab_key.py",
    "tests/faults/test_campaign.py",
    "tests/faults/test_delivery_faults.py",
    "tests/faults/test_deploys.py",
    "tests/workshops/survey_import/test_memory.py",
)


# Of the browser's tests those that walk the main ways of citizens, moderators and staff.
EVERY_DAY_IN_A_BROWSER = (
    "tests/browser/test_citizen.py",
    "tests/browser/test_keyboard.py",
    "tests/browser/test_moderation.py",
    "tests/browser/test_planning.py",
    "tests/browser/test_registration.py",
)
# Many real processes, killed or slowed down, or whole tables of times.
NOT_EVERY_DAY = (
    "tests/faults/",
    "tests/runtime/test_serve.py",
    "tests/workshops/test_registration_secrecy.py",
)


def is_whole_run(config: "pytest.Config") -> bool:
    """Was nothing named in particular?"""
    named = {(config.rootpath / each).resolve() for each in config.args}
    everything = {(config.rootpath / each).resolve() for each in config.getini("testpaths")}
    return named == everything and not config.option.keyword and not config.option.markexpr


def is_for_every_day(item: "pytest.Item") -> bool:
    file = item.nodeid.partition("::")[0]
    if item.get_closest_marker("browser") is not None or file.startswith("tests/browser/"):
        return file in EVERY_DAY_IN_A_BROWSER
    return item.get_closest_marker("slow") is None and not file.startswith(NOT_EVERY_DAY)


def leave_out(config: "pytest.Config", items: "list[pytest.Item]") -> None:
    """On a day like any other, what is for CI."""
    if os.environ.get("CI") or not is_whole_run(config):
        return
    kept = [item for item in items if is_for_every_day(item)]
    config.hook.pytest_deselected(items=[item for item in items if not is_for_every_day(item)])
    items[:] = kept


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def __init__(self, config: "pytest.Config", log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file, _separator, test = nodeid.partition("::")
        return f"{file}::{test}" if file in ONE_BY_ONE else file
