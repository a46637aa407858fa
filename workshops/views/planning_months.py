"""The proposal by months, with what closes a day."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Any

from workshops.models import ParticipationProcess, Workshop
from workshops.operations import planning_problem


@dataclass(frozen=True, slots=True)
class Day:
    on: datetime.date
    workshops: list[Workshop]
    is_other_month: bool
    closed: str


def of_proposal(
    process: ParticipationProcess, drafts: list[Workshop], published: list[Workshop]
) -> list[dict[str, Any]]:
    """Every month from the first to the last draft, by weeks, with what closes a day."""
    by_day: dict[datetime.date, list[Workshop]] = {}
    for workshop in sorted([*drafts, *published], key=lambda one: one.starts_at):
        by_day.setdefault(workshop.local_start.date(), []).append(workshop)
    if not drafts:
        return []
    first, last = drafts[0].local_start.date().replace(day=1), drafts[-1].local_start.date()
    closed = planning_problem.closed_days(process, first, last + datetime.timedelta(days=45))
    months = []
    while first <= last:
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        months.append(
            {
                "first": first,
                "weekdays": weeks[0],
                "weeks": [
                    [
                        Day(
                            on,
                            by_day.get(on, []) if on.month == first.month else [],
                            on.month != first.month,
                            closed[on][1] if on in closed and on.month == first.month else "",
                        )
                        for on in week
                    ]
                    for week in weeks
                ],
            }
        )
        first = (first + datetime.timedelta(days=31)).replace(day=1)
    return months
