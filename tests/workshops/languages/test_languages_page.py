"""Staff see what is missing before they publish, with the way to the form that fills it."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import builders, cast, pages
from workshops.models import (
    InterpretationChannel,
    ParticipationProcess,
    Plan,
    PlanChapter,
    PublicPages,
    PurposeWording,
    Workshop,
    localised,
)
from workshops.operations import measures, missing_texts

pytestmark = pytest.mark.django_db

PAGE = "/staff/integrationsplan/settings/languages/"


@pytest.fixture
def people() -> cast.Cast:
    people = cast.gather()
    complete = localised({"de": "Da", "en": "There", "ar": "هنا"})
    ParticipationProcess.objects.update(
        content_languages=["de", "en", "ar"], name=complete, introduction={}, imprint={}, privacy_notice={}
    )
    people.process.fields.update(name=complete, description={})
    people.process.refresh_from_db()
    return people


@pytest.fixture
def staff(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


def links_in(response: Any) -> list[str]:
    main = response.content.decode().partition("<main")[2]
    return re.findall(r'<li><div class="list__main"><p><a href="([^"]+)"', main)


def test_the_page_counts_by_language_and_leads_to_every_form(staff: Client, people: cast.Cast) -> None:
    process, field = people.process, people.fields[0]
    german = localised("Nur auf Deutsch")
    ParticipationProcess.objects.update(introduction=german, privacy_notice=german)
    PublicPages.objects.create(process=process, reason=german)
    PurposeWording.objects.create(process=process, purpose="needs", text=german)
    field.description = german
    field.save(update_fields=["description"])
    workshop = builders.a_workshop(builders.a_series(field), title=german, description={})
    InterpretationChannel.objects.create(workshop=workshop, label="Türkisch", how=german)
    goal = builders.a_goal(builders.a_guideline(field, text=german), text=german)
    measure = builders.a_measure(goal, title=german, description={})
    builders.a_milestone(measure, title=german)
    measures.report(measure, note=german, by=people.sabine)
    Plan.objects.create(process=process, title=german)
    PlanChapter.objects.create(field=field, introduction=german)

    page = staff.get(PAGE)

    assert [line for line in pages.lines(page) if line in ("Englisch", "Arabisch", "5", "2", "7")][:8] == [
        *("Englisch", "5", "2", "7"),
        *("Arabisch", "5", "2", "7"),
    ]
    found = links_in(page)
    assert len(found) == len(missing_texts.missing(process)) == 14
    for url in found:
        form = staff.get(url)
        assert form.status_code == 200, url
        assert "Nur auf Deutsch" in form.content.decode(), url
        assert 'lang="ar"' in form.content.decode(), url


def test_languages_that_nobody_needs_are_left_out(staff: Client, people: cast.Cast) -> None:
    builders.a_workshop(builders.a_series(people.fields[0]), title=localised("Termin"))
    assert "Arabisch" in pages.lines(staff.get(PAGE))

    answer = staff.post(PAGE, {"content_languages": ["fr", "en"]})
    assert answer.headers["Location"] == PAGE
    assert ParticipationProcess.objects.get().content_languages == ["de", "en", "fr"]
    page = staff.get(PAGE)
    assert "Arabisch" not in pages.lines(page)
    assert re.findall(r'value="(\w[\w-]*)"[^>]* checked', page.content.decode()) == ["en", "fr"]

    staff.post(PAGE, {})
    assert ParticipationProcess.objects.get().content_languages == ["de"]
    assert "Alle Texte sind in allen Sprachen da." in pages.text(staff.get(PAGE))
    refused = staff.post(PAGE, {"content_languages": ["xx"]})
    assert len(pages.errors(refused)) == 1
    assert ParticipationProcess.objects.get().content_languages == ["de"]


def test_it_is_said_where_staff_publish(staff: Client, people: cast.Cast) -> None:
    series = builders.a_series(people.fields[0])
    draft = builders.a_workshop(
        series, status=Workshop.Status.DRAFT, title=localised("Eins"), description=localised("Was")
    )
    other = builders.a_workshop(series, title=localised({"de": "Zwei", "en": "Two"}), description={})
    Plan.objects.create(process=people.process, title=localised({"de": "Plan", "en": "Plan"}))
    ParticipationProcess.objects.update(imprint=localised({"de": "Impressum", "ar": "بيانات"}))
    house = "/staff/integrationsplan"

    def said(path: str) -> list[str]:
        return [line for line in pages.lines(staff.get(f"{house}{path}")) if line.startswith("Fehlt noch")]

    more = "Ansehen und ergänzen"
    assert {
        path: said(path)
        for path in (
            f"/workshops/{draft.pk}/",
            f"/workshops/{other.pk}/",
            "/planning/publish/",
            "/plan/versions/",
            "/settings/",
            "/settings/pages/",
        )
    } == {
        f"/workshops/{draft.pk}/": [f"Fehlt noch: Englisch 2 Texte, Arabisch 2 Texte. {more}"],
        f"/workshops/{other.pk}/": [f"Fehlt noch: Arabisch 1 Text. {more}"],
        "/planning/publish/": [f"Fehlt noch: Englisch 2 Texte, Arabisch 3 Texte. {more}"],
        "/plan/versions/": [f"Fehlt noch: Arabisch 1 Text. {more}"],
        "/settings/": [f"Fehlt noch: Englisch 1 Text. {more}"],
        "/settings/pages/": [f"Fehlt noch: Englisch 1 Text. {more}"],
    }


def test_whoever_publishes_a_workshop_hears_what_its_field_lacks(staff: Client, people: cast.Cast) -> None:
    """A workshop without a title is called after its field, and its page says the field's words."""
    first, second = people.fields[:2]
    for field in (first, second):
        field.name = localised(str(field.slug))
        field.save(update_fields=["name"])
    draft = builders.a_workshop(
        builders.a_series(first), status=Workshop.Status.DRAFT, title={}, description={}
    )
    builders.a_workshop(builders.a_series(second), title={}, description={})

    def said(path: str) -> list[str]:
        page = staff.get(f"/staff/integrationsplan{path}")
        assert 'settings/languages/#process">' in page.text
        return [line for line in pages.lines(page) if line.startswith("Fehlt noch")]

    more = "Ansehen und ergänzen"
    assert said(f"/workshops/{draft.pk}/") == [f"Fehlt noch: Englisch 1 Text, Arabisch 1 Text. {more}"]
    assert said("/planning/publish/") == [f"Fehlt noch: Englisch 2 Texte, Arabisch 2 Texte. {more}"]
    arabic = staff.get(f"/ar/staff/integrationsplan/workshops/{draft.pk}/").text
    assert re.search(r"alert--info\"><p>[^<]*، [^<,]*<a", arabic), "its comma, not ours"


def test_where_nothing_is_missing_nothing_is_said(staff: Client, people: cast.Cast) -> None:
    assert "Fehlt noch" not in pages.text(staff.get("/staff/integrationsplan/settings/"))
