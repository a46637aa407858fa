"""Posters, QR codes and the picture of a link: in the page's language, and true."""

import datetime
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tests import builders, cast
from workshops.exports import poster as paper
from workshops.models import Branding, Workshop, localised
from workshops.pictures import size_of

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2020, 6, 20, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def workshops(people: cast.Cast) -> list[Workshop]:
    field = people.fields[0]
    field.name = localised({"de": "Bildung und Sprache", "ar": "التعليم واللغة", "uk": "Освіта та мова"})
    field.save(update_fields=["name"])
    series = builders.a_series(field)
    first = datetime.datetime(2020, 7, 7, 16, 0, tzinfo=datetime.UTC)
    return [
        builders.a_workshop(series, starts_at=first + datetime.timedelta(days=7 * number))
        for number in range(3)
    ]


def poster(workshop: Workshop, language: str = "de") -> bytes:
    prefix = "" if language == "de" else f"/{language}"
    answer = Client().get(f"{prefix}/integrationsplan/{workshop.field.slug}/poster.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return answer.content


def text_of(pdf: bytes, folder: Path, *options: str) -> str:
    (folder / "poster.pdf").write_bytes(pdf)
    command = ["pdftotext", *options, "poster.pdf", "-"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_poster_names_the_field_its_dates_and_the_address(
    workshops: list[Workshop], tmp_path: Path
) -> None:
    text = text_of(poster(workshops[0]), tmp_path)
    assert re.findall(r"\w+, \d+\. Juli 2020", text) == [
        "Dienstag, 7. Juli 2020",
        "Dienstag, 14. Juli 2020",
        "Dienstag, 21. Juli 2020",
    ]
    for words in ("Bildung und Sprache", "18:00 bis 20:00 Uhr", "Hechingen", "So machen Sie mit"):
        assert words in text
    assert f"testserver/integrationsplan/{workshops[0].field.slug}" in text


# On the page behind the mail's link.
BUTTON = "Ja, ich nehme teil"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_poster_says_that_a_registration_has_to_be_confirmed(
    workshops: list[Workshop], tmp_path: Path, language: str
) -> None:
    """In the words of the button that is pressed there: else the seat goes to others."""
    text = " ".join(text_of(poster(workshops[0], language), tmp_path, "-raw").split())
    with translation.override(language):
        button = translation.gettext(BUTTON)
    if language != "ar":  # Letters come as they are drawn.
        assert button in text
    if language == "de":
        assert f"auf „{button}“ tippen. Sonst verfällt die Anmeldung." in text


def test_a_poster_and_a_picture_say_whose_times_they_are(
    workshops: list[Workshop], people: cast.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They travel as files: no page's foot stands below them, and no script says the reader's own time."""
    assert "Alle Zeiten gelten in Hechingen." in " ".join(text_of(poster(workshops[0]), tmp_path).split())
    workshops[1].status = Workshop.Status.CANCELLED
    workshops[1].cancelled_at, workshops[1].cancelled_by = NOW, people.sabine
    workshops[1].cancellation_reason = "Krankheit"
    workshops[1].save()
    seen = []

    def noted(shared: paper.Shared, _look: object) -> bytes:
        seen.append((shared.when.replace("\u00a0", " "), shared.zone))
        return b""

    monkeypatch.setattr(paper, "png", noted)
    for workshop in workshops[:2]:
        Client().get(f"/integrationsplan/{workshop.field.slug}/{workshop.number}/share.png")
    assert seen == [
        ("Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr", "Zeit in Hechingen"),
        ("abgesagt", ""),
    ]


def test_a_picture_of_long_words_is_one_picture(
    workshops: list[Workshop], people: cast.Cast, tmp_path: Path
) -> None:
    people.process.town = "Villingen-Schwenningen am Neckarursprung"
    people.process.save(update_fields=["town"])
    Workshop.objects.update(title=localised("Wie wir zusammen leben, lernen und arbeiten " * 3))
    path = f"/integrationsplan/{workshops[0].field.slug}/{workshops[0].number}/"
    assert size_of(Client().get(f"/uk{path}share.png").content) == (1200, 630)


def test_a_poster_invites_everyone_as_the_process_does(workshops: list[Workshop], tmp_path: Path) -> None:
    """Whoever works or learns in the town and lives elsewhere is meant, too."""
    text = " ".join(text_of(poster(workshops[0]), tmp_path).split())
    assert "Alle sind eingeladen." in text
    assert "wohnen" not in text


def test_a_picture_says_its_field_once(workshops: list[Workshop], monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(shared: paper.Shared, _look: object) -> bytes:
        seen.append((shared.kicker, shared.title))
        return b""

    monkeypatch.setattr(paper, "png", noted)
    named = workshops[2]
    named.title = localised({"de": "Sprache am Abend"})
    named.save(update_fields=["title"])
    for workshop in workshops[1:]:
        Client().get(f"/integrationsplan/{workshop.field.slug}/{workshop.number}/share.png")
    assert seen == [
        ("Bildung und Sprache", "2. Workshop"),
        ("Bildung und Sprache", "Sprache am Abend"),
    ]


@pytest.mark.parametrize(
    ("language", "words"), [("uk", ["Освіта та мова", "7 липня 2020"]), ("tr", ["7 Temmuz 2020"])]
)
def test_a_poster_is_in_the_readers_language(
    workshops: list[Workshop], tmp_path: Path, language: str, words: list[str]
) -> None:
    text = text_of(poster(workshops[0], language), tmp_path)
    assert [each for each in words if each not in text] == []
    assert f"testserver/{language}/integrationsplan/" in text


@pytest.mark.parametrize("language", ["de", "de-simple", "en", "tr", "ar", "uk", "ru", "ro", "fr"])
def test_every_poster_is_one_tagged_page_in_its_language(
    workshops: list[Workshop], tmp_path: Path, language: str
) -> None:
    made = poster(workshops[0], language)
    (tmp_path / "poster.pdf").write_bytes(made)
    said = subprocess.run(
        ["pdfinfo", "poster.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    facts = dict(re.findall(r"^([\w ]+):\s+(.*)$", said, re.MULTILINE))
    assert (facts["Pages"], facts["Tagged"], facts["Page size"]) == ("1", "yes", "595.276 x 841.89 pts (A4)")
    assert f"/Lang({language.split('-')[0]})".encode() in re.sub(rb"/Lang \(", b"/Lang(", made)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_number_to_call_stands_from_left_to_right(
    workshops: list[Workshop], people: cast.Cast, tmp_path: Path, language: str
) -> None:
    people.process.contact_phone = "07471 930-0"
    people.process.save(update_fields=["contact_phone"])
    boxes = text_of(poster(workshops[0], language), tmp_path, "-bbox")
    where = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" .*>(07471|930-0)</word>', boxes)
    first, second = sorted(where, key=lambda word: float(word[0]))
    assert (first[2], second[2]) == ("07471", "930-0")
    assert first[1] == second[1]


def test_a_poster_holds_at_most_eight_dates_and_says_that_there_are_more(
    workshops: list[Workshop], people: cast.Cast, tmp_path: Path
) -> None:
    for number in range(3, 12):
        at = workshops[0].starts_at + datetime.timedelta(days=7 * number)
        builders.a_workshop(workshops[0].series, starts_at=at)
    people.process.town, people.process.contact_phone = "Villingen-Schwenningen", "07721 82-0"
    people.process.save(update_fields=["town", "contact_phone"])
    pages = [text_of(poster(workshops[0], language), tmp_path).count("\f") for language in ("uk", "fr")]
    assert pages == [1, 1]
    text = text_of(poster(workshops[0]), tmp_path)
    assert len(re.findall(r"Dienstag, \d+\.", text)) == 8
    said = " ".join(text.split())
    assert "Alle Zeiten gelten in Villingen-Schwenningen. Weitere Termine stehen auf unserer Seite." in said
    assert text.count("\f") == 1


def test_a_poster_without_dates_says_so_and_cancelled_ones_are_left_out(
    workshops: list[Workshop], people: cast.Cast, tmp_path: Path
) -> None:
    fields = {"cancelled_at": NOW, "cancelled_by": people.sabine, "cancellation_reason": "Krankheit"}
    Workshop.objects.update(status="cancelled", **fields)
    text = text_of(poster(workshops[0]), tmp_path)
    assert "Dienstag" not in text
    assert "Die Termine stehen bald auf unserer Seite." in text
    assert "Alle Zeiten" not in text


def test_what_no_font_has_is_left_out_and_a_hostile_name_is_only_shown(
    workshops: list[Workshop], tmp_path: Path
) -> None:
    field = workshops[0].field
    field.name = localised('#panic("x") 🎉 *Feste* <b>\x0c' + "Zusammenleben" * 12)
    field.save(update_fields=["name"])
    # What is no word of any language may break anywhere.
    text = text_of(poster(workshops[0]), tmp_path).replace("\u200b", "")
    assert '#panic("x")' in text
    assert "*Feste* <b>" in text
    assert "🎉" not in text


def test_a_qr_code_is_the_address_of_the_page(workshops: list[Workshop], people: cast.Cast) -> None:
    path = f"/integrationsplan/{workshops[1].field.slug}/{workshops[1].number}/"
    codes = [Client().get(f"{prefix}{path}qr.svg") for prefix in ("", "/ar")]
    assert [each["Content-Type"] for each in codes] == ["image/svg+xml"] * 2
    german, arabic = (each.content.decode() for each in codes)
    assert german.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ')
    assert german != arabic


def test_the_picture_of_a_link_has_the_size_that_networks_ask_for(workshops: list[Workshop]) -> None:
    path = f"/integrationsplan/{workshops[0].field.slug}/{workshops[0].number}/"
    answer = Client().get(f"{path}share.png")
    assert (answer["Content-Type"], size_of(answer.content)) == ("image/png", (1200, 630))
    assert f'<meta property="og:image" content="http://testserver{path}share.png">' in (
        Client().get(path).content.decode()
    )
    # Another title is another picture; the same is made once.
    assert Client().get(f"{path}share.png").content == answer.content
    Workshop.objects.filter(pk=workshops[0].pk).update(title=localised("Wie lernen alle gut Deutsch?"))
    assert Client().get(f"{path}share.png").content != answer.content


def test_posters_wear_the_towns_colour(workshops: list[Workshop], people: cast.Cast) -> None:
    plain = poster(workshops[0])
    Branding.objects.create(process=people.process, colour="#7a1f1f")
    assert poster(workshops[0]) != plain


def test_pages_lead_to_the_poster_in_every_language(workshops: list[Workshop]) -> None:
    slug = workshops[0].field.slug
    for page in (f"/tr/integrationsplan/{slug}/", f"/tr/integrationsplan/{slug}/{workshops[0].number}/"):
        content = Client().get(page).content.decode()
        found = re.findall(
            rf'href="((?:/[a-z-]+)?/integrationsplan/{slug}/poster\.pdf)" lang="([\w-]+)"', content
        )
        assert [language for _href, language in found] == [
            *("de", "de-simple", "en", "tr", "ar", "uk", "ru", "ro", "fr"),
        ]
        assert [Client().get(href).status_code for href, _language in found[:2]] == [200, 200]


def test_nobody_sees_a_poster_of_a_process_that_is_not_public(
    workshops: list[Workshop], people: cast.Cast
) -> None:
    type(people.process).objects.update(is_public=False)
    path = f"/integrationsplan/{workshops[0].field.slug}/"
    number = workshops[0].number
    for address in ("poster.pdf", f"{number}/qr.svg", f"{number}/share.png"):
        assert Client().get(path + address).status_code == 404
