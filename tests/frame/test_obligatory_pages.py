"""Imprint, privacy notice, accessibility statement, easy and sign language: one click away on every page."""

import re

import pytest
from django.test import Client

from tests import builders, cast
from workshops.models import ParticipationProcess

pytestmark = pytest.mark.django_db
OBLIGATORY = ("imprint", "privacy", "accessibility", "easy-language", "sign-language")
OF_NO_PROCESS = ("/", "/accounts/login/", "/accounts/password/reset/", "/left/", "/nowhere/at/all/")


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


def footer_of(path: str) -> str:
    page = Client().get(path).content.decode()
    found: list[str] = re.findall(r'<footer class="site-footer">.*?</footer>', page, re.DOTALL)
    assert len(found) == 1
    return found[0]


def second(people: cast.Cast, town: str) -> ParticipationProcess:
    return builders.a_process(slug="klimaplan", town=town)


@pytest.mark.parametrize("path", [*OF_NO_PROCESS, "/ar/", "/ar/accounts/login/"])
def test_of_two_processes_each_is_named_with_its_own(people: cast.Cast, path: str) -> None:
    second(people, "Balingen")
    footer = footer_of(path)
    prefix = "/ar" if path.startswith("/ar") else ""
    for slug in ("integrationsplan", "klimaplan"):
        for each in OBLIGATORY:
            assert f'href="{prefix}/{slug}/{each}/"' in footer, (slug, each)
    assert "Balingen" in footer
    assert people.process.town in footer


def test_two_of_one_town_are_told_apart_by_their_names(people: cast.Cast) -> None:
    other = second(people, people.process.town)
    footer = footer_of("/")
    assert f"{people.process.town}: {people.process.name}" in footer
    assert f"{other.town}: {other.name}" in footer


def test_what_is_not_public_is_not_named(people: cast.Cast) -> None:
    second(people, "Balingen")
    third = builders.a_process(slug="geheim", town="Albstadt", is_public=False)
    footer = footer_of("/accounts/login/")
    assert third.town not in footer
    assert "/geheim/" not in footer


def test_a_page_of_a_process_leads_to_its_own_only(people: cast.Cast) -> None:
    second(people, "Balingen")
    footer = footer_of("/klimaplan/")
    assert '"/klimaplan/imprint/"' in footer
    assert "/integrationsplan/" not in footer


@pytest.mark.parametrize("path", OF_NO_PROCESS[1:])
def test_without_a_process_there_is_nothing_to_lead_to(path: str) -> None:
    assert "imprint" not in footer_of(path)
