"""The sweep over video rooms: meetings made, looked at, ended, and attendance settled."""

import contextlib
import datetime
import logging
import time
from collections.abc import Callable, Iterator

from django.db.models import Q

from workshops.errors import Refusal
from workshops.models import Meeting, Presence, Workshop
from workshops.models.conference import MeetingQuerySet
from workshops.operations import conferences, presence
from workshops.operations.provider_words import REHEARSAL_LASTS
from workshops.operations.rooms import provider_of

logger = logging.getLogger(__name__)

# Returns whether the provider said anything at all.
MeetingAct = Callable[[Meeting, datetime.datetime], bool]

# `ParticipationProcess.opens_minutes_moderators` reaches no further.
LOOK_AHEAD = datetime.timedelta(hours=4)
# So long a provider is told that a meeting is over, if it doesn't hear; by then the room has emptied itself.
CLOSE_FOR = datetime.timedelta(hours=2)
SILENT = frozenset(("slow", "down"))
_WITH = ("room", "channel", "workshop__series__field__process")


def tend(*, now: datetime.datetime) -> None:
    """One sweep: make the meetings that are due, look who is in, end what is over, settle attendance.

    May run twice at once: each meeting is claimed before its provider is asked. A server that says nothing
    is not asked for its other meetings in the same sweep.
    """
    sweep = _Sweep(now)
    sweep.over(_make, _due(now))
    sweep.over(_look, _going_on(now))
    sweep.over(_end, _overdue(now))
    sweep.over(_close, Meeting.objects.not_closed(ended_after=now - CLOSE_FOR))
    for workshop in _to_settle(now):
        with _whatever_happens("settle", workshop):
            presence.settle(workshop, now=now)
    # Ended past `conferences.end`: the workshop has moved, or its room leads elsewhere.
    Presence.objects.filter(meeting__in=Meeting.objects.rehearsals().filter(ended_at__isnull=False)).delete()


class _Sweep:
    def __init__(self, now: datetime.datetime) -> None:
        self._now, self._began = now, time.monotonic()
        self._silent: set[tuple[str, str, str]] = set()

    def over(self, act: MeetingAct, meetings: MeetingQuerySet) -> None:
        for meeting in meetings.select_related(*_WITH).order_by("pk"):
            room = meeting.room
            server = (room.provider, room.address, room.account_id)
            if server in self._silent:
                continue
            with _whatever_happens(act.__name__, meeting):
                if not act(meeting, self._moment()):
                    self._silent.add(server)

    def _moment(self) -> datetime.datetime:
        """Not when the sweep began: a claim that ends in the past, after a slow provider, protects nobody."""
        return self._now + datetime.timedelta(seconds=time.monotonic() - self._began)


@contextlib.contextmanager
def _whatever_happens(name: str, row: Meeting | Workshop) -> Iterator[None]:
    """One that fails by a mistake of ours holds up no other."""
    try:
        yield
    except Exception as error:
        # Without its words: a database's name the people in the row.
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        logger.error(
            "%s failed for %s %s: %s in line %s of %s",
            *(name, row._meta.model_name, row.pk, type(error).__name__),
            *((where.tb_lineno, where.tb_frame.f_code.co_filename) if where else ("?", "?")),
        )


def _make(meeting: Meeting, now: datetime.datetime) -> bool:
    conferences.make_ready(meeting, provider_of(meeting.room), now=now)
    return _was_heard(meeting, now)


def _look(meeting: Meeting, now: datetime.datetime) -> bool:
    provider = provider_of(meeting.room)
    if not provider.knows_presence:
        return True
    info = conferences.look(meeting, provider, now=now)
    if info is not None and info.people is not None:
        presence.see(meeting, info.people, now=now)
    elif info is not None:
        presence.runs(meeting, is_running=info.is_running, now=now)
    elif meeting.opened_at is None:
        # Gone at the provider, and whoever was in with it.
        presence.see(meeting, (), now=now)
    return _was_heard(meeting, now)


def _end(meeting: Meeting, now: datetime.datetime) -> bool:
    return conferences.end(meeting, now=now) not in SILENT


def _close(meeting: Meeting, now: datetime.datetime) -> bool:
    return conferences.close(meeting, now=now) not in SILENT


def _was_heard(meeting: Meeting, now: datetime.datetime) -> bool:
    return meeting.problem not in SILENT or meeting.problem_at != now


def _due(now: datetime.datetime) -> MeetingQuerySet:
    """The meetings of workshops that moderators may enter, rows made where there is none yet."""
    soon = Workshop.objects.published().filter(
        room__isnull=False, ends_at__gt=now, starts_at__lte=now + LOOK_AHEAD
    )
    made = Meeting.objects.open().filter(purpose=Meeting.Purpose.WORKSHOP)
    found = []
    for workshop in soon.exclude(meetings__in=made).select_related("series__field__process", "room"):
        if workshop.opens_for_moderators_at <= now and workshop.room is not None:
            with _whatever_happens("begin", workshop), contextlib.suppress(Refusal):
                found.append(conferences.meeting_of(workshop, workshop.room, now=now).pk)
    return Meeting.objects.filter(pk__in=found)


def _going_on(now: datetime.datetime) -> MeetingQuerySet:
    settled = presence.SETTLED_AFTER
    return Meeting.objects.open().filter(workshop__ends_at__gt=now - settled)


def _overdue(now: datetime.datetime) -> MeetingQuerySet:
    return Meeting.objects.over(
        ended_before=now - conferences.OVERRUN, rehearsed_before=now - REHEARSAL_LASTS
    )


def _to_settle(now: datetime.datetime) -> list[Workshop]:
    """Over for long enough; or cancelled, and nobody is in any more."""
    over = Q(meeting__workshop__ends_at__lte=now - presence.SETTLED_AFTER)
    rows = Presence.objects.filter(over | Q(meeting__workshop__status=Workshop.Status.CANCELLED))
    return list(Workshop.objects.filter(pk__in=rows.values("meeting__workshop")).order_by("pk"))
