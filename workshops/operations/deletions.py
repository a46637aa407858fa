"""That something was deleted: how much, on which day, by which rule. Of whom is never written down."""

import datetime

from django.db.models import F

from workshops.models import DeletionRecord, ParticipationProcess
from workshops.retention import Rule


def record(
    process: ParticipationProcess, rule: Rule, count: int, *, now: datetime.datetime, days: int = 0
) -> None:
    """Within the transaction that deletes; `days`: the period that was in force. Nothing is no record."""
    if count < 1:
        return
    row, is_new = DeletionRecord.objects.get_or_create(
        process=process,
        day=now.astimezone(process.zone).date(),
        rule=rule,
        days=days,
        defaults={"count": count},
    )
    if not is_new:
        DeletionRecord.objects.filter(pk=row.pk).update(count=F("count") + count)
