"""Moments as people say them: always with the weekday, in the town's zone, in the reader's language."""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workshops.models import ParticipationProcess, Workshop


def moment_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 Uhr“."""
    local = value.astimezone(process.zone)
    return _("%(day)s, %(time)s Uhr") % {"day": _day(local), "time": date_format(local, "TIME_FORMAT")}


def day_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020“."""
    return _day(value.astimezone(process.zone))


def period_text(workshop: Workshop, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr“."""
    start = workshop.starts_at.astimezone(process.zone)
    return _("%(day)s, %(hours)s") % {"day": _day(start), "hours": hours_text(workshop, process)}


def hours_text(workshop: Workshop, process: ParticipationProcess) -> str:
    """„18:00 bis 20:00 Uhr“, where the day is already said."""
    start, end = workshop.starts_at.astimezone(process.zone), workshop.ends_at.astimezone(process.zone)
    return _("%(start)s bis %(end)s Uhr") % {
        "start": date_format(start, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
    }


def _day(local: datetime.datetime) -> str:
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
    }
