"""A workshop moves while people are in it: out of the old meeting, and into the new one."""

import datetime

import pytest

from tests import cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.workshops.room.town import MINUTE, a_room_at, go_in
from workshops.models import Meeting, Presence, Registration, Workshop
from workshops.operations import conferences, rooms
from workshops.operations.tending import CLOSE_FOR, tend

pytestmark = pytest.mark.django_db

Moment = datetime.datetime


@pytest.mark.parametrize("fault", ["", "down", "failing before"])
def test_after_a_move_the_old_meeting_is_closed_so_that_all_come_back(
    workshop: Workshop,
    people: cast.Cast,
    bbb: BigBlueButtonServer,
    amina: Registration,
    now: Moment,
    fault: str,
) -> None:
    tend(now=now)
    go_in(workshop, amina, now=now)
    tend(now=now + MINUTE)
    old = Meeting.objects.get()
    if fault == "failing before":
        bbb.faults.status = 503
        tend(now=now + 2 * MINUTE)
    rooms.assign(workshop, room=a_room_at(bbb, people, name="Neu"), by=people.sabine, now=now + 3 * MINUTE)
    if fault == "down":
        bbb.faults.status = 503
    assert not Presence.objects.inside().exists()
    tend(now=now + 4 * MINUTE)
    old.refresh_from_db()
    assert (old.closed_at is None, bbb.meetings[old.key].is_ended) == (bool(fault), not fault)
    bbb.heal()
    tend(now=now + 5 * MINUTE)
    old.refresh_from_db()
    new = Meeting.objects.alive().get()
    assert (old.closed_at is None, bbb.meetings[old.key].is_ended) == (False, True)
    assert (new.room.name, new.opened_at is not None, bbb.meetings[new.key].is_ended) == ("Neu", True, False)


def test_a_provider_that_never_hears_is_not_told_for_ever(
    workshop: Workshop, meeting: Meeting, bbb: BigBlueButtonServer, now: Moment
) -> None:
    bbb.faults.status = 503
    Meeting.objects.update(ended_at=now)
    Workshop.objects.update(status="draft", published_at=None, published_by=None)
    for moment in (now + MINUTE, now + CLOSE_FOR - MINUTE, now + CLOSE_FOR):
        tend(now=moment)
    assert len(bbb.asked) == 2


def test_a_click_that_was_on_its_way_during_a_move_goes_to_the_new_room(
    workshop: Workshop, people: cast.Cast, bbb: BigBlueButtonServer, amina: Registration, now: Moment
) -> None:
    as_it_was = Workshop.objects.select_related("room", "series__field__process").get()
    rooms.assign(workshop, room=a_room_at(bbb, people, name="Neu"), by=people.sabine, now=now)
    person = conferences.person_of(amina)
    # Nothing is made in the room that was left, whether or not there is a meeting in the new one.
    assert conferences.enter(as_it_was, person, now=now).state is conferences.State.BUSY
    assert conferences.enter(workshop, person, now=now).state is conferences.State.READY
    assert conferences.enter(as_it_was, person, now=now).state is conferences.State.BUSY
    assert [meeting.room.name for meeting in Meeting.objects.all()] == ["Neu"]
