"""A rehearsal: staff try a workshop's rooms as all will find them. Nobody is told, and nothing of it counts.

It is a meeting of its own wherever the provider can make one, and one more for each second room. A fixed link
can't: there the room is the real one, and nobody rehearses in it while a workshop needs it. Who is in is
known until it ends, as on the day, so that whoever will lead sees what they will see.
"""

import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshops.conferencing.protocol import Person, Role
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, InterpretationChannel, Meeting, User, Workshop
from workshops.operations import conferences
from workshops.operations.guards import refuse_ended
from workshops.operations.provider_words import REHEARSAL_LASTS

Purpose = Meeting.Purpose


def is_real(room: ConferenceRoom | None) -> bool:
    """A fixed link, in a room or of the workshop's own, is one place, whoever goes there and whatever for."""
    return room is None or room.provider == ConferenceRoom.Provider.LINK


def going_on(workshop: Workshop, *, now: datetime.datetime) -> QuerySet[Meeting]:
    """The rehearsal's meetings, the main room's first."""
    alive = workshop.meetings.alive().rehearsals().filter(created_at__gt=now - REHEARSAL_LASTS)
    return alive.select_related("room").order_by(F("channel").asc(nulls_first=True))


def begin(
    workshop: Workshop,
    *,
    by: User,
    now: datetime.datetime,
    channel: InterpretationChannel | None = None,
) -> Meeting | None:
    """The one that is on, or a new one; None at an address of the workshop's own, where nothing is made.

    Refuses with `cancelled`, `over`, `no_room`, `room_in_use`.
    """
    refuse_ended(workshop, now)
    if not workshop.has_a_room:
        raise Refusal(
            "no_room", gettext_lazy("Der Workshop hat noch keinen Raum. Bitte zuerst einen wählen.")
        )
    room = workshop.room if channel is None else channel.room
    _refuse_to_disturb(workshop, room, now)
    # Left alone for so long that its time is over, and no clock has ended it.
    _end(workshop, Q(created_at__lte=now - REHEARSAL_LASTS), now=now)
    if room is None:
        return None
    return conferences.meeting_of(workshop, room, purpose=Purpose.REHEARSAL, channel=channel, now=now)


def enter(
    workshop: Workshop,
    role: Role,
    *,
    by: User,
    name: str = "",
    channel: InterpretationChannel | None = None,
    now: datetime.datetime,
) -> conferences.WayIn:
    """One click of `by`: as who leads, or as a guest under any name, through the lobby if there is one.

    The keys are no registration's, so nothing counts as attendance. `channel`: into its second room. Refuses
    as `begin` does.
    """
    begin(workshop, by=by, channel=channel, now=now)
    person = Person(key=f"p{by.pk}", name=name.strip() or _("Probegast"))
    if role is Role.MODERATOR:
        person = conferences.leader(by)
    return conferences.enter(workshop, person, purpose=Purpose.REHEARSAL, channel=channel, now=now)


def end(workshop: Workshop, *, by: User, now: datetime.datetime) -> None:
    """Everyone out, of second rooms too. Twice is once; after `REHEARSAL_LASTS` it ends by itself."""
    _end(workshop, Q(), now=now)


def _end(workshop: Workshop, which: Q, *, now: datetime.datetime) -> None:
    for meeting in workshop.meetings.alive().rehearsals().filter(which).select_related("room", "channel"):
        meeting.workshop = workshop
        conferences.end(meeting, now=now)


def _refuse_to_disturb(workshop: Workshop, room: ConferenceRoom | None, now: datetime.datetime) -> None:
    if not is_real(room):
        return
    same = Q(conference_url=workshop.conference_url)
    if room is not None:
        same = Q(room=room) | Q(channels__room=room)
    soon = now + datetime.timedelta(minutes=workshop.process.opens_minutes_moderators)
    there = Workshop.objects.published().filter(same, starts_at__lte=soon, ends_at__gt=now)
    running = there.select_related("series__field").order_by("starts_at", "pk").first()
    if running is not None:
        raise Refusal(
            "room_in_use",
            gettext_lazy("In diesem Raum läuft gerade der Workshop „%(workshop)s“. Proben Sie bitte später.")
            % {"workshop": running},
        )
