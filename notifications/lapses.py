"""Holds that nobody confirmed in time: told once a day, all of that day in one mail.

Anyone may register anyone's address for all the workshops there are (docs/adr/0011): each hold lapses, and a
mail for each would be a way to fill a neighbour's mailbox.
"""

import datetime

from django.utils import timezone

from notifications.models import Delivery
from workshops.models import Registration, Workshop

# The holds of one form end within moments of each other, one workshop after the other.
TOGETHER = datetime.timedelta(minutes=2)


def day_of(registration: Registration) -> datetime.date:
    """On which day of the town's calendar the hold ended."""
    ended_at = registration.ended_at or timezone.now()
    return ended_at.astimezone(registration.workshop.process.zone).date()


def told_by(delivery: Delivery, *, now: datetime.datetime) -> list[Registration]:
    """What lapsed on the day of this mail and could still be registered for, by start; each workshop once."""
    first, person = delivery.registration, delivery.participant
    if first is None or person is None:
        return []
    lapsed = (
        person.registrations.filter(
            status=Registration.Status.LAPSED,
            workshop__status=Workshop.Status.PUBLISHED,
            workshop__ends_at__gt=now,
        )
        .exclude(workshop__in=person.registrations.active().values("workshop"))
        .select_related("workshop__series__field__process", "workshop__room")
        .order_by("workshop__starts_at", "pk")
    )
    day = day_of(first)
    return list({each.workshop_id: each for each in lapsed if day_of(each) == day}.values())
