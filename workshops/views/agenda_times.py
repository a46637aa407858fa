"""When each point of an agenda is due, derived from the begin and the lengths. Reads only."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from workshops import dates
from workshops.models import AgendaItem, Workshop


@dataclass(frozen=True, slots=True)
class Timed:
    """An item with its clock time, in the town's zone; None once an item before it has no length."""

    item: AgendaItem
    starts_at: datetime.datetime | None
    is_current: bool


def timetable(workshop: Workshop, items: list[AgendaItem], *, now: datetime.datetime) -> list[Timed]:
    """Begin and lengths make the times; the item whose time it is, is the current one."""
    starts: list[datetime.datetime | None] = []
    clock: datetime.datetime | None = workshop.starts_at
    for item in items:
        starts.append(clock)
        clock = (
            clock + datetime.timedelta(minutes=item.minutes_planned)
            if clock and item.minutes_planned
            else None
        )
    begun = [index for index, start in enumerate(starts) if start is not None and start <= now]
    current = begun[-1] if begun and now < workshop.ends_at else None
    return [
        Timed(item, start, index == current)
        for index, (item, start) in enumerate(zip(items, starts, strict=True))
    ]


def clock(workshop: Workshop) -> dict[str, object]:
    """For reordering by script: what stands beside each item, and which is the current one (from 0)."""
    timed = timetable(workshop, list(workshop.agenda.defer(*AgendaItem.PARTS)), now=timezone.now())
    return {
        "labels": [_label(each.starts_at, workshop) for each in timed],
        "current": next((index for index, each in enumerate(timed) if each.is_current), None),
    }


def _label(starts_at: datetime.datetime | None, workshop: Workshop) -> str:
    """As the page has it (`time_of_day`)."""
    return dates.time_text(starts_at.astimezone(workshop.process.zone)) if starts_at else ""
