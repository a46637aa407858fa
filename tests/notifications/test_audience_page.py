"""Staff choose who gets a campaign: each reason stands by itself, and every organisation can be found."""

import re

import pytest
from django.test import Client

from notifications import audiences
from notifications.views.campaign_audience import MOST_ORGANISATIONS
from tests import builders, pages
from tests.notifications.conftest import NOW, Stage
from workshops.models import Participant


@pytest.fixture
def staff(stage: Stage, client: Client) -> Client:
    client.force_login(stage.cast.sabine)
    return client


@pytest.fixture
def page(stage: Stage) -> str:
    return f"/staff/integrationsplan/campaigns/{stage.campaign().pk}/audience/"


def offered(content: str) -> list[str]:
    return re.findall(r'name="organisations" value="([^"]+)"', content)


def test_each_reason_not_to_mail_has_its_own_line(stage: Stage, staff: Client, page: str) -> None:
    Participant.objects.all().delete()
    for columns in (
        {"unreachable_since": NOW, "unreachable_reason": "5.1.1"},
        {"contact_by": "phone", "phone": "07471 1"},
        {"contact_by": "letter", "postal_address": "Weg 2\n72379 Hechingen"},
        {"contact_by": "phone", "phone": "07471 2", "email": ""},
        {},
    ):
        builders.a_participant(stage.cast.process, invitation_agreed_at=NOW, **columns)

    shown = pages.text(staff.get(page))

    assert "5 Personen bekommen diese Einladung." in shown
    for words in (
        "1: per E-Mail",
        "1: keine E-Mail-Adresse: Telefon oder Brief",
        "1: wünscht einen Anruf",
        "1: wünscht einen Brief",
        "1: E-Mail kam zurück: Telefon oder Brief",
        "ja, nicht per E-Mail E-Mail kam zurück: Telefon oder Brief",
        "ja per E-Mail",
    ):
        assert words in shown


@pytest.fixture
def many(stage: Stage) -> list[str]:
    """More organisations than can be shown; those with two people are at the alphabet's end."""
    names = [f"Verein {number:03}" for number in range(MOST_ORGANISATIONS + 20)] + ["Ökumene", "ÖKO-Treff"]
    for name in names:
        for _person in range(2 if name > "Verein 115" else 1):
            builders.a_participant(stage.cast.process, organisation=name, invitation_agreed_at=NOW)
    return names


def test_with_more_organisations_than_fit_the_page_says_so_and_shows_the_largest(
    stage: Stage, staff: Client, page: str, many: list[str]
) -> None:
    answer = staff.get(page)

    assert f"Es gibt {len(many)} Organisationen, zum Ankreuzen stehen hier 100" in pages.text(answer)
    names = offered(answer.text)
    assert len(names) == MOST_ORGANISATIONS
    assert {"Verein 116", "Verein 119", "Ökumene", "ÖKO-Treff"} <= set(names)
    assert names == sorted(names, key=str.casefold)


def test_every_organisation_is_found_by_a_part_of_its_name_and_ticks_stay(
    stage: Stage, staff: Client, page: str, many: list[str]
) -> None:
    """With the button alone, as without JavaScript."""
    found = staff.post(page, {"organisation_search": "öko", "organisations": ["Verein 099"], "show": "1"})
    assert sorted(offered(found.text)) == ["Verein 099", "ÖKO-Treff"]
    assert "1 Person bekommt diese Einladung." in pages.text(found)
    # Nothing was saved by searching, and a made-up name is none of the choices.
    assert audiences.audience_of(stage.cast.process.campaigns.get()).is_everyone
    refused = staff.post(page, {"organisations": ["Erfundener Verein"], "save": "1"})
    assert pages.errors(refused)

    staff.post(page, {"organisation_search": "öku", "organisations": ["Verein 099", "Ökumene"], "save": "1"})

    kept = audiences.audience_of(stage.cast.process.campaigns.get())
    assert kept.organisations == ("Verein 099", "Ökumene")
    assert {"Verein 099", "Ökumene"} <= set(offered(staff.get(page).text))


def test_enter_in_the_search_box_does_not_save(
    stage: Stage, staff: Client, page: str, many: list[str]
) -> None:
    """A browser presses the form's first button."""
    form = staff.get(page).text.partition('action="' + page)[2]
    buttons = re.findall(r'type="submit" name="(\w+)"', form)

    assert buttons[0] == "show"


def test_with_few_organisations_there_is_no_search(stage: Stage, staff: Client, page: str) -> None:
    builders.a_participant(stage.cast.process, organisation="TSV", invitation_agreed_at=NOW)

    content = staff.get(page).text

    assert offered(content) == ["TSV"]
    assert "organisation_search" not in content
