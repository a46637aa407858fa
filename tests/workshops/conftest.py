"""What the tests of the domain have in common."""

import pytest

from tests import cast


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()
