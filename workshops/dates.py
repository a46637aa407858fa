"""Moments as people say them: always with the weekday, in the town's zone, in the reader's language.

A time never breaks at the end of a line: its spaces ("18:00 Uhr", "6 p.m.") are no-break spaces (U+00A0).
"""

import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workshops.models import ParticipationProcess, Workshop


def moment_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 Uhr“."""
    local = value.astimezone(process.zone)
    return _unbroken(_("%(day)s, %(time)s Uhr")) % {"day": _day(local), "time": _time(local)}


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
    return _unbroken(_("%(start)s bis %(end)s Uhr")) % {"start": _time(start), "end": _time(end)}


def _time(local: datetime.datetime) -> str:
    return date_format(local, "TIME_FORMAT").replace(" ", "\u00a0")


def _unbroken(sentence: str) -> str:
    # Here, not in the msgid: there nobody would see the character, and makemessages misreads its escape.
    return sentence.replace(" Uhr", "\u00a0Uhr")


def _day(local: datetime.datetime) -> str:
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
    }
