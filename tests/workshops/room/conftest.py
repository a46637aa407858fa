"""A workshop that runs, in a room at a BigBlueButton server on loopback."""

import datetime
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.zoom import ZoomServer
from tests.workshops.room.town import a_room_at
from workshops import sealing
from workshops.conferencing import zoom_tokens
from workshops.models import ConferenceRoom, Meeting, Registration, Workshop, localised
from workshops.operations import conferences


@pytest.fixture
def now() -> datetime.datetime:
    """Half an hour after the beginning."""
    return timezone.now()


@pytest.fixture
def bbb(settings: Settings) -> Iterator[BigBlueButtonServer]:
    with BigBlueButtonServer() as server:
        settings.CONFERENCE_HOSTS = frozenset({server.host})
        yield server


@pytest.fixture
def room(people: cast.Cast, bbb: BigBlueButtonServer) -> ConferenceRoom:
    return a_room_at(bbb, people, name="Rathaus", dial_in="07471 930-0")


@pytest.fixture
def workshop(people: cast.Cast, room: ConferenceRoom, now: datetime.datetime) -> Workshop:
    """Murat's; two hours long."""
    workshop = builders.a_workshop(
        builders.a_series(people.fields[0]),
        title=localised("Sprachkurse"),
        room=room,
        starts_at=now - datetime.timedelta(minutes=30),
        phone_code="12345",
    )
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def amina(workshop: Workshop, people: cast.Cast) -> Registration:
    return builders.a_registration(workshop, people.amina)


@pytest.fixture
def hans(workshop: Workshop, people: cast.Cast) -> Registration:
    return builders.a_registration(workshop, people.hans)


@pytest.fixture
def meeting(workshop: Workshop, room: ConferenceRoom, now: datetime.datetime) -> Meeting:
    """Begun long ago, as far as we know made."""
    begun = now - datetime.timedelta(hours=1)
    meeting = conferences.meeting_of(workshop, room, now=begun)
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=begun, seen_at=now)
    meeting.refresh_from_db()
    return meeting


@pytest.fixture
def murat(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.murat)
    return client


@pytest.fixture
def zoom(people: cast.Cast, workshop: Workshop, settings: Settings) -> Iterator[ZoomServer]:
    """The workshop is at Zoom."""
    zoom_tokens.forget()
    with ZoomServer() as server:
        settings.CONFERENCE_HOSTS |= {server.host}
        room = builders.a_room(
            people.process,
            provider="zoom",
            address=server.url,
            key_id=server.client_id,
            account_id=server.account_id,
            host="me",
            sealed_secret=sealing.seal(server.client_secret),
            sealed_webhook_secret=sealing.seal(server.webhook_secret),
        )
        Workshop.objects.update(room=room)
        yield server
    zoom_tokens.forget()
