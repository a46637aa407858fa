"""What a page is about comes first; what few need stands at its end, folded."""

import re

import pytest
from django.test import Client

from tests import builders, cast, pages
from workshops.models import Workshop, localised

pytestmark = pytest.mark.django_db

QUESTION = "Wie lernen alle gut Deutsch, und was brauchen Schulen dafür?"


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    people.fields[0].description = localised(QUESTION)
    people.fields[0].save(update_fields=["description"])
    return builders.a_workshop(builders.a_series(people.fields[0]))


def page_of(workshop: Workshop, language: str = "") -> str:
    return f"{language}/integrationsplan/{workshop.field.slug}/{workshop.number}/"


def test_a_workshop_without_words_of_its_own_says_what_its_field_is_about(
    client: Client, workshop: Workshop
) -> None:
    response = client.get(page_of(workshop))
    lines = pages.lines(response)
    assert "Bildung und Sprache: 1. Workshop" in lines
    assert lines[lines.index("Worum es geht") :][:3] == ["Worum es geht", QUESTION, "So nehmen Sie teil"]
    in_arabic = client.get(page_of(workshop, "/ar")).content.decode()
    assert f'<div class="lead" lang="de" dir="ltr"><p>{QUESTION}</p></div>' in in_arabic


def test_a_workshops_own_words_take_that_place(client: Client, workshop: Workshop) -> None:
    workshop.title, workshop.description = localised("Deutsch am Abend"), localised("Über **Abendkurse**.")
    workshop.save(update_fields=["title", "description"])
    response = client.get(page_of(workshop))
    assert (
        '<p class="kicker">Bildung und Sprache</p>\n  <h1>Deutsch am Abend</h1>' in response.content.decode()
    )
    lines = pages.lines(response)
    assert "Über Abendkurse." in lines
    assert QUESTION not in lines


def test_where_the_field_has_no_words_either_no_heading_stands_empty(client: Client) -> None:
    workshop = builders.a_workshop()
    response = client.get(f"/{workshop.process.slug}/{workshop.field.slug}/{workshop.number}/")
    assert "Worum es geht" not in pages.lines(response)


FOLDED = {
    "calendar/": ["In den eigenen Kalender"],
    "bildung-und-sprache/": ["Diese Termine abonnieren", "Plakat zum Ausdrucken, QR-Code"],
    "bildung-und-sprache/1/": ["Termine dieses Handlungsfelds abonnieren", "Plakat zum Ausdrucken, QR-Code"],
    "progress/": ["Meilensteine abonnieren (Kalender)", "Auf der eigenen Website zeigen"],
}


@pytest.mark.parametrize(("page", "folded"), FOLDED.items())
def test_what_few_need_stands_folded_at_the_end(
    client: Client, workshop: Workshop, page: str, folded: list[str]
) -> None:
    main = client.get(f"/integrationsplan/{page}").content.decode().partition("<main")[2]
    main = main.partition("</main>")[0]
    found = list(re.finditer(r"(?s)<details([^>]*)>\s*<summary[^>]*>(.*?)</summary>", main))[-len(folded) :]
    assert [(each[2], "open" in each[1]) for each in found] == [(each, False) for each in folded]
    # Nothing that one subscribes to or copies stands before them, and nothing at all behind.
    assert re.findall(r"webcal:|&lt;iframe|<pre", main[: found[0].start()]) == []
    assert re.sub(r"<[^>]+>|\s", "", main.rpartition("</details>")[2]) == ""
