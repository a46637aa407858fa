"""The last line of defence of meetings, presences and callers: whoever writes, these rows can't exist."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests import builders
from tests.workshops.test_registration_constraints import broken_by
from workshops.models import InterpretationChannel, Meeting, PhoneGuest, Presence, Workshop

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = datetime.timedelta(hours=1)
Attempt = tuple[type[models.Model], str, Callable[[], object]]


def attempts() -> list[Attempt]:
    workshop = builders.a_workshop()
    room = builders.a_room(workshop.process)
    channel = InterpretationChannel.objects.create(workshop=workshop, label="Arabisch")
    on = Meeting.objects.create(workshop=workshop, room=room, key="a", created_at=NOW)
    second = {"purpose": "channel", "channel": channel}
    Meeting.objects.create(workshop=workshop, room=room, key="b", created_at=NOW, **second)
    Presence.objects.create(meeting=on, person_key="r1", joined_at=NOW, last_seen_at=NOW)
    Meeting.objects.create(
        workshop=workshop, room=room, key="z", created_at=NOW, purpose="rehearsal", channel=channel
    )
    keys = iter("cdefghijklmnopq")

    def meeting(**fields: Any) -> Callable[[], object]:
        given = {"workshop": workshop, "room": room, "purpose": "rehearsal", "created_at": NOW, **fields}
        return lambda: Meeting.objects.create(**{"key": next(keys), **given})

    def presence(**fields: Any) -> Callable[[], object]:
        given = {"meeting": on, "person_key": "r2", "joined_at": NOW, "last_seen_at": NOW, **fields}
        return lambda: Presence.objects.create(**given)

    def guest(minutes: int) -> Callable[[], object]:
        return lambda: PhoneGuest.objects.create(workshop=workshop, minutes=minutes)

    return [
        (Meeting, "a_known_meeting_purpose", meeting(purpose="party")),
        (Meeting, "a_second_room_belongs_to_a_channel", meeting(purpose="channel")),
        (Meeting, "a_second_room_belongs_to_a_channel", meeting(**{**second, "purpose": "workshop"})),
        (Meeting, "one_meeting_at_a_time", meeting(purpose="workshop")),
        (Meeting, "one_meeting_at_a_time_per_channel", meeting(**second)),
        (Meeting, "one_meeting_at_a_time_per_channel", meeting(channel=channel)),
        (Meeting, "a_meetings_problem_has_a_moment", meeting(problem="down")),
        (Meeting, "a_meetings_problem_has_a_moment", meeting(problem_at=NOW)),
        (Meeting, "only_what_is_over_is_closed", meeting(closed_at=NOW)),
        (Presence, "nobody_is_twice_in_one_meeting", presence(person_key="r1")),
        (Presence, "nobody_leaves_before_they_come", presence(left_at=NOW - HOUR)),
        (Presence, "nobody_is_seen_before_they_come", presence(last_seen_at=NOW - HOUR)),
        (PhoneGuest, "a_phone_guests_minutes_are_rounded", guest(42)),
    ]


def broken(model: type[models.Model], act: Callable[[], object]) -> set[str]:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return broken_by(error, model)


def test_a_row_that_breaks_a_rule_is_not_kept() -> None:
    not_stopped = [
        (model.__name__, name) for model, name, act in attempts() if name not in broken(model, act)
    ]
    assert not_stopped == []


def test_every_constraint_is_tried() -> None:
    tried = {(model.__name__, name) for model, name, _act in attempts()}
    there = {
        (model.__name__, each.name)
        for model in (Meeting, Presence, PhoneGuest)
        for each in model._meta.constraints
    }
    assert there == tried


def test_what_is_over_makes_room_for_the_next() -> None:
    workshop = builders.a_workshop()
    room = builders.a_room(workshop.process)
    for key in "ab":
        Meeting.objects.create(workshop=workshop, room=room, key=key, created_at=NOW, ended_at=NOW)
    on = Meeting.objects.create(workshop=workshop, room=room, key="c", created_at=NOW)
    for left_at in (NOW, NOW, None):
        on.presences.create(person_key="r1", joined_at=NOW, last_seen_at=NOW, left_at=left_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(workshop=workshop, room=room, key="c", created_at=NOW, ended_at=NOW)
    assert (Workshop.objects.get().meetings.count(), on.presences.count()) == (3, 3)
