"""A seat is held for whoever has yet to say yes: for how long, and what comes when nobody does."""

import datetime

from django.db import transaction
from django.utils import timezone

from workshops.models import Registration, Workshop
from workshops.operations import seats, typed_words

# However near the workshop is, there is time to open the mailbox.
SHORTEST_HOLD = datetime.timedelta(minutes=15)


def lapse_overdue(*, now: datetime.datetime | None = None) -> int:
    """End the holds that nobody confirmed in time, and give free seats to those who wait.

    One short transaction a workshop, and one each for people over whose words somebody typed; may run twice.
    Returns how many workshops were looked at.
    """
    now = now or timezone.now()
    due = set(Registration.objects.hold_over(now).values_list("workshop_id", flat=True))
    upcoming = Workshop.objects.upcoming(now).with_seats().select_related("series__field__process")
    due.update(
        workshop.pk
        for workshop in upcoming
        if workshop.waits_taken and workshop.seats_left and seats.may_promote(workshop, now=now)
    )
    for workshop_id in sorted(due):
        with transaction.atomic():
            seats.lock([workshop_id], now=now)
    typed_words.put_back_unproven()
    return len(due)


def held_until(workshop: Workshop, *, now: datetime.datetime) -> datetime.datetime:
    """Until when a registration made now waits for its confirmation.

    The process's time to think it over, but at most half of what is left, at least 15 minutes, and never
    beyond the start.
    """
    half_the_time_left = (workshop.starts_at - now) / 2
    hold = min(workshop.process.hold, max(half_the_time_left, SHORTEST_HOLD))
    return min(now + hold, workshop.starts_at)
