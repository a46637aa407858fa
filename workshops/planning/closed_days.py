"""Which days are public or school holidays in a Land.

Source: the package `holidays`; its school holidays are those that the Länder report to the
Kultusministerkonferenz (kmk.org, Ferienkalender), each some years ahead.
"""

from datetime import date

import holidays

from workshops.planning.problem import Closed


def holidays_between(
    subdivision: str, first: date, last: date, *, school: bool = True
) -> dict[date, tuple[Closed, str]]:
    """Each holiday from `first` to `last`, both included, with its German name.

    `subdivision`: ISO 3166-2:DE without the country, e.g. "BW".
    """
    years = range(first.year, last.year + 1)
    found: dict[date, tuple[Closed, str]] = {}
    if school:
        of_schools = holidays.country_holidays(
            "DE", subdiv=subdivision, years=years, categories=("school",), language="de"
        )
        found |= {day: (Closed.SCHOOL_HOLIDAY, name) for day, name in of_schools.items()}
    public = holidays.country_holidays("DE", subdiv=subdivision, years=years, language="de")
    found |= {day: (Closed.PUBLIC_HOLIDAY, name) for day, name in public.items()}
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def school_holidays_are_known(subdivision: str, year: int) -> bool:
    """Have the school holidays of that whole year been reported?"""
    days = holidays.country_holidays("DE", subdiv=subdivision, years=year, categories=("school",))
    return date(year, 12, 31) in days
