"""A workshop at BigBlueButton, and Amina's link to it."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.browser.join.clock import MINUTE
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import links
from workshops.models import Workshop
from workshops.operations import rooms


@pytest.fixture
def server(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as started:
        settings.CONFERENCE_HOSTS = frozenset({started.host})
        yield started


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def workshop(people: cast.Cast, server: BigBlueButtonServer) -> Workshop:
    """In a room at BigBlueButton, with a number to call; it begins in ten minutes."""
    starts_at = timezone.now() + 10 * MINUTE
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=starts_at)
    details = rooms.RoomDetails(
        name="Zollern",
        provider="bigbluebutton",
        address=server.address,
        secret=server.secret,
        dial_in="07471 930-0",
    )
    rooms.assign(workshop, room=rooms.add(people.process, details, by=people.sabine), by=people.sabine)
    return workshop


@pytest.fixture
def join(workshop: Workshop, people: cast.Cast) -> str:
    seat = builders.a_registration(workshop, people.amina, needs=["interpretation"])
    link = links.make(people.amina, links.Scope.JOIN, registration=seat)
    return f"/join/{links.token_of(link)}/"
