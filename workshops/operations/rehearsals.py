"""A rehearsal: staff try a workshop's room as all will find it. Nobody is told, and nothing of it counts.

It is a meeting of its own wherever the provider can make one. A fixed link can't: there the room is the real
one, and nobody rehearses in it while a workshop needs it.
"""

import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshops.conferencing.protocol import Person, Role
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, Meeting, User, Workshop
from workshops.operations import conferences
from workshops.operations.guards import refuse_ended

Purpose = Meeting.Purpose


def is_in_the_real_room(workshop: Workshop) -> bool:
    """A fixed link is one place, whoever goes there and whatever for."""
    return workshop.room is None or workshop.room.provider == ConferenceRoom.Provider.LINK


def current(workshop: Workshop, *, now: datetime.datetime) -> Meeting | None:
    """The rehearsal that is on, if there is one."""
    alive = workshop.meetings.alive().filter(purpose=Purpose.REHEARSAL)
    return alive.filter(created_at__gt=now - conferences.REHEARSAL_LASTS).select_related("room").first()


def begin(workshop: Workshop, *, by: User, now: datetime.datetime) -> Meeting | None:
    """The one that is on, or a new one; None at an address of the workshop's own, where nothing is made.

    Refuses with `cancelled`, `over`, `no_room`, `room_in_use`.
    """
    refuse_ended(workshop, now)
    if not workshop.has_a_room:
        raise Refusal(
            "no_room", gettext_lazy("Der Workshop hat noch keinen Raum. Bitte zuerst einen wählen.")
        )
    _refuse_to_disturb(workshop, now)
    if workshop.room is None:
        return None
    # Left alone for so long that its time is over, and no clock has ended it.
    if current(workshop, now=now) is None:
        end(workshop, by=by, now=now)
    return conferences.meeting_of(workshop, workshop.room, purpose=Purpose.REHEARSAL, now=now)


def enter(
    workshop: Workshop, role: Role, *, by: User, name: str = "", now: datetime.datetime
) -> conferences.WayIn:
    """One click of `by`: as who leads, or as a guest under any name, through the lobby if there is one.

    The keys are no registration's, so nothing counts as attendance. Refuses as `begin` does.
    """
    begin(workshop, by=by, now=now)
    person = Person(key=f"p{by.pk}", name=name.strip() or _("Probegast"))
    if role is Role.MODERATOR:
        person = conferences.leader(by)
    return conferences.enter(workshop, person, purpose=Purpose.REHEARSAL, now=now)


def end(workshop: Workshop, *, by: User, now: datetime.datetime) -> None:
    """Everyone out. Twice is once; after `conferences.REHEARSAL_LASTS` it ends by itself."""
    alive = workshop.meetings.alive().filter(purpose=Purpose.REHEARSAL).select_related("room", "channel")
    for meeting in alive:
        meeting.workshop = workshop
        conferences.end(meeting, now=now)


def _refuse_to_disturb(workshop: Workshop, now: datetime.datetime) -> None:
    if not is_in_the_real_room(workshop):
        return
    same = Q(conference_url=workshop.conference_url)
    if workshop.room is not None:
        same = Q(room=workshop.room) | Q(channels__room=workshop.room)
    soon = now + datetime.timedelta(minutes=workshop.process.opens_minutes_moderators)
    there = Workshop.objects.published().filter(same, starts_at__lte=soon, ends_at__gt=now)
    running = there.select_related("series__field").order_by("starts_at", "pk").first()
    if running is not None:
        raise Refusal(
            "room_in_use",
            gettext_lazy("In diesem Raum läuft gerade der Workshop „%(workshop)s“. Proben Sie bitte später.")
            % {"workshop": running},
        )
