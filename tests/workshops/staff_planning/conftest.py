"""A town on the day on which its series are planned."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests import cast
from tests.workshops.staff_planning.steps import NOW, a_small_series, ask, plan
from workshops.models import Workshop
from workshops.operations import series


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def staff(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture
def proposal(staff: Client, people: cast.Cast) -> list[Workshop]:
    a_small_series(people, weekdays=[1])
    ask(staff)
    plan(people)
    return series.drafts_of(people.process)
