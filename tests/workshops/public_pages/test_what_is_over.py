"""A workshop that nobody can register for any more doesn't ask anybody to."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
HOW, POSTER = "So nehmen Sie teil", "Plakat zum Ausdrucken"


@pytest.mark.parametrize(
    ("columns", "tells_how", "has_poster"),
    [
        ({}, True, True),
        ({"registration_opens_at": 24 * HOUR}, True, True),
        ({"registration_closes_at": -HOUR}, False, True),
        ({"starts_at": -HOUR}, False, True),
        ({"starts_at": -24 * HOUR}, False, False),
        ({"status": Workshop.Status.CANCELLED, "cancelled_at": -HOUR}, False, False),
    ],
    ids=["open", "not open yet", "closed", "running", "over", "cancelled"],
)
def test_how_to_take_part_and_posters_only_where_one_can(
    client: Client, people: cast.Cast, columns: dict[str, object], tells_how: bool, has_poster: bool
) -> None:
    now = timezone.now()
    given = {
        name: now + value if isinstance(value, datetime.timedelta) else value
        for name, value in columns.items()
    }
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), **given)
    text = pages.text(client.get(f"/integrationsplan/{people.fields[0].slug}/{workshop.number}/"))
    assert (HOW in text, POSTER in text) == (tells_how, has_poster)


def test_where_even_the_waiting_list_is_full_nobody_is_told_to_register(
    client: Client, people: cast.Cast
) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), capacity=1, waiting_capacity=0)
    builders.a_registration(workshop)
    text = pages.text(client.get(f"/integrationsplan/{people.fields[0].slug}/{workshop.number}/"))
    assert "auch die Warteliste ist voll" in text
    assert HOW not in text
