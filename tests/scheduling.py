"""How the workers share the tests.

A file stays on one worker, because its tests share what is expensive to start. Some files hold few long tests
that share nothing: these are given out one by one. All in the order of collection, where the long ones come
early: xdist's own order begins with the files that have most tests. That leaves the longest for the end, when
the other workers have nothing to do.
"""

from typing import TYPE_CHECKING, Any

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest

ONE_BY_ONE = (
    "tests/browser/test_every_page.py",
    "tests/faults/test_campaign.py",
    "tests/faults/test_delivery_faults.py",
    "tests/faults/test_deploys.py",
    "tests/workshops/survey_import/test_memory.py",
)


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    def __init__(self, config: "pytest.Config", log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        file, _separator, test = nodeid.partition("::")
        return f"{file}::{test}" if file in ONE_BY_ONE else file
