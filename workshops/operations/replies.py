"""What a person's calendar program answers to an invitation: accepted, perhaps, declined.

The caller has made sure that the answer is the person's own (docs/adr/0023).
"""

import datetime
import enum

from django.db import transaction

from workshops.errors import Refusal
from workshops.models import CalendarReply, Registration
from workshops.operations import registrations, seats


class Effect(enum.Enum):
    """What an answer did."""

    NOTED = enum.auto()
    CANCELLED = enum.auto()
    TOO_LATE = enum.auto()  # the workshop has begun
    OLD = enum.auto()  # a newer answer is known
    OVER = enum.auto()  # the registration has ended


@transaction.atomic
def receive(
    registration: Registration, *, reply: CalendarReply, said_at: datetime.datetime, now: datetime.datetime
) -> Effect:
    """Note the answer; one that declines gives the seat back, after the same rules as a cancellation.

    `said_at` is when the person answered: of two answers the later one counts, whichever arrives first.
    """
    # Before anything is looked at, so that it stays as it is seen.
    seats.lock([registration.workshop_id], now=now)
    registration.refresh_from_db(from_queryset=Registration.objects.select_related("participant"))
    if not registration.is_active:
        return Effect.OVER
    if registration.replied_at is not None and said_at <= registration.replied_at:
        return Effect.OLD
    if reply == CalendarReply.DECLINED:
        try:
            registrations.cancel(registration, by=registration.participant, now=now)
        except Refusal:
            return Effect.TOO_LATE
    registration.reply, registration.replied_at = reply, said_at
    registration.save(update_fields=["reply", "replied_at"])
    return Effect.CANCELLED if reply == CalendarReply.DECLINED else Effect.NOTED
