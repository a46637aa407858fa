"""“Add to calendar”, for the pages of every audience."""

from django import template
from django.conf import settings
from django.urls import reverse

from workshops import web_calendars
from workshops.models import ParticipationProcess, Registration, Workshop

register = template.Library()


@register.inclusion_tag("_add_to_calendar.html")
def add_to_calendar(
    workshop: Workshop,
    process: ParticipationProcess,
    *,
    token: str = "",
    registration: Registration | None = None,
) -> dict[str, object]:
    """The file, and links to calendars on the web. `token` (of the personal page) and `registration`: the
    file with the person's own way in; the links lead to the public page all the same."""
    address = [process.slug, workshop.field.slug, workshop.number]
    entry = web_calendars.Entry(
        title=str(workshop),
        starts_at=workshop.starts_at,
        ends_at=workshop.ends_at,
        text=str(workshop.description),
        page=f"{settings.PUBLIC_URL}{reverse('workshops:workshop', args=address)}",
    )
    return {
        "workshop": workshop,
        "process": process,
        "token": token,
        "registration": registration,
        "google": web_calendars.google(entry),
        "outlook_at_home": web_calendars.outlook(entry, web_calendars.OUTLOOK_AT_HOME),
        "outlook_at_work": web_calendars.outlook(entry, web_calendars.OUTLOOK_AT_WORK),
    }
