"""A window of rows with everything that their mails and the question "still wanted?" look at."""

from typing import Any

from django.db.models import QuerySet

from notifications.models import Delivery, InvitationCampaign, ReminderRule
from workshops.models import ParticipationProcess, Registration, User, Workshop


def gathered(deliveries: QuerySet[Delivery]) -> list[Delivery]:
    """What `emails.with_what_they_need` brings, for hundreds of rows: what many of them share is one object,
    fetched once and set beside each (`prefetch_related` spends more on that than on its statements)."""
    rows = list(deliveries.select_related("participant"))
    shared: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("process", ParticipationProcess.objects.all()),
        ("user", User.objects.all()),
        ("registration", Registration.objects.with_calendar_numbers()),
        ("workshop", Workshop.objects.select_related("series__field", "room")),
        ("campaign", InvitationCampaign.objects.select_related("field", "workshop__series__field")),
        ("rule", ReminderRule.objects.all()),
    )
    for name, found in shared:
        keys = {key for row in rows if (key := getattr(row, f"{name}_id")) is not None}
        objects = found.in_bulk(keys) if keys else {}
        for row in rows:
            # None, too, for one that was erased since: the row went with it.
            row._state.fields_cache[name] = objects.get(getattr(row, f"{name}_id"))
    return rows
