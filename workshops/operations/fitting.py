"""Does a workshop fit into a room: are there seats enough, is it free at that time?

A room is used by the workshops that happen in it, and by those of which a language channel has its second
room there: that is a meeting of its own, whose seats don't count, since only those go there who need it.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshops import lists
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, InterpretationChannel, Workshop
from workshops.operations.guards import lock_rooms


@dataclass(frozen=True, slots=True)
class Choice:
    """One room as it is offered to one workshop: what stands against it, and what callers would dial."""

    room: ConferenceRoom
    obstacle: Refusal | None
    phone: str


def choices_for(workshop: Workshop) -> list[Choice]:
    """Every room in use of the workshop's process, in a fixed number of queries."""
    rooms = list(workshop.process.rooms.in_use())
    others = list(meeting_in(rooms, workshop))
    own = _second_rooms(workshop)
    return [
        Choice(room, _obstacle(workshop, room, others, own=own), workshop.phone_in(room)) for room in rooms
    ]


def refuse_unfit(workshop: Workshop, room: ConferenceRoom) -> None:
    """Refuse a (locked) room: another process's, retired, too small, or taken at the workshop's time."""
    others = list(meeting_in([room], workshop))
    if (found := _obstacle(workshop, room, others, own=_second_rooms(workshop))) is not None:
        raise found


def refuse_unfit_own_rooms(workshop: Workshop) -> None:
    """The same of the rooms that the (locked) workshop is in, second rooms too: for another time."""
    own = _second_rooms(workshop)
    for room in lock_rooms({*own, workshop.room_id}):
        if room.pk == workshop.room_id:
            workshop.room = room
            refuse_unfit(workshop, room)
        else:
            others = list(meeting_in([room], workshop))
            found = foreign(workshop, room) or taken(workshop, room, others, beside=own.count(room.pk) - 1)
            if found is not None:
                raise found


def refuse_unfit_second_room(channel: InterpretationChannel, room: ConferenceRoom) -> None:
    """Refuse a (locked) room for a channel: another process's, retired, or taken while its workshop is on.

    Where several meetings can be at once, the workshop's own room will do: each of them is a meeting.
    """
    workshop = channel.workshop
    if room.pk == workshop.room_id and room.parallel_meetings == 1:
        raise Refusal("own_room", _("In diesem Raum ist der Workshop selbst. Bitte einen anderen wählen."))
    beside = workshop.channels.filter(room=room).exclude(pk=channel.pk).count()
    beside += room.pk == workshop.room_id
    others = list(meeting_in([room], workshop))
    found = foreign(workshop, room) or taken(workshop, room, others, beside=beside)
    if found is not None:
        raise found


def refuse_too_small(capacity: int, room: ConferenceRoom) -> None:
    if not room.seats_enough_for(capacity):
        raise Refusal(
            "too_few_seats",
            ngettext_lazy(
                "„%(room)s“ hat %(seats)d Platz, der Workshop braucht %(needed)d.",
                "„%(room)s“ hat %(seats)d Plätze, der Workshop braucht %(needed)d.",
                "seats",
            )
            % {"room": room, "seats": room.seats, "needed": capacity},
        )


def users_of(rooms: Iterable[ConferenceRoom]) -> QuerySet[Workshop]:
    """The workshops that use one of the rooms and aren't cancelled, in order of time; with their channels."""
    second = InterpretationChannel.objects.filter(room__in=rooms).values("workshop")
    return (
        Workshop.objects.filter(Q(room__in=rooms) | Q(pk__in=second))
        .exclude(status=Workshop.Status.CANCELLED)
        .select_related("series__field")
        .prefetch_related("channels")
        .order_by("starts_at", "pk")
    )


def meeting_in(rooms: Iterable[ConferenceRoom], workshop: Workshop) -> QuerySet[Workshop]:
    """The other workshops that use one of the rooms while `workshop` is on, in order of time."""
    at_the_time = users_of(rooms).filter(starts_at__lt=workshop.ends_at, ends_at__gt=workshop.starts_at)
    return at_the_time.exclude(pk=workshop.pk)


def upcoming_in(room: ConferenceRoom, now: datetime.datetime) -> QuerySet[Workshop]:
    """What is to happen in the room, or uses it as a second one."""
    return users_of([room]).filter(ends_at__gt=now).select_related("series__field__process")


def refuse_less_than_needed(
    room: ConferenceRoom, upcoming: Sequence[Workshop], *, seats: int | None, parallel_meetings: int
) -> None:
    """Refuse limits that what is to happen in the room (`upcoming_in`) goes beyond."""
    needed = max((workshop.capacity for workshop in upcoming if workshop.room_id == room.pk), default=0)
    if seats is not None and seats < needed:
        raise Refusal(
            "too_few_seats",
            ngettext_lazy(
                "In diesem Raum ist ein Workshop mit %(seats)d Platz. "
                "Weniger geht erst, wenn er umgezogen ist.",
                "In diesem Raum ist ein Workshop mit %(seats)d Plätzen. "
                "Weniger geht erst, wenn er umgezogen ist.",
                "seats",
            )
            % {"seats": needed},
        )
    at_once = max(
        (
            sum(_uses(one, room) for one in upcoming if one.starts_at <= other.starts_at < one.ends_at)
            for other in upcoming
        ),
        default=0,
    )
    if parallel_meetings < at_once:
        raise Refusal(
            "too_few_meetings",
            ngettext_lazy(
                "In diesem Raum läuft %(count)d Treffen zur selben Zeit (zweite Räume zählen mit). "
                "Weniger geht erst, wenn es umgezogen ist.",
                "In diesem Raum laufen %(count)d Treffen zur selben Zeit (zweite Räume zählen mit). "
                "Weniger geht erst, wenn eines umgezogen ist.",
                "count",
            )
            % {"count": at_once},
        )


def foreign(workshop: Workshop, room: ConferenceRoom) -> Refusal | None:
    if room.process_id == workshop.process.pk and room.retired_at is None:
        return None
    return Refusal("other_process", _("Diesen Raum gibt es hier nicht (mehr)."))


def taken(
    workshop: Workshop, room: ConferenceRoom, others: Sequence[Workshop], *, beside: int = 0
) -> Refusal | None:
    """Is the room full of meetings while the workshop is on? `others`: of `meeting_in`; `beside`: how many
    more of its own meetings are there.
    """
    there = [(other, uses) for other in others if (uses := _uses(other, room))]
    # As many as ever run there at one moment of ours: each begins, or we do, when most are inside.
    for moment in (workshop.starts_at, *(other.starts_at for other, _uses_ in there)):
        running = [(other, uses) for other, uses in there if other.starts_at <= moment < other.ends_at]
        if not workshop.starts_at <= moment < workshop.ends_at:
            continue
        if sum(uses for _other, uses in running) + beside >= room.parallel_meetings:
            names = [f"„{other}“" for other, _uses_ in running]
            if beside:
                names.append(str(_("dieser Workshop selbst")))
            return Refusal(
                "room_is_taken",
                _("„%(room)s“ ist zu dieser Zeit schon vergeben: %(others)s.")
                % {"room": room, "others": lists.listed(names)},
                workshops=[other for other, _uses_ in running],
            )
    return None


def _obstacle(
    workshop: Workshop, room: ConferenceRoom, others: Sequence[Workshop], *, own: Sequence[int]
) -> Refusal | None:
    """Why the workshop can't be in the room."""
    if (found := foreign(workshop, room)) is not None:
        return found
    try:
        refuse_too_small(workshop.capacity, room)
    except Refusal as refusal:
        return refusal
    return taken(workshop, room, others, beside=own.count(room.pk))


def _uses(workshop: Workshop, room: ConferenceRoom) -> int:
    """How many of the room's meetings are the workshop's: its own, and those of its second rooms."""
    second = sum(channel.room_id == room.pk for channel in workshop.channels.all())
    return second + (workshop.room_id == room.pk)


def _second_rooms(workshop: Workshop) -> list[int]:
    """Of the workshop's channels, one for each that has a room of its own."""
    found = InterpretationChannel.objects.filter(workshop=workshop, room__isnull=False)
    return [pk for pk in found.values_list("room_id", flat=True) if pk is not None]
