"""Moments as people say them: always with the weekday, in the town's zone, in the reader's language.

The words, their forms and their order are those of the Unicode CLDR (by way of Babel): what a language's own
readers expect, which Django's formats often miss (a month's name after a day has its own form in Russian,
a weekday stands behind the date in Turkish). Each function speaks the active language.

A time never breaks at the end of a line: its spaces ("18:00 Uhr") are no-break spaces (U+00A0).
"""

import datetime
from functools import cache

from babel import Locale
from babel import dates as cldr
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workshops.models import ParticipationProcess, Workshop


def moment_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 Uhr“."""
    return local_moment_text(value.astimezone(process.zone))


def local_moment_text(local: datetime.datetime) -> str:
    """The same of a moment that is in the town's zone already."""
    return _unbroken(_("%(day)s, %(time)s Uhr")) % {"day": _day(local), "time": time_text(local)}


def day_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020“."""
    return _day(value.astimezone(process.zone))


def period_text(workshop: Workshop, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr“."""
    start = workshop.starts_at.astimezone(process.zone)
    return _("%(day)s, %(hours)s") % {"day": _day(start), "hours": hours_text(workshop, process)}


def placed_moment_text(value: datetime.datetime, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 Uhr (Zeit in Hechingen)“: where no page's foot says whose times they
    are, and no script says them by the reader's clock."""
    return _placed(moment_text(value, process), process)


def placed_period_text(workshop: Workshop, process: ParticipationProcess) -> str:
    """„Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr (Zeit in Hechingen)“, as `placed_moment_text`."""
    return _placed(period_text(workshop, process), process)


def zone_text(process: ParticipationProcess) -> str:
    """„Zeit in Hechingen“."""
    return _("Zeit in %(town)s") % {"town": process.town}


def hours_text(workshop: Workshop, process: ParticipationProcess) -> str:
    """„18:00 bis 20:00 Uhr“, where the day is already said."""
    start, end = workshop.starts_at.astimezone(process.zone), workshop.ends_at.astimezone(process.zone)
    return _unbroken(_("%(start)s bis %(end)s Uhr")) % {"start": time_text(start), "end": time_text(end)}


def time_text(local: datetime.datetime | datetime.time) -> str:
    """„18:00“."""
    return cldr.format_time(local, "short", locale=_locale()).replace(" ", "\u00a0")


def date_text(on: datetime.date) -> str:
    """„7. Juli 2020“: a day of which nobody asks the weekday."""
    return cldr.format_date(on, "long", locale=_locale())


def weekday_date_text(on: datetime.date) -> str:
    """„Dienstag, 7. Juli 2020“, of a day that has no zone."""
    return cldr.format_date(on, "full", locale=_locale())


def short_day_text(on: datetime.date) -> str:
    """„Di., 7. Juli“: of a day that is near."""
    return cldr.format_skeleton("MMMMEd", _noon(on), locale=_locale())


def month_text(on: datetime.date) -> str:
    """„Juli 2020“."""
    return cldr.format_skeleton("yMMMM", _noon(on), locale=_locale())


def weekday_text(on: datetime.date) -> str:
    """„Dienstag“."""
    return cldr.format_date(on, "cccc", locale=_locale())


def short_weekday_text(on: datetime.date) -> str:
    """„Di“."""
    return cldr.format_date(on, "ccc", locale=_locale())


def short_month_text(on: datetime.date) -> str:
    """„Jul“."""
    return cldr.format_date(on, "LLL", locale=_locale())


def _day(local: datetime.datetime) -> str:
    return weekday_date_text(local.date())


def _placed(text: str, process: ParticipationProcess) -> str:
    zone = zone_text(process)
    # „(Zeit in Frankfurt (Oder))“: some towns have brackets of their own, and some languages' words for it.
    return f"{text} · {zone}" if "(" in zone else f"{text} ({zone})"


def _noon(on: datetime.date) -> datetime.datetime:
    # A skeleton wants a moment, and would move one that has a zone.
    return datetime.datetime.combine(on, datetime.time(12))


def _unbroken(sentence: str) -> str:
    # Here, not in the msgid: there nobody would see the character, and makemessages misreads its escape.
    return sentence.replace(" Uhr", "\u00a0Uhr")


def _locale() -> Locale:
    return _locale_of(get_language() or "de")


@cache
def _locale_of(language: str) -> Locale:
    """`language`: a code of ours; English is that of Europe (the day before the month, 24 hours)."""
    return Locale.parse("en_GB" if language == "en" else language.split("-")[0])
