"""Days and moments that staff type."""

from typing import Any

import pytest
from django.test import Client

from tests import builders, cast
from workshops.models import Survey, Workshop

pytestmark = pytest.mark.django_db

SERIES = {
    "workshop_count": 2,
    "duration_minutes": 60,
    "capacity": 5,
    "waiting_capacity": 5,
    "weekdays": ["0"],
    "start_times": "18:00",
    "min_gap_days": 1,
}


@pytest.mark.parametrize(
    ("page", "typed", "refused"),
    [
        ("survey/window/", {"opens_at": "0001-01-01T00:00", "closes_at": "2030-01-01T00:00"}, ["opens_at"]),
        ("survey/window/", {"opens_at": "2020-01-01T00:00", "closes_at": "9999-12-31T23:59"}, ["closes_at"]),
        (
            "fields/bildung-und-sprache/add-workshop/",
            {"day": "9999-12-31", "starts": "18:00", "ends": "20:00"},
            ["day"],
        ),
        (
            "planning/fields/bildung-und-sprache/",
            {**SERIES, "first_on": "0026-12-01", "last_on": "9999-12-31"},
            ["first_on", "last_on"],
        ),
    ],
)
def test_a_year_of_another_age_is_refused_at_its_field(
    client: Client, page: str, typed: dict[str, Any], refused: list[str]
) -> None:
    people = cast.gather()
    builders.a_series(people.fields[0])
    client.force_login(people.sabine)
    before = list(Survey.objects.values())

    answer = client.post(f"/staff/integrationsplan/{page}", typed)

    assert list(answer.context["form"].errors) == refused
    assert list(Survey.objects.values()) == before
    assert not Workshop.objects.exists()
