"""Times as people say them, always with the weekday and in the town's zone; Markdown."""

import datetime

from django import template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workshops import markup
from workshops.models import LocalisedText, ParticipationProcess, Workshop

register = template.Library()


@register.simple_tag
def moment(value: datetime.datetime, process: ParticipationProcess) -> SafeString:
    """„Dienstag, 7. Juli 2020, 18:00 Uhr“."""
    local = value.astimezone(process.zone)
    text = _("%(day)s, %(time)s Uhr") % {"day": _day(local), "time": date_format(local, "TIME_FORMAT")}
    return _time(local, text)


@register.simple_tag
def period(workshop: Workshop, process: ParticipationProcess) -> SafeString:
    """„Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr“."""
    start, end = workshop.starts_at.astimezone(process.zone), workshop.ends_at.astimezone(process.zone)
    return _time(start, period_text(start, end))


@register.simple_tag
def hours(workshop: Workshop, process: ParticipationProcess) -> str:
    """„18:00 bis 20:00 Uhr“, where the day is already said."""
    start, end = workshop.starts_at.astimezone(process.zone), workshop.ends_at.astimezone(process.zone)
    return _("%(start)s bis %(end)s Uhr") % {
        "start": date_format(start, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
    }


@register.simple_tag
def day(value: datetime.datetime, process: ParticipationProcess) -> SafeString:
    """„Dienstag, 7. Juli 2020“."""
    local = value.astimezone(process.zone)
    return _time(local, _day(local))


@register.inclusion_tag("workshops/public/_date_tile.html")
def date_tile(value: datetime.datetime, process: ParticipationProcess) -> dict[str, object]:
    """The little calendar leaf at the start of an agenda's line."""
    local = value.astimezone(process.zone)
    return {
        "iso": local.isoformat(timespec="minutes"),
        "weekday": date_format(local, "D"),
        "day": date_format(local, "j"),
        "month": date_format(local, "M"),
    }


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


def period_text(start: datetime.datetime, end: datetime.datetime) -> str:
    """Both in the town's zone; a workshop past midnight ends on the same evening for those who read it."""
    return _("%(day)s, %(start)s bis %(end)s Uhr") % {
        "day": _day(start),
        "start": date_format(start, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
    }


def _day(local: datetime.datetime) -> str:
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
    }


def _time(local: datetime.datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), text)
