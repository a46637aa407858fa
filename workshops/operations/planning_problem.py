"""From rows to a planning problem, and back from moments to its local days and times. Reads only.

The solver stays away from here: web pages judge a change by hand with it.
"""

import datetime
from collections.abc import Iterable, Sequence
from itertools import combinations

from workshops.models import ModeratorProfile, ParticipationProcess, Workshop, WorkshopSeries
from workshops.operations import surveys
from workshops.operations.surveys import FieldDemand
from workshops.planning.closed_days import holidays_between
from workshops.planning.counts import suggested_workshop_count
from workshops.planning.problem import (
    ELSEWHERE,
    Absence,
    AudienceOverlap,
    Closed,
    Daypart,
    Demand,
    Field,
    FixedWorkshop,
    Moderator,
    Pin,
    Placement,
    Problem,
    Room,
    anonymous_rooms,
)

# Between two workshops of one moderator: to end well, to breathe, to dial in again.
BREAK_MINUTES = 30
# Reasons look beyond the window: which days would an extension find closed?
DAYS_BEYOND_THE_WINDOW = 366


def problem_of(
    process: ParticipationProcess, *, today: datetime.date, apart_from: Sequence[Workshop] = ()
) -> Problem:
    """What is to be planned now: drafts not pinned are free, everything else stands.

    Keys are primary keys as text. Workshops begin tomorrow at the earliest. `apart_from`: published
    ones that don't stand, because their change is to be judged.
    """
    movable = {workshop.pk for workshop in apart_from}
    all_series = list(
        WorkshopSeries.objects.filter(field__process=process).select_related("field").order_by("pk")
    )
    workshops = list(
        Workshop.objects.of_process(process)
        .exclude(status=Workshop.Status.CANCELLED)
        .select_related("series")
        .prefetch_related("moderators", "channels")
        .order_by("pk")
    )
    wanted = surveys.demand(process)
    rooms = rooms_of(process)
    published = [one for one in workshops if one.is_published and one.pk not in movable]
    return Problem(
        zone=process.time_zone,
        fields=tuple(
            _field(series, wanted[series.field_id], published, today=today) for series in all_series
        ),
        moderators=_moderators(process),
        rooms=rooms,
        break_minutes=BREAK_MINUTES,
        closed=_closed(process, all_series, today=today),
        overlaps=_overlaps(wanted),
        pins=tuple(
            _pin(process, workshop, rooms)
            for workshop in workshops
            if workshop.is_draft and workshop.is_pinned
        ),
        fixed=tuple(
            FixedWorkshop(
                str(workshop.series.field_id),
                workshop.starts_at,
                _minutes(workshop),
                _moderator_keys(workshop),
                seats=workshop.capacity,
                room=_room_key(workshop, rooms),
                second_rooms=_second_room_keys(workshop, rooms),
            )
            for workshop in published
        ),
    )


def placements_of(
    process: ParticipationProcess, drafts: Iterable[Workshop], rooms: tuple[Room, ...]
) -> list[Placement]:
    """The drafts as a timetable to be judged, in their order; `rooms` of the problem."""
    return [
        Placement(
            field=str(draft.series.field_id),
            day=draft.starts_at.astimezone(process.zone).date(),
            start=draft.starts_at.astimezone(process.zone).time(),
            duration_minutes=_minutes(draft),
            moderators=_moderator_keys(draft),
            pin=str(draft.pk) if draft.is_pinned else None,
            room=_room_key(draft, rooms),
            seats=draft.capacity,
            second_rooms=_second_room_keys(draft, rooms),
        )
        for draft in drafts
    ]


def rooms_of(process: ParticipationProcess) -> tuple[Room, ...]:
    """The process's rooms; as long as it has named none, as many alike as workshops may run at once."""
    named = process.rooms.in_use().order_by("pk")
    return tuple(Room(str(room.pk), room.seats, room.parallel_meetings) for room in named) or anonymous_rooms(
        process.parallel_rooms
    )


def _room_key(workshop: Workshop, rooms: tuple[Room, ...]) -> str:
    """Empty where none is chosen. Among rooms without names every workshop counts, wherever it is."""
    if not rooms[0].key:
        return ""
    if workshop.room_id is not None:
        return str(workshop.room_id)
    return ELSEWHERE if workshop.conference_url else ""


def _second_room_keys(workshop: Workshop, rooms: tuple[Room, ...]) -> tuple[str, ...]:
    """One for each channel with a room of its own; where rooms have no names, nobody has chosen one."""
    if not rooms[0].key:
        return ()
    chosen = sorted(channel.room_id for channel in workshop.channels.all() if channel.room_id is not None)
    return tuple(str(pk) for pk in chosen)


def closed_days(
    process: ParticipationProcess, first: datetime.date, last: datetime.date
) -> dict[datetime.date, tuple[Closed, str]]:
    """Days of the process on which no workshop may lie, with their names; blocked days win."""
    found = holidays_between(process.subdivision, first, last, school=not process.may_use_school_holidays)
    blocked = process.blocked_days.filter(day__range=(first, last))
    return found | {one.day: (Closed.BLOCKED, one.reason) for one in blocked}


def suggested_counts(process: ParticipationProcess, *, capacity: int = 20) -> dict[int, int]:
    """How many workshops each field needs by the survey, by the field's primary key."""
    return {
        pk: suggested_workshop_count(interested=demand.interest, capacity=capacity)
        for pk, demand in surveys.demand(process).items()
    }


def _field(
    series: WorkshopSeries, wanted: FieldDemand, published: list[Workshop], *, today: datetime.date
) -> Field:
    done = sum(workshop.series_id == series.pk for workshop in published)
    return Field(
        key=str(series.field_id),
        count=max(series.workshop_count - done, 0),
        duration_minutes=series.duration_minutes,
        weekdays=frozenset(series.weekdays),
        starts=tuple(datetime.time.fromisoformat(start) for start in series.start_times),
        first_day=max(series.first_on, today + datetime.timedelta(days=1)),
        last_day=series.last_on,
        min_gap_days=series.min_gap_days,
        languages=frozenset(series.languages),
        seats=series.capacity,
        interested=wanted.interest,
        demand=tuple(
            Demand(weekday, Daypart(part), people) for (weekday, part), people in sorted(wanted.times.items())
        ),
    )


def _moderators(process: ParticipationProcess) -> tuple[Moderator, ...]:
    profiles = (
        ModeratorProfile.objects.filter(process=process, user__is_active=True)
        .prefetch_related("fields", "absences")
        .order_by("pk")
    )
    return tuple(
        Moderator(
            key=str(profile.user_id),
            fields=frozenset(str(field.pk) for field in profile.fields.all()),
            languages=frozenset(profile.languages),
            absences=tuple(Absence(one.starts_at, one.ends_at) for one in profile.absences.all()),
        )
        for profile in profiles
    )


def _closed(
    process: ParticipationProcess, all_series: list[WorkshopSeries], *, today: datetime.date
) -> dict[datetime.date, Closed]:
    if not all_series:
        return {}
    last = max(series.last_on for series in all_series) + datetime.timedelta(days=DAYS_BEYOND_THE_WINDOW)
    return {day: closed for day, (closed, _name) in closed_days(process, today, max(today, last)).items()}


def _overlaps(wanted: dict[int, FieldDemand]) -> tuple[AudienceOverlap, ...]:
    found = []
    for (one, demand), (other, other_demand) in combinations(sorted(wanted.items()), 2):
        smaller = min(demand.interest, other_demand.interest)
        if smaller and demand.shared[other]:
            percent = round(100 * demand.shared[other] / smaller)
            found.append(AudienceOverlap(str(one), str(other), percent))
    return tuple(found)


def _pin(process: ParticipationProcess, draft: Workshop, rooms: tuple[Room, ...]) -> Pin:
    local = draft.starts_at.astimezone(process.zone)
    return Pin(
        key=str(draft.pk),
        field=str(draft.series.field_id),
        day=local.date(),
        start=local.time(),
        duration_minutes=_minutes(draft),
        moderators=_moderator_keys(draft),
        seats=draft.capacity,
        room=_room_key(draft, rooms),
        second_rooms=_second_room_keys(draft, rooms),
    )


def _minutes(workshop: Workshop) -> int:
    return int((workshop.ends_at - workshop.starts_at).total_seconds()) // 60


def _moderator_keys(workshop: Workshop) -> tuple[str, ...]:
    return tuple(sorted((str(user.pk) for user in workshop.moderators.all()), key=int))
