"""All dates of a process: as a list, and as a month."""

import calendar as weeks
import datetime
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from workshops import dates
from workshops.models import ParticipationProcess, Workshop
from workshops.views.public import process_or_404


@dataclass(frozen=True, slots=True)
class Day:
    on: datetime.date
    workshops: list[Workshop]
    is_other_month: bool
    is_today: bool


@require_safe
@conditional_page
def calendar(request: HttpRequest, process: str) -> HttpResponse:
    """`?month=2020-07` shows that month, or the nearest of the workshops' ones; `?field=<slug>` one field."""
    shown = process_or_404(request, process)
    now = timezone.now()
    fields = list(shown.fields.all())
    field = next((each for each in fields if each.slug == request.GET.get("field")), None)
    workshops = list(
        Workshop.objects.of_process(shown)
        .announced()
        .with_confirmed_seats()
        .filter(series__field__in=[field] if field else fields)
        .select_related("series__field", "minutes")
        .order_by("starts_at", "pk")
    )
    upcoming = [workshop for workshop in workshops if workshop.ends_at > now]
    context: dict[str, object] = {
        "process": shown,
        "now": now,
        "fields": fields,
        "field": field,
        "months": _by_month(upcoming, shown),
        "past": [workshop for workshop in reversed(workshops) if workshop.ends_at <= now],
    }
    if "month" in request.GET:
        first = _first_day(request.GET["month"]) or _month_of(upcoming, shown, now)
        first = _nearest(first, workshops, shown, now)
        context |= _month(first, workshops, shown, now)
    return render(request, "workshops/public/calendar.html", context)


def _by_month(workshops: list[Workshop], process: ParticipationProcess) -> list[tuple[str, list[Workshop]]]:
    months: dict[str, list[Workshop]] = {}
    for workshop in workshops:
        name = dates.month_text(workshop.starts_at.astimezone(process.zone))
        months.setdefault(name, []).append(workshop)
    return list(months.items())


def _first_day(text: str) -> datetime.date | None:
    try:
        first = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    # The calendar's first and last months have weeks that can't be counted.
    return first if 1900 < first.year < 2200 else None


def _month_of(
    upcoming: list[Workshop], process: ParticipationProcess, now: datetime.datetime
) -> datetime.date:
    """The month of the next workshop: an empty one would be a poor start."""
    start = upcoming[0].starts_at if upcoming else now
    return start.astimezone(process.zone).date().replace(day=1)


def _ends(
    workshops: list[Workshop], process: ParticipationProcess, now: datetime.datetime
) -> tuple[datetime.date, datetime.date]:
    """The months of the first and of the last workshop; before and after them there is nothing to see."""
    starts = [each.starts_at for each in workshops] or [now]
    first, last = (each.astimezone(process.zone).date().replace(day=1) for each in (starts[0], starts[-1]))
    return first, last


def _nearest(
    month: datetime.date, workshops: list[Workshop], process: ParticipationProcess, now: datetime.datetime
) -> datetime.date:
    first, last = _ends(workshops, process, now)
    return min(max(month, first), last)


def _month(
    first: datetime.date, workshops: list[Workshop], process: ParticipationProcess, now: datetime.datetime
) -> dict[str, object]:
    by_day: dict[datetime.date, list[Workshop]] = {}
    for workshop in workshops:
        by_day.setdefault(workshop.starts_at.astimezone(process.zone).date(), []).append(workshop)
    today = now.astimezone(process.zone).date()
    earliest, latest = _ends(workshops, process, now)
    month = weeks.Calendar().monthdatescalendar(first.year, first.month)
    return {
        "month": first,
        "previous_month": (first - datetime.timedelta(days=1)).replace(day=1) if first > earliest else None,
        "next_month": (first + datetime.timedelta(days=31)).replace(day=1) if first < latest else None,
        "is_empty_month": not any((on.year, on.month) == (first.year, first.month) for on in by_day),
        "weekdays": month[0],
        "weeks": [
            [Day(on, by_day.get(on, []), on.month != first.month, on == today) for on in week]
            for week in month
        ],
    }
