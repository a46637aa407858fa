"""Houses that end with the test, or with the module, whatever happened."""

from collections.abc import Callable, Iterator

import pytest

from tests.runtime.houses import StartedHouse

StartHouse = Callable[..., StartedHouse]


def _houses() -> Iterator[StartHouse]:
    started: list[StartedHouse] = []

    def start(*arguments: object, **options: object) -> StartedHouse:
        started.append(StartedHouse(*arguments, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for house in started:
        house.clean_up()


@pytest.fixture
def start_house() -> Iterator[StartHouse]:
    """start_house(kind, data, port=…, options=(…), NAME="environment") → StartedHouse."""
    yield from _houses()


@pytest.fixture(scope="module")
def start_module_house() -> Iterator[StartHouse]:
    yield from _houses()
