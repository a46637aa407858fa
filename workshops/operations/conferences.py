"""Meetings at the rooms' providers: made once, entered by many, watched, ended.

Asking a provider takes up to five seconds, so it happens outside every transaction and lock, and one at a
time for one meeting: whoever wins the claim asks, all others are told to come again in a moment. A signed
address is made for one click and never kept.
"""

import datetime
import logging
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from workshops.conferencing.protocol import Info, Person, Provider, ProviderError, Role, WrongSettings
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, InterpretationChannel, Meeting, Registration, User, Workshop
from workshops.models.conference import new_meeting_key
from workshops.operations.provider_words import there
from workshops.operations.rooms import provider_of

logger = logging.getLogger(__name__)

Purpose = Meeting.Purpose

# Longer than two questions to a provider may take (`conferencing.http.SECONDS`) and we need around them:
# whoever claimed before is gone.
CLAIM_LASTS = datetime.timedelta(seconds=12)
# After a failure nobody asks again for so long: a server that is down is not helped by two hundred knocks.
REST_AFTER_FAILURE = datetime.timedelta(seconds=3)
# A question that was never answered may so long still make a meeting: it is looked for, not made again.
APPEARS_WITHIN = datetime.timedelta(seconds=30)
# Up to here it is believed that a meeting is still there; the clock asks more often.
BELIEVED_FOR = datetime.timedelta(seconds=90)
# A workshop may overrun; then the room is tidied up.
OVERRUN = datetime.timedelta(hours=2)


class State(StrEnum):
    READY = "ready"
    # Somebody is making the meeting at this moment.
    BUSY = "busy"
    # The provider failed a moment ago; `Meeting.problem` says how.
    FAILED = "failed"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class WayIn:
    """The answer to one click. `address` is for the answer to this request alone: never kept or logged."""

    state: State
    address: str = ""

    def __repr__(self) -> str:
        return f"WayIn({self.state})"


def enter(
    workshop: Workshop,
    person: Person,
    *,
    now: datetime.datetime,
    purpose: Meeting.Purpose = Purpose.WORKSHOP,
    channel: InterpretationChannel | None = None,
) -> WayIn:
    """One click of one person. Whether they may, and whether it is time, the caller has asked."""
    room = channel.room if channel else workshop.room
    if room is None:
        own = workshop.conference_url if channel is None else ""
        return WayIn(State.READY, own) if own else WayIn(State.NO_ROOM)
    try:
        meeting = meeting_of(workshop, room, purpose=purpose, channel=channel, now=now)
    except Refusal:
        # Moved at this moment: the next try goes where it is now.
        return WayIn(State.BUSY)
    provider = provider_of(room)
    state = make_ready(meeting, provider, now=now)
    if state is not State.READY:
        return WayIn(state)
    try:
        return WayIn(State.READY, provider.way_in(there(meeting), person, now=now))
    except ProviderError as error:
        note(meeting, error, now=now)
        return WayIn(State.FAILED)


def person_of(registration: Registration, *, name: str = "") -> Person:
    """A participant, under a name of their choice."""
    return Person(key=f"r{registration.pk}", name=name or registration.participant.name)


def leader(user: User) -> Person:
    return Person(key=f"u{user.pk}", name=user.name or str(user), role=Role.MODERATOR)


def meeting_of(
    workshop: Workshop,
    room: ConferenceRoom,
    *,
    now: datetime.datetime,
    purpose: Meeting.Purpose = Purpose.WORKSHOP,
    channel: InterpretationChannel | None = None,
) -> Meeting:
    """The row of the meeting that is on, made if there is none: two at once get the same one.

    Refuses with `moved` if that isn't the room any more: whoever clicked just before must not end up there.
    """
    if channel is not None and purpose == Purpose.WORKSHOP:
        purpose = Purpose.CHANNEL
    wanted = {"workshop": workshop, "purpose": purpose, "channel": channel}
    found = Meeting.objects.alive().select_related("room", "channel").filter(**wanted).first()
    meeting = found or _begin(room, wanted, now=now)
    if meeting is None or meeting.room_id != room.pk:
        raise Refusal("moved", gettext_lazy("Der Raum ist gerade ein anderer geworden. Bitte noch einmal."))
    meeting.workshop = workshop
    return meeting


@transaction.atomic
def _begin(room: ConferenceRoom, wanted: dict[str, Any], *, now: datetime.datetime) -> Meeting | None:
    """Under the lock of whoever moves it (`rooms.assign`, `channels.change`), or a meeting would be made in
    the room that was just left; None if it was."""
    mine = Workshop.objects.filter(pk=wanted["workshop"].pk)
    mine.select_for_update(of=("self",)).get()
    channel = wanted["channel"]
    if not mine.filter(
        **{"channels": channel, "channels__room": room} if channel else {"room": room}
    ).exists():
        return None
    found = Meeting.objects.alive().select_related("room", "channel").filter(**wanted).first()
    return found or Meeting.objects.create(room=room, key=new_meeting_key(), created_at=now, **wanted)


def make_ready(meeting: Meeting, provider: Provider, *, now: datetime.datetime) -> State:
    """See to it that the meeting is there: made exactly once, however many ask at the same moment."""
    if not provider.needs_creation:
        if meeting.opened_at is None:
            _mine(meeting).update(opened_at=now, seen_at=now)
            meeting.opened_at = meeting.seen_at = now
        return State.READY
    seen = meeting.seen_at or meeting.opened_at
    is_open = meeting.opened_at is not None
    if is_open and seen is not None and now - seen < BELIEVED_FOR and not meeting.problem:
        return State.READY
    if _claim(meeting, now=now):
        return (_ask_again if is_open else _make)(meeting, provider, now=now)
    as_it_is = Meeting.objects.get(pk=meeting.pk)
    meeting.external_id, meeting.opened_at = as_it_is.external_id, as_it_is.opened_at
    if as_it_is.problem:
        # It failed a moment ago and rests, or is asked again: nobody is sent to a server that is down.
        return State.FAILED
    return State.BUSY if as_it_is.opened_at is None else State.READY


def look(meeting: Meeting, provider: Provider, *, now: datetime.datetime) -> Info | None:
    """Ask the provider who is in. None: it didn't answer, or knows no such meeting (then it is made anew)."""
    if not _claim(meeting, now=now):
        return None
    try:
        info = provider.info(there(meeting))
    except ProviderError as error:
        note(meeting, error, now=now)
        return None
    if info is None:
        # Gone: everyone left it, or the provider was started again.
        _mine(meeting).update(opened_at=None, claimed_until=None)
        meeting.opened_at = None
        return None
    _there_it_is(meeting, now=now)
    return info


def end(meeting: Meeting, *, now: datetime.datetime) -> str:
    """Everyone out, and this row is history; the next click makes another meeting. Twice is once."""
    if not Meeting.objects.alive().filter(pk=meeting.pk).update(ended_at=now, claimed_until=None):
        return ""
    meeting.ended_at = now
    if meeting.purpose == Purpose.REHEARSAL:
        meeting.presences.all().delete()
    meeting.presences.inside().update(left_at=F("last_seen_at"))
    return close(meeting, now=now) if meeting.opened_at or meeting.asked_at else ""


def close(meeting: Meeting, *, now: datetime.datetime | None = None) -> str:
    """Tell the provider that a meeting is over; its failure's code, and then the sweep tells it again."""
    try:
        provider_of(meeting.room).end(there(meeting))
    except ProviderError as error:
        logger.warning("meeting %s could not be ended: %s", meeting.pk, error.code)
        return error.code
    _mine(meeting).filter(ended_at__isnull=False).update(closed_at=now or timezone.now())
    return ""


def _ask_again(meeting: Meeting, provider: Provider, *, now: datetime.datetime) -> State:
    """Nobody has looked for a while (no worker?): look, and make it anew if it is gone."""
    try:
        is_there = provider.info(there(meeting)) is not None
    except ProviderError as error:
        note(meeting, error, now=now)
        return State.FAILED
    if not is_there:
        return _make(meeting, provider, now=now)
    _there_it_is(meeting, now=now)
    return State.READY


def _make(meeting: Meeting, provider: Provider, *, now: datetime.datetime) -> State:
    # Not as it was when we looked: who claimed before us may have asked since.
    before = _mine(meeting).values_list("asked_at", flat=True).first()
    is_awaited = before is not None and now - before < APPEARS_WITHIN
    asked = there(meeting, is_awaited=is_awaited)
    # Before it is made: if we break off here, the meeting and its recordings are looked for all the same.
    meeting.asked_at = before if is_awaited else now
    meeting.is_recorded = meeting.is_recorded or asked.is_recorded
    _mine(meeting).update(asked_at=meeting.asked_at, is_recorded=meeting.is_recorded)
    try:
        external_id = provider.create(asked)
    except ProviderError as error:
        meeting.asked_at = meeting.asked_at if error.may_be_done else before
        _mine(meeting).update(asked_at=meeting.asked_at)
        note(meeting, error, now=now)
        return State.FAILED
    meeting.external_id = external_id or meeting.external_id
    meeting.opened_at, meeting.asked_at = now, None
    _mine(meeting).update(external_id=meeting.external_id, opened_at=now, asked_at=None)
    _there_it_is(meeting, now=now)
    return State.READY


def _there_it_is(meeting: Meeting, *, now: datetime.datetime) -> None:
    meeting.seen_at, meeting.claimed_until = now, None
    meeting.problem, meeting.problem_words, meeting.problem_at = "", "", None
    columns = ("seen_at", "claimed_until", "problem", "problem_words", "problem_at")
    _mine(meeting).update(**{name: getattr(meeting, name) for name in columns})


def note(meeting: Meeting, error: ProviderError, *, now: datetime.datetime) -> None:
    """Remember the failure for those who lead and for staff, and let the provider rest for a moment."""
    level = logging.ERROR if isinstance(error, WrongSettings) else logging.WARNING
    logger.log(level, "meeting %s in room %s: %s", meeting.pk, meeting.room_id, error.code)
    meeting.problem, meeting.problem_words, meeting.problem_at = error.code, error.words, now
    # It rests from when it failed, which a slow one does seconds after it was asked.
    took = time.monotonic() - meeting.claimed_since if meeting.claimed_since else 0
    meeting.claimed_until = now + datetime.timedelta(seconds=took) + REST_AFTER_FAILURE
    columns = ("problem", "problem_words", "problem_at", "claimed_until")
    _mine(meeting).update(**{name: getattr(meeting, name) for name in columns})


def _claim(meeting: Meeting, *, now: datetime.datetime) -> bool:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    # Made or not as it was when we looked: who comes late to a meeting just made doesn't make it again.
    was_open = Q(opened_at__isnull=meeting.opened_at is None)
    until = now + CLAIM_LASTS
    if not Meeting.objects.alive().filter(free, was_open, pk=meeting.pk).update(claimed_until=until):
        return False
    meeting.claimed_until, meeting.claimed_since = until, time.monotonic()
    return True


def _mine(meeting: Meeting) -> models.QuerySet[Meeting]:
    return Meeting.objects.filter(pk=meeting.pk)
