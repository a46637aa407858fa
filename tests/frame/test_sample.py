"""The words of the demo's sample process; `tests/runtime/test_demo.py` starts it."""

import datetime

import pytest
from django.test import Client

from config.sample import content, pages
from config.sample.fields import FIELDS
from tests import builders, cast
from workshops.models import ActionField, ParticipationProcess, PublicPages

pytestmark = pytest.mark.django_db

EASY = "de-simple"
EASY_TEXTS = [
    *(content.NAME, content.INTRODUCTION, content.IMPRINT),
    *(text for field in FIELDS for text in (field.name, field.description)),
    *(pages.REASON, pages.WHO, pages.OUTLOOK),
]


@pytest.mark.parametrize("text", EASY_TEXTS, ids=lambda text: str(text["de"])[:20])
def test_easy_german_says_one_short_thing_a_line(text: dict[str, str]) -> None:
    lines = [line for line in text[EASY].splitlines() if line]
    assert [line for line in lines if len(line.split()) > 10] == []
    # One sentence each: what it says stands at its end.
    assert [line for line in lines if any(mark in line[:-1] for mark in ".?!;")] == []


def test_the_overview_in_easy_german_says_nothing_in_hard_german(client: Client) -> None:
    """The README shows a picture of it."""
    people = cast.gather()
    ParticipationProcess.objects.update(name=content.NAME, introduction=content.INTRODUCTION)
    ActionField.objects.exclude(pk=people.fields[0].pk).delete()
    ActionField.objects.update(name=FIELDS[0].name, description=FIELDS[0].description)
    PublicPages.objects.create(process=people.process, **pages.said(checked_on=datetime.date(2020, 6, 20)))
    builders.a_workshop(builders.a_series(people.fields[0]))
    page = client.get(f"/{EASY}/integrationsplan/").content.decode()
    assert "<h1>Plan für Hechingen</h1>" in page
    assert "Im Plan steht: So leben alle hier gut zusammen.<br>" in page
    assert "nur in einer anderen Sprache" not in page
    ActionField.objects.update(name={"de": "Bildung und Sprache"})
    assert (
        "nur in einer anderen Sprache: Deutsch" in client.get(f"/{EASY}/integrationsplan/").content.decode()
    )
