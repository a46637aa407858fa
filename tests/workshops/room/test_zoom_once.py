"""A workshop at Zoom, which makes another meeting each time that it is asked: one is made all the same."""

import datetime

import pytest
import requests

from tests import builders, cast
from tests.providers.zoom import ZoomServer
from tests.servers import wait_until
from workshops.conferencing.protocol import Person
from workshops.conferencing.zoom import Zoom
from workshops.models import Meeting, Workshop
from workshops.operations import conferences, rooms
from workshops.operations.conferences import APPEARS_WITHIN, CLAIM_LASTS, REST_AFTER_FAILURE, State
from workshops.operations.tending import tend

pytestmark = pytest.mark.django_db

Moment = datetime.datetime
SECOND = datetime.timedelta(seconds=1)
PERSON = Person("r1", "Amina Haddad")


def knock(workshop: Workshop, now: Moment) -> State:
    mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
    return conferences.enter(mine, PERSON, now=now).state


def test_an_answer_that_is_lost_is_looked_for_at_the_next_click(
    zoom: ZoomServer, workshop: Workshop, now: Moment
) -> None:
    zoom.loses = 1
    moments = [now, now + SECOND, now + REST_AFTER_FAILURE + SECOND]
    assert [knock(workshop, moment) for moment in moments] == [State.FAILED, State.FAILED, State.READY]
    (number,) = zoom.meetings
    meeting = Meeting.objects.get()
    assert (meeting.external_id, meeting.asked_at, zoom.creates) == (number, None, 1)


def test_an_answer_that_comes_after_the_next_clicks_is_found_by_a_later_one(
    zoom: ZoomServer, workshop: Workshop, now: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else this test would wait as long as real people.
    monkeypatch.setattr(
        Zoom.__init__, "__kwdefaults__", {**(Zoom.__init__.__kwdefaults__ or {}), "seconds": 0.4}
    )
    zoom.faults.slow, zoom.faults.only = 1.5, frozenset({"create"})
    states = [knock(workshop, now + each * 5 * SECOND) for each in range(4)]
    assert states == [State.FAILED] * 4
    assert Meeting.objects.get().asked_at == now
    wait_until(lambda: bool(zoom.meetings), what="Zoom made it after all", seconds=10)
    assert knock(workshop, now + 25 * SECOND) is State.READY
    assert zoom.creates == 1


def test_what_never_came_is_asked_for_again_after_half_a_minute(
    zoom: ZoomServer, workshop: Workshop, now: Moment
) -> None:
    zoom.faults.reset, zoom.faults.only = True, frozenset({"create"})
    assert knock(workshop, now) is State.FAILED
    zoom.heal()
    moments = [now + 5 * SECOND, now + APPEARS_WITHIN - SECOND, now + APPEARS_WITHIN + 5 * SECOND]
    assert [knock(workshop, moment) for moment in moments] == [State.FAILED, State.FAILED, State.READY]
    assert zoom.creates == 1


def test_who_breaks_off_before_the_number_is_written_down_leaves_no_second_meeting(
    zoom: ZoomServer, workshop: Workshop, now: Moment
) -> None:
    """The process ends between Zoom's answer and our row."""
    knock(workshop, now)
    Meeting.objects.update(
        external_id="", opened_at=None, seen_at=None, asked_at=now, claimed_until=now + CLAIM_LASTS
    )
    moments = [now + SECOND, now + CLAIM_LASTS]
    assert [knock(workshop, moment) for moment in moments] == [State.BUSY, State.READY]
    (number,) = zoom.meetings
    assert (Meeting.objects.get().external_id, zoom.creates) == (number, 1)


def test_one_who_looked_before_another_asked_knows_of_the_question(
    zoom: ZoomServer, workshop: Workshop, now: Moment
) -> None:
    room = Workshop.objects.select_related("room").get(pk=workshop.pk).room
    assert room is not None
    early = conferences.meeting_of(workshop, room, now=now)
    zoom.faults.reset, zoom.faults.only = True, frozenset({"create"})
    assert knock(workshop, now) is State.FAILED
    zoom.heal()
    assert early.asked_at is None
    state = conferences.make_ready(early, rooms.provider_of(room), now=now + 5 * SECOND)
    assert (state, zoom.creates) == (State.FAILED, 0)


def test_after_a_move_whoever_kept_zooms_address_comes_to_nothing(
    zoom: ZoomServer, workshop: Workshop, people: cast.Cast, now: Moment
) -> None:
    mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
    kept = conferences.enter(mine, PERSON, now=now).address
    assert "not valid" not in requests.get(kept, timeout=5).text
    room = builders.a_room(people.process, provider="link", address="https://meet.example/r", name="Zollern")
    move = rooms.assign(mine, room=room, by=people.sabine, now=now)
    assert move is not None
    assert [conferences.close(meeting) for meeting in move.left] == [""]
    assert "not valid" in requests.get(kept, timeout=5).text
    assert zoom.meetings == {}


def test_a_meeting_that_was_never_heard_of_is_deleted_when_it_is_moved_away_from(
    zoom: ZoomServer, workshop: Workshop, people: cast.Cast, now: Moment
) -> None:
    zoom.loses = 1
    knock(workshop, now)
    assert zoom.creates == 1
    mine = Workshop.objects.select_related("series__field__process", "room").get(pk=workshop.pk)
    rooms.assign(mine, room=None, by=people.sabine, now=now)
    tend(now=now + SECOND)
    assert zoom.meetings == {}
    assert Meeting.objects.get().closed_at is not None


def test_the_sweep_tells_zoom_again_that_it_is_over(
    zoom: ZoomServer, workshop: Workshop, now: Moment
) -> None:
    knock(workshop, now)
    (held,) = zoom.meetings.values()
    held.status, zoom.ends_slowly = "started", True
    over = Workshop.objects.get(pk=workshop.pk).ends_at + conferences.OVERRUN
    tend(now=over)
    assert (Meeting.objects.get().closed_at, len(zoom.meetings)) == (None, 1)
    zoom.ends_slowly = False
    tend(now=over + 15 * SECOND)
    assert Meeting.objects.get().closed_at is not None
    assert zoom.meetings == {}
