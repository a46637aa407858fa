"""The calendar leaf at the start of an agenda's line."""

import datetime
import re

import pytest
import time_machine
from django.test import Client

from tests import builders, cast

pytestmark = pytest.mark.django_db


def tiles(client: Client, path: str) -> list[str]:
    """The words of each leaf, in the page's order."""
    found = re.findall(r'<time class="agenda__date".*?</time>', client.get(path).content.decode())
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


@pytest.mark.parametrize("page", ["bildung-und-sprache/", "calendar/"])
def test_a_leaf_of_another_year_names_it(client: Client, page: str) -> None:
    """Workshops that are over stay on the pages for years."""
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    for moment in ("2018-11-20T17:00", "2020-03-03T17:00", "2020-12-29T17:00", "2021-01-05T17:00"):
        at = datetime.datetime.fromisoformat(f"{moment}+00:00")
        builders.a_workshop(series, starts_at=at)
    path = f"/integrationsplan/{page}"
    with time_machine.travel(datetime.datetime(2020, 6, 20, 10, 0, tzinfo=datetime.UTC), tick=False):
        assert tiles(client, path) == ["Di 29 Dez", "Di 5 Jan 2021", "Di 3 Mär", "Di 20 Nov 2018"]
        assert tiles(client, f"/tr{path}")[-1] == "Sal 20 Kas 2018"
    # New year comes to the town an hour before it does in UTC.
    with time_machine.travel(datetime.datetime(2020, 12, 31, 23, 30, tzinfo=datetime.UTC), tick=False):
        assert tiles(client, path) == ["Di 5 Jan", "Di 29 Dez 2020", "Di 3 Mär 2020", "Di 20 Nov 2018"]
