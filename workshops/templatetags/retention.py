"""What is kept of people and for how long, in words."""

from django import template

from workshops.models import ParticipationProcess
from workshops.operations import periods
from workshops.retention import PURPOSES, days_text

register = template.Library()


@register.inclusion_tag("workshops/public/_purposes.html")
def purposes(process: ParticipationProcess) -> dict[str, object]:
    days = periods.of(process)
    rows = [
        {"what": each.what, "why": each.why, "basis": each.basis, "until": each.until(days)}
        for each in PURPOSES
    ]
    return {"purposes": rows}


@register.filter
def days_in_words(count: int) -> str:
    return days_text(count)
