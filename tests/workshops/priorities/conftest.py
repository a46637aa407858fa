"""The evening that these tests begin with."""

import pytest

from tests.workshops.priorities.evenings import Evening, an_evening


@pytest.fixture
def evening(db: None) -> Evening:
    return an_evening()
