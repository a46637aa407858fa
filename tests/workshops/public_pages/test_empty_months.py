"""The calendar's month, where nothing is in it."""

import datetime

import pytest
import time_machine
from django.test import Client

from tests import builders, cast, pages
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


def test_a_month_without_workshops_says_so(client: Client) -> None:
    """On a phone, days without workshops aren't shown: nothing would be left."""
    people = cast.gather()
    empty_month = "In diesem Monat ist kein Workshop."
    none_planned = "Zurzeit ist kein Workshop geplant. Sobald die Termine feststehen, finden Sie sie hier."

    def said(month: str, more: str = "") -> list[str]:
        lines = pages.lines(client.get(f"/integrationsplan/calendar/?month={month}{more}"))
        return [line for line in lines if line in (empty_month, none_planned)]

    with time_machine.travel(datetime.datetime(2031, 6, 1, 12, tzinfo=datetime.UTC), tick=False):
        assert said("2031-06") == [none_planned]
        series = builders.a_series(people.fields[0])
        for month, day in ((5, 6), (7, 8), (8, 31)):
            builders.a_workshop(
                series, starts_at=datetime.datetime(2031, month, day, 16, tzinfo=datetime.UTC)
            )
        assert [said(f"2031-0{month}") for month in (5, 6, 7, 8)] == [[], [empty_month], [], []]
        # Of a field without workshops.
        assert said("2031-07", f"&field={people.fields[1].slug}") == [none_planned]
        Workshop.objects.filter(starts_at__month__gte=7).delete()
        # What was is shown; what is to come isn't known.
        assert said("2031-05") == []
