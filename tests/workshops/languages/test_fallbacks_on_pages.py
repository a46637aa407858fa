"""German that stands in for words of the page's language says so, also to those who hear it (WCAG 3.1.2)."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Minutes, ParticipationProcess, Workshop

pytestmark = pytest.mark.django_db
FIELD = "Bildung und Sprache"


@pytest.fixture
def workshop() -> Workshop:
    """Without a title, so that it is called after its field; what it said is published."""
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    item = builders.an_agenda_item(workshop, title="Verkehr", text="Der Nachtbus fehlt.", version=1)
    builders.a_proposal(item, title="Nachtbus einrichten", description="Jeden Samstag")
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=timezone.now(), published_by=people.sabine
    )
    return workshop


@pytest.mark.parametrize("page", ["calendar/", "calendar/?month=", "search/?q=Nachtbus"])
def test_a_fields_german_name_is_german_on_a_turkish_page(workshop: Workshop, page: str) -> None:
    shown = Client().get(f"/tr/integrationsplan/{page}")
    assert pages.languages_of(shown, FIELD) == {"de"}
    assert pages.languages_of(Client().get(f"/integrationsplan/{page}"), FIELD) == {"de"}


def test_only_the_name_in_a_hits_line_is_german(workshop: Workshop) -> None:
    shown = Client().get("/tr/integrationsplan/search/?q=Nachtbus")
    about = re.findall(r'<p class="meta">(.*?)</p>', shown.content.decode())
    assert len(about) == 2
    assert set(about) == {f'<bdi lang="de" dir="ltr">{FIELD}</bdi>: {workshop.number}. çalıştay'}
    # Noted while the page is written, it says above that some of it is in German.
    assert "Almanca" in shown.content.decode()


def test_an_address_to_copy_is_named_by_the_label_beside_it(workshop: Workshop) -> None:
    for page, count in (("calendar/", 5), ("bildung-und-sprache/", 1)):
        html = Client().get(f"/tr/integrationsplan/{page}").content.decode()
        named = re.findall(r'<pre [^>]*aria-labelledby="([^" ]+) ([^"]+)"', html)
        assert len(set(named)) == len(named) == count
        for own, label in named:
            assert html.count(f'id="{own}" aria-label=') == html.count(f'id="{label}"') == 1


@pytest.mark.parametrize("page", ["", "imprint/"])
def test_partners_are_called_what_they_are_called(workshop: Workshop, page: str) -> None:
    partners = ["Volkshochschule für alle", "Haus der Jugend"]
    ParticipationProcess.objects.update(partners=partners)
    shown = Client().get(f"/tr/integrationsplan/{page}")
    assert [pages.languages_of(shown, partner) for partner in partners] == [{"de"}, {"de"}]


def test_the_page_in_easy_german_says_that_it_is_german(workshop: Workshop) -> None:
    """Elsewhere its name promises simple words of the reader's own language."""
    path = "/integrationsplan/easy-language/"
    said = "so far only available in another language: German."
    assert said in pages.text(Client().get(f"/en{path}"))
    # The town's name is there in German only: nothing else than what its reader reads.
    assert "bisher nur" not in pages.text(Client().get(path))


def test_a_title_stands_on_the_same_side_as_the_words_below_it(workshop: Workshop) -> None:
    """The paragraph has the direction: of a German title inside an Arabic one only the letters would."""
    shown = (
        Client()
        .get(f"/ar/integrationsplan/{workshop.field.slug}/{workshop.number}/minutes/")
        .content.decode()
    )
    assert '<p lang="de" dir="ltr"><strong><bdi' in shown
    assert '<div class="prose" lang="de" dir="ltr">' in shown
