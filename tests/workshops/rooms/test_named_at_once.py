"""The pages for seats, times and publication say at once that the room doesn't fit."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, pages
from tests.workshops.rooms.given import after
from workshops.models import ConferenceRoom, ParticipationProcess, Workshop, WorkshopSeries, localised

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_staff")]

DAY = datetime.timedelta(days=1)


@pytest.fixture
def room(process: ParticipationProcess) -> ConferenceRoom:
    return builders.a_room(process, name="Videoraum 1", seats=25)


@pytest.fixture
def other(series: WorkshopSeries, room: ConferenceRoom) -> Workshop:
    evening = timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0) + 14 * DAY
    return builders.a_workshop(series, title=localised("Kitas"), room=room, capacity=20, starts_at=evening)


def address(workshop: Workshop, page: str) -> str:
    return f"/staff/integrationsplan/workshops/{workshop.pk}/{page}/"


TAKEN = "„Videoraum 1“ ist zu dieser Zeit schon vergeben: „Kitas“."


def test_more_seats_than_the_room_has(client: Client, other: Workshop) -> None:
    given = {"capacity": "26", "waiting_capacity": "0"}
    assert pages.errors(client.post(address(other, "seats"), given)) == [
        "„Videoraum 1“ hat 25 Plätze, der Workshop braucht 26."
    ]


def test_a_time_when_the_room_is_taken_before_anyone_confirms(
    client: Client, series: WorkshopSeries, room: ConferenceRoom, other: Workshop
) -> None:
    workshop = builders.a_workshop(series, room=room, starts_at=other.starts_at + DAY)
    given = {"day": other.local_start.date().isoformat(), "starts": "19:59", "ends": "22:00"}
    assert pages.errors(client.post(address(workshop, "reschedule"), given)) == [TAKEN]
    workshop.refresh_from_db()
    assert (workshop.starts_at, workshop.revision) == (other.starts_at + DAY, 0)


@pytest.mark.parametrize("page", ["one", "all"])
def test_a_draft_whose_room_is_taken(
    client: Client, series: WorkshopSeries, room: ConferenceRoom, other: Workshop, page: str
) -> None:
    draft = builders.a_workshop(series, room=room, starts_at=other.starts_at, status="draft")
    if page == "one":
        assert after(client, address(draft, "publish")) == [TAKEN]
    else:
        path = "/staff/integrationsplan/planning/publish/"
        given = {"accept_conflicts": "on", "conflict": pages.hidden(client.get(path), "conflict")}
        assert TAKEN in pages.text(client.post(path, given))
    draft.refresh_from_db()
    assert draft.is_draft
