"""What is kept of people and for how long, in words."""

from django import template

from workshops.models import ParticipationProcess
from workshops.operations.purposes import of as purposes_of
from workshops.retention import days_text

register = template.Library()


@register.inclusion_tag("workshops/public/_purposes.html")
def purposes(process: ParticipationProcess, *, for_staff: bool = False) -> dict[str, object]:
    """As a table; for staff each row leads to the form of its words."""
    return {"purposes": purposes_of(process), "process": process, "for_staff": for_staff}


@register.filter
def days_in_words(count: int) -> str:
    return days_text(count)
