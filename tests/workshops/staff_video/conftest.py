"""A town with a room at a BigBlueButton server that answers on loopback; staff are signed in."""

import datetime
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import sealing
from workshops.models import (
    ConferenceRoom,
    Meeting,
    ParticipationProcess,
    Recording,
    Workshop,
    localised,
)
from workshops.operations import recordings

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


def a_room_at(server: BigBlueButtonServer, people: cast.Cast, **fields: object) -> ConferenceRoom:
    return builders.a_room(
        people.process,
        provider=ConferenceRoom.Provider.BIGBLUEBUTTON,
        address=server.address,
        sealed_secret=sealing.seal(server.secret),
        **fields,
    )


@pytest.fixture
def room(people: cast.Cast, bbb: BigBlueButtonServer) -> ConferenceRoom:
    return a_room_at(bbb, people, name="Rathaus", dial_in="07471 930-0")


@pytest.fixture
def workshop(people: cast.Cast, room: ConferenceRoom) -> Workshop:
    """In two weeks, in the room at BigBlueButton."""
    return builders.a_workshop(
        builders.a_series(people.fields[0]), title=localised("Sprachkurse"), room=room, phone_code="12345"
    )


def address(workshop: Workshop, page: str = "") -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}"


@pytest.fixture
def may_record(people: cast.Cast) -> None:
    ParticipationProcess.objects.update(may_record=True)
    people.process.may_record = True


@pytest.fixture
def held(workshop: Workshop, room: ConferenceRoom) -> Workshop:
    """Over since an hour, and its recording was announced."""
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR, recording_announced_at=NOW - 3 * DAY
    )
    Meeting.objects.create(
        workshop=workshop, room=room, key="m" * 40, created_at=NOW, opened_at=NOW, is_recorded=True
    )
    workshop.refresh_from_db()
    return workshop


def listed(server: BigBlueButtonServer, *minutes: int) -> list[Recording]:
    for each in minutes:
        server.record("m" * 40, minutes=each)
    recordings.tend(now=timezone.now())
    return list(Recording.objects.order_by("pk"))
