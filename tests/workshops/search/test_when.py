"""A workshop that is found says when it is, and names its field once."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Workshop, localised

pytestmark = pytest.mark.django_db

WHEN = datetime.datetime(2031, 7, 8, 16, 0, tzinfo=datetime.UTC)
PERIOD = "Dienstag, 8. Juli 2031, 18:00 bis 20:00 Uhr"


def test_a_workshop_says_when_it_is(client: Client, people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    builders.a_workshop(series, starts_at=WHEN)
    text = pages.text(client.get("/integrationsplan/search/?q=Sprache"))
    assert text.count("Bildung und Sprache") == 1
    assert PERIOD in text


def test_a_workshop_with_a_title_names_its_field_and_that_it_was_cancelled(
    client: Client, people: cast.Cast
) -> None:
    builders.a_workshop(
        builders.a_series(people.fields[0]),
        starts_at=WHEN,
        title=localised("Abendkurse"),
        status=Workshop.Status.CANCELLED,
        cancelled_at=timezone.now(),
    )
    text = pages.text(client.get("/integrationsplan/search/?q=Abendkurse"))
    assert f"Bildung und Sprache · {PERIOD} abgesagt" in text
