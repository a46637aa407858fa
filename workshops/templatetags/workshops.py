"""Times as people say them, the colour of a field, Markdown: for the templates of every audience."""

import datetime
import re
from typing import NamedTuple

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from workshops import dates, markup
from workshops.models import ActionField, LocalisedText, ParticipationProcess, Workshop

register = template.Library()


@register.simple_tag
def moment(value: datetime.datetime, process: ParticipationProcess, end: str = "") -> SafeString:
    """`end`: what closes the sentence behind it; "6 p.m." has its full stop already."""
    text = dates.moment_text(value, process)
    return _clock(value, process, text if end and text.endswith(end) else f"{text}{end}")


@register.simple_tag
def day(value: datetime.datetime, process: ParticipationProcess) -> SafeString:
    return _time(value, process, dates.day_text(value, process))


@register.simple_tag
def period(workshop: Workshop, process: ParticipationProcess) -> SafeString:
    return _clock(workshop.starts_at, process, dates.period_text(workshop, process), workshop.ends_at)


@register.simple_tag
def placed_period(workshop: Workshop, process: ParticipationProcess) -> str:
    """In words only, and by whose clock: for what leaves the page (its description where it's shared)."""
    return dates.placed_period_text(workshop, process)


@register.simple_tag
def hours(workshop: Workshop, process: ParticipationProcess) -> SafeString:
    return _clock(workshop.starts_at, process, dates.hours_text(workshop, process), workshop.ends_at)


@register.inclusion_tag("workshops/public/_date_tile.html")
def date_tile(value: datetime.datetime, process: ParticipationProcess) -> dict[str, object]:
    """The little calendar leaf at the start of an agenda's line."""
    local = value.astimezone(process.zone)
    return {
        "iso": local.isoformat(timespec="minutes"),
        "weekday": dates.short_weekday_text(local),
        "day": str(local.day),
        "month": dates.short_month_text(local),
        # Past workshops stay for years; this year's need none.
        "year": "" if local.year == timezone.now().astimezone(process.zone).year else str(local.year),
    }


@register.inclusion_tag("workshops/public/_offer.html")
def offer(workshop: Workshop, now: datetime.datetime) -> dict[str, object]:
    """The badge that says what one can do about a workshop (which came through `with_confirmed_seats()`)."""
    return {"offer": workshop.offer(now), "workshop": workshop}


class PosterLink(NamedTuple):
    code: str
    name: str
    bidi: bool
    url: str


@register.simple_tag
def poster_languages(field: ActionField) -> list[PosterLink]:
    """The field's poster in each language: who hangs it up need not read them all. Needs the process."""
    found = []
    for code, name in settings.LANGUAGES:
        with translation.override(code):
            url = reverse("workshops:poster", args=[field.process.slug, field.slug])
        found.append(PosterLink(code, str(name), bool(translation.get_language_info(code)["bidi"]), url))
    return found


@register.filter
def month(on: datetime.date) -> str:
    return dates.month_text(on)


@register.filter
def weekday(on: datetime.date) -> str:
    return dates.weekday_text(on)


@register.filter
def short_weekday(on: datetime.date) -> str:
    return dates.short_weekday_text(on)


@register.filter
def weekday_date(on: datetime.date) -> str:
    return dates.weekday_date_text(on)


@register.filter
def date_in_words(on: datetime.date) -> str:
    """A day of which nobody asks the weekday."""
    return dates.date_text(on)


@register.filter
def moment_in_words(value: datetime.datetime, process: ParticipationProcess) -> str:
    """As `moment`, where only words may stand (an `<option>`)."""
    return dates.moment_text(value, process)


@register.filter
def time_of_day(value: datetime.datetime | None, process: ParticipationProcess) -> str:
    """Only where the day is said right before it (tests/architecture/test_moments.py); "" of no time."""
    return dates.time_text(value.astimezone(process.zone)) if value else ""


@register.filter
def markdown(text: LocalisedText | str) -> SafeString:
    return markup.render(str(text))


@register.filter
def hue(position: int) -> str:
    """The accent of an action field, by its position: `hue-1` … `hue-6`, and again."""
    return f"hue-{(position - 1) % 6 + 1}"


@register.filter
def language_name(code: str) -> str:
    """The language's own name for itself; the code if it isn't one of ours."""
    try:
        return str(translation.get_language_info(code)["name_local"])
    except KeyError:
        return code


# Two digits at least, with what people put between them. A code after a comma is no part of it.
_NUMBER = re.compile(r"\+?\d[\d ()/.\u2013-]*\d")


@register.filter
def dialled(text: str) -> SafeString:
    """The first number in it to press; a code or PIN stays beside it: `07471 930-0, 22090#`."""
    found = _NUMBER.search(text)
    if found is None:
        return format_html("<bdi>{}</bdi>", text)
    number = found[0]
    # The zero of "+49 (0)7471" is for those who dial without the country's code.
    digits = re.sub(r"[^\d+]", "", number.replace("(0)", "") if number.startswith("+") else number)
    before, after = text[: found.start()], text[found.end() :]
    # On one line: half a number is dialled as a whole one.
    shown = number.replace(" ", "\N{NO-BREAK SPACE}")
    return format_html('<bdi dir="ltr">{}<a href="tel:{}">{}</a>{}</bdi>', before, digits, shown, after)


def _time(value: datetime.datetime, process: ParticipationProcess, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', _iso(value, process), text)


def _clock(
    value: datetime.datetime, process: ParticipationProcess, text: str, until: datetime.datetime | None = None
) -> SafeString:
    """A time that zones.js says once more by the reader's clock, if that is another one."""
    end = _iso(until, process) if until else ""
    return format_html('<time datetime="{}" data-clock="{}">{}</time>', _iso(value, process), end, text)


def _iso(value: datetime.datetime, process: ParticipationProcess) -> str:
    return value.astimezone(process.zone).isoformat(timespec="minutes")
