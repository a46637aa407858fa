"""Workshops are moved to where the test is; the browser's clock stays."""

import datetime

from workshops.models import Workshop

MINUTE = datetime.timedelta(minutes=1)


def moved_to(workshop: Workshop, starts_at: datetime.datetime) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=starts_at, ends_at=starts_at + 120 * MINUTE)
