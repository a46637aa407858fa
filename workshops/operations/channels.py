"""What some need beside the main room: a language channel in it, or a second room.

Whoever needs it finds it behind their join link, so calendars show nothing of it and nobody is told. Asking a
provider to end a meeting happens after the transaction, outside every lock.
"""

import datetime
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import ConferenceRoom, InterpretationChannel, LocalisedText, Meeting, User, Workshop
from workshops.operations import conferences, fitting
from workshops.operations.guards import lock_room, lock_workshop, refuse_ended


@dataclass(frozen=True, slots=True)
class ChannelDetails:
    """What staff enter: how to get there inside the main room, or a room of its own (or both)."""

    need: str
    label: str
    how: LocalisedText
    room: ConferenceRoom | None = None
    dial_in: str = ""


@transaction.atomic
def add(
    workshop: Workshop, details: ChannelDetails, *, by: User, now: datetime.datetime | None = None
) -> InterpretationChannel:
    """A draft is pinned by it: planning anew would lose the channel, or want its second room at another time.

    Refuses with `cancelled`, `over`, `nowhere`, `label_taken`, `own_room`, `other_process`, `room_is_taken`.
    """
    lock_workshop(workshop)
    refuse_ended(workshop, now or timezone.now())
    added = _write(InterpretationChannel(workshop=workshop), details)
    if workshop.is_draft and not workshop.is_pinned:
        workshop.is_pinned = True
        workshop.save(update_fields=["is_pinned"])
    return added


def change(
    channel: InterpretationChannel,
    details: ChannelDetails,
    *,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """Refuses as `add` does. Another room is another meeting: the one in the room before is ended."""
    now = now or timezone.now()
    with transaction.atomic():
        lock_workshop(channel.workshop)
        refuse_ended(channel.workshop, now)
        before = channel.room_id
        _write(channel, details)
        left = _leave(channel, now=now) if before != channel.room_id else []
    for meeting in left:
        conferences.close(meeting)


def remove(channel: InterpretationChannel, *, by: User, now: datetime.datetime | None = None) -> None:
    """A meeting in its room is ended; who was in it was in the workshop, and that stays."""
    now = now or timezone.now()
    with transaction.atomic():
        lock_workshop(channel.workshop)
        refuse_ended(channel.workshop, now)
        left = _leave(channel, now=now)
        channel.meetings.counted().update(purpose=Meeting.Purpose.WORKSHOP, channel=None)
        channel.meetings.update(channel=None)
        channel.delete()
    for meeting in left:
        conferences.close(meeting)


def _write(channel: InterpretationChannel, details: ChannelDetails) -> InterpretationChannel:
    if not details.how and details.room is None:
        raise Refusal(
            "nowhere", _("Bitte sagen Sie, wie man dorthin kommt, oder wählen Sie einen zweiten Raum.")
        )
    room = None if details.room is None else lock_room(details.room.pk)
    if room is not None:
        fitting.refuse_unfit_second_room(channel, room)
    channel.need, channel.label, channel.how = details.need, details.label.strip(), details.how
    channel.room, channel.dial_in = room, details.dial_in.strip()
    columns = ["need", "label", "how", "room", "dial_in"]
    try:
        with transaction.atomic():
            channel.save(update_fields=None if channel._state.adding else columns)
    except IntegrityError:
        namesakes = channel.workshop.channels.filter(need=channel.need, label=channel.label)
        if not namesakes.exclude(pk=channel.pk).exists():
            raise
        raise Refusal(
            "label_taken", _("„%(label)s“ gibt es hier schon.") % {"label": details.label}
        ) from None
    return channel


def _leave(channel: InterpretationChannel, *, now: datetime.datetime) -> list[Meeting]:
    """The channel's meetings are over; returns those in which somebody may still be."""
    alive = channel.meetings.alive()
    left = list(alive.filter(opened_at__isnull=False).select_related("room"))
    alive.update(ended_at=now, claimed_until=None)
    for meeting in left:
        meeting.workshop, meeting.channel, meeting.ended_at = channel.workshop, channel, now
        meeting.presences.inside().update(left_at=F("last_seen_at"))
    return left
