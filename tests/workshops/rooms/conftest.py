"""A town with its workshops, and providers on loopback that our code may ask."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops.models import ParticipationProcess, User, Workshop, WorkshopSeries


@pytest.fixture
def process(people: cast.Cast) -> ParticipationProcess:
    return people.process


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def series(people: cast.Cast) -> WorkshopSeries:
    return builders.a_series(people.fields[0])


@pytest.fixture
def workshop(series: WorkshopSeries) -> Workshop:
    """Published, with 20 seats, in two weeks."""
    return builders.a_workshop(series)


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server


@pytest.fixture
def _staff(client: Client, sabine: User) -> None:
    """Pages are opened by Sabine."""
    client.force_login(sabine)
