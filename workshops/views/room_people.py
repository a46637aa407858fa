"""Who is in a workshop's rooms and what they need, as those who lead it read it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from django.db.models import QuerySet

from workshops.models import Meeting, Presence, Registration, Workshop
from workshops.operations.rooms import provider_of

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Someone:
    """`second_room`: the channel they are in, if not (only) in the main room."""

    name: str
    is_moderator: bool = False
    second_room: str = ""
    needs: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """knows: the provider says who is in; if not, `inside` are those who went in by their link.

    absent: those with a seat who are neither in nor waiting; by name, only those who need something.
    """

    knows: bool
    inside: tuple[Someone, ...]
    waiting: tuple[Someone, ...]
    callers: int
    needs: Counts
    absent: int
    absent_needs: Counts
    absent_with_needs: tuple[Someone, ...]

    @property
    def stamp(self) -> str:
        """Changes with whatever is shown, and tells nothing of it."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


def people_of(workshop: Workshop, *, is_rehearsal: bool = False) -> People:
    """Two questions to the database, however many there are. Of a rehearsal: who rehearses, beside those who
    are registered and not there yet."""
    seats = list(
        workshop.registrations.confirmed()
        .select_related("participant")
        .order_by("participant__name", "place")
    )
    knows = workshop.room is not None and provider_of(workshop.room).knows_presence
    if knows:
        presences = list(_presences(workshop, is_rehearsal=is_rehearsal))
        for seat in (one.registration for one in presences if one.registration):
            # They are in one of its meetings: not to be asked for once more.
            seat.workshop = workshop
        return _as_the_provider_says(seats, presences)
    there = [seat for seat in seats if seat.has_attended]
    absent = [seat for seat in seats if not seat.has_attended]
    return _people(False, [_of_seat(seat) for seat in there], [], 0, there, absent)


def _presences(workshop: Workshop, *, is_rehearsal: bool) -> QuerySet[Presence]:
    alive = Meeting.objects.alive().filter(workshop=workshop)
    on = alive.rehearsals() if is_rehearsal else alive.counted()
    inside = Presence.objects.inside().filter(meeting__in=on)
    return inside.select_related("registration__participant", "meeting__channel").order_by("joined_at", "pk")


def _as_the_provider_says(seats: list[Registration], presences: Iterable[Presence]) -> People:
    inside: dict[object, Presence] = {}
    waiting: dict[object, Presence] = {}
    callers = 0
    for presence in presences:
        if presence.is_by_phone:
            callers += 1
            continue
        # On two devices, or in two rooms at once, they are one person.
        who: object = presence.registration_id
        if presence.registration_id is None:
            is_ours = presence.is_moderator
            who = presence.person_key if is_ours else (presence.meeting_id, presence.person_key)
        place = waiting if presence.is_waiting else inside
        place.setdefault(who, presence)
    for who in inside.keys() & waiting.keys():
        del waiting[who]
    here = {presence.registration_id for presence in inside.values()}
    lobby = {presence.registration_id for presence in waiting.values()}
    return _people(
        True,
        [_of_presence(one) for one in sorted(inside.values(), key=_moderators_first)],
        [_of_presence(one) for one in waiting.values()],
        callers,
        [seat for seat in seats if seat.pk in here],
        [seat for seat in seats if seat.pk not in here | lobby],
        pretended=[need for presence in inside.values() if (need := _pretended(presence))],
    )


def _people(
    knows: bool,
    inside: list[Someone],
    waiting: list[Someone],
    callers: int,
    here: list[Registration],
    absent: list[Registration],
    pretended: Iterable[str] = (),
) -> People:
    return People(
        knows=knows,
        inside=tuple(inside),
        waiting=tuple(waiting),
        callers=callers,
        needs=_counts(here, pretended),
        absent=len(absent),
        absent_needs=_counts(absent),
        absent_with_needs=tuple(_of_seat(seat) for seat in absent if seat.needs_labels or seat.note_on_needs),
    )


def _moderators_first(presence: Presence) -> tuple[bool, str]:
    return not presence.is_moderator, presence.name.casefold()


def _counts(seats: Iterable[Registration], more: Iterable[str] = ()) -> Counts:
    return tuple(sorted(Counter([*more, *(label for seat in seats for label in seat.needs_labels)]).items()))


def _of_presence(presence: Presence) -> Someone:
    seat, channel = presence.registration, presence.meeting.channel
    return Someone(
        name=presence.name,
        is_moderator=presence.is_moderator,
        second_room=channel.label if channel else "",
        needs=seat.needs_text if seat else _pretended(presence),
        note=seat.note_on_needs if seat else "",
    )


def _pretended(presence: Presence) -> str:
    """Who is a guest in a rehearsal's second room is there as somebody who needs it."""
    channel = presence.meeting.channel
    is_guest = not presence.is_moderator and presence.registration_id is None
    is_rehearsal = presence.meeting.purpose == Meeting.Purpose.REHEARSAL
    return str(channel.get_need_display()) if channel and is_guest and is_rehearsal else ""


def _of_seat(seat: Registration) -> Someone:
    return Someone(name=seat.participant.name, needs=seat.needs_text, note=seat.note_on_needs)
