"""How public pages look where somebody shares them (Open Graph)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.templatetags import site
from tests import builders, cast
from tests.workshops.documents.conftest import png
from workshops import pictures
from workshops.models import Minutes, PlanVersion
from workshops.operations import branding, plan_versions

pytestmark = pytest.mark.django_db

LOCALES = {
    "de": "de_DE",
    "de-simple": "de_DE",
    "en": "en_GB",
    "tr": "tr_TR",
    "ar": "ar_AR",
    "uk": "uk_UA",
    "ru": "ru_RU",
    "ro": "ro_RO",
    "fr": "fr_FR",
}
NAMES = ["description", "image", "locale", "site_name", "title", "type", "url"]


@pytest.fixture
def paths(people: cast.Cast) -> list[str]:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=timezone.now(), published_by=people.sabine
    )
    builders.a_measure(builders.a_goal(builders.a_guideline(people.fields[0])))
    version = plan_versions.keep(people.process, by=people.sabine)
    PlanVersion.objects.filter(pk=version.pk).update(adopted_on=timezone.localdate())
    process, field = "/integrationsplan/", "/integrationsplan/bildung-und-sprache/"
    return [
        *(process, field, f"{field}{workshop.number}/", f"{field}{workshop.number}/minutes/"),
        *(f"{process}{page}/" for page in ("calendar", "measures", "progress", "plan")),
        *(f"{process}{page}/" for page in ("easy-language", "sign-language")),
        *(f"{process}{page}/" for page in ("imprint", "privacy", "accessibility")),
    ]


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


def shared(client: Client, path: str) -> dict[str, str]:
    response = client.get(path)
    assert response.status_code == 200, path
    return dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', response.content.decode()))


def test_every_public_page_says_what_it_is_with_a_picture(client: Client, paths: list[str]) -> None:
    for path in paths:
        found = shared(client, path)
        assert sorted(found) == NAMES, path
        assert all(value.strip() for value in found.values()), (path, found)
        assert found["url"] == f"{settings.PUBLIC_URL}{path}"
        picture = found["image"]
        assert picture.startswith(f"{settings.PUBLIC_URL}/"), path
        shown = client.get(picture.removeprefix(settings.PUBLIC_URL))
        assert shown.headers["Content-Type"] == "image/png"
        if shown.streaming:
            list(shown)  # read to its end, the file is closed
    assert found["image"] == f"{settings.PUBLIC_URL}/static/img/share.png"


def test_the_picture_is_as_large_as_it_says() -> None:
    found = finders.find("img/share.png")
    assert isinstance(found, str)
    assert pictures.size_of(Path(found).read_bytes()) == (1200, 630)


def test_a_towns_logo_takes_the_pictures_place(client: Client, people: cast.Cast, paths: list[str]) -> None:
    branding.change(
        people.process,
        colour="",
        logo=branding.checked_logo(png(400, 210)),
        logo_text="Wappen",
        licence="dl-de/by-2-0",
        by=people.sabine,
    )
    for path in paths:
        address = shared(client, path)["image"].removeprefix(settings.PUBLIC_URL)
        # A workshop's picture shows the logo among its words.
        assert address.startswith("/integrationsplan/look/logo?") or address == f"{path}share.png", path
    assert client.get(address).headers["Content-Type"] == "image/png"


def test_a_link_to_a_cancelled_workshop_says_so_and_names_no_hours(client: Client, people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    path = f"/integrationsplan/bildung-und-sprache/{workshop.number}/"
    assert shared(client, path)["description"].endswith("Uhr (Zeit in Hechingen)")
    type(workshop).objects.update(
        status="cancelled",
        cancelled_at=timezone.now(),
        cancelled_by=people.sabine,
        cancellation_reason="Krankheit",
    )
    assert shared(client, path)["description"] == "Dieser Workshop wurde abgesagt."
    assert shared(client, f"/en{path}")["description"] == "This workshop has been cancelled."


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_each_language_has_its_locale(client: Client, people: cast.Cast, language: str) -> None:
    prefix = "" if language == "de" else f"/{language}"
    assert shared(client, f"{prefix}/integrationsplan/")["locale"] == LOCALES[language]


def test_the_public_plan_of_a_process_that_is_not_public_shows_nothing(
    client: Client, people: cast.Cast, paths: list[str], settings: Settings
) -> None:
    people.process.is_public = False
    people.process.save(update_fields=["is_public"])
    assert {client.get(path).status_code for path in paths} == {404}
    assert set(site._OG_LOCALES) >= {code for code, _name in settings.LANGUAGES}
