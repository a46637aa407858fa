"""The moderator writes the minutes through HTTP: nothing typed is lost, and they reach the public."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Delivery
from tests import builders, cast, pages
from workshops.models import AgendaItem, Minutes, Participant, ParticipationProcess, Workshop
from workshops.operations import minutes

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """Murat's; it ended an hour ago."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * HOUR)
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def item(workshop: Workshop) -> AgendaItem:
    return builders.an_agenda_item(workshop, title="Ideen sammeln")


@pytest.fixture
def murat(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.murat)
    return client


def page_of(workshop: Workshop, rest: str = "") -> str:
    return f"/moderation/{workshop.pk}/{rest}"


def item_page(item: AgendaItem) -> str:
    return page_of(item.workshop, f"items/{item.pk}/")


def typed(response: pages.Page, name: str) -> str:
    """What stands in a text area of the page."""
    found = re.search(rf'<textarea name="{name}"[^>]*>\n?(.*?)</textarea>', response.content.decode(), re.S)
    assert found, name
    return found.group(1)


# --- agenda ---------------------------------------------------------------------------------------


def test_the_agenda_is_written_and_put_in_order(murat: Client, workshop: Workshop) -> None:
    address = page_of(workshop, "agenda/")
    for title, length in (("Begrüßung", "10"), ("Ideen", "200")):
        murat.post(address, {"title": title, "minutes_planned": length})
    first, second = workshop.agenda.all()
    murat.post(page_of(workshop, f"agenda/{second.pk}/move/"), {"up": ""})
    seen = {"seen_title": "Begrüßung", "seen_minutes_planned": "10"}
    murat.post(page_of(workshop, f"agenda/{first.pk}/"), {"title": "Hallo", "minutes_planned": "", **seen})
    shown = pages.lines(murat.get(address))
    assert [line for line in shown if line[:2] in ("1.", "2.")] == ["1. Ideen 200 Minuten", "2. Hallo"]
    assert "200 von 120 Minuten verplant zu lang" in shown
    murat.post(page_of(workshop, f"agenda/{first.pk}/remove/"))
    assert [each.title for each in workshop.agenda.all()] == ["Ideen"]


def test_an_item_with_a_proposal_is_kept_and_the_page_says_why(murat: Client, item: AgendaItem) -> None:
    builders.a_proposal(item)
    response = murat.post(page_of(item.workshop, f"agenda/{item.pk}/remove/"), follow=True)
    assert pages.messages(response) == [
        "Zu diesem Punkt sind Maßnahmen vorgeschlagen. Er kann nicht entfernt werden."
    ]


# --- text and capture -----------------------------------------------------------------------------


def test_text_and_proposal_are_saved_with_one_button(murat: Client, item: AgendaItem) -> None:
    form = {
        "text": "**Viele** Ideen",
        "seen_version": "0",
        "proposal-title": "Kurse am Abend",
        "proposal-description": "",
    }
    response = murat.post(item_page(item), {**form, "propose": "1"}, follow=True)
    assert response.redirect_chain == [(item_page(item), 302)]
    item.refresh_from_db()
    assert (item.text, item.version) == ("**Viele** Ideen", 1)
    assert [each.title for each in item.proposed_measures.all()] == ["Kurse am Abend"]
    # Enter in the title presses the first button, and that keeps the proposal too.
    murat.post(item_page(item), {**form, "seen_version": "1", "proposal-title": "Sprachpaten", "save": "1"})
    assert [each.title for each in item.proposed_measures.all()] == ["Kurse am Abend", "Sprachpaten"]


def test_a_proposal_without_a_title_comes_back_with_everything_typed(murat: Client, item: AgendaItem) -> None:
    form = {"text": "Mein Text", "seen_version": "0", "proposal-title": "", "proposal-description": "Warum"}
    response = murat.post(item_page(item), {**form, "save": "1"})
    assert (typed(response, "text"), typed(response, "proposal-description")) == ("Mein Text", "Warum")
    assert "Dieses Feld ist zwingend erforderlich." in pages.text(response)
    item.refresh_from_db()
    assert (item.text, item.proposed_measures.count()) == ("", 0)


def test_with_htmx_a_proposal_is_captured_and_the_text_stays_in_the_browser(
    murat: Client, item: AgendaItem
) -> None:
    form = {"text": "halb getippt", "seen_version": "0", "proposal-title": "Kurse", "propose": "1"}
    response = murat.post(item_page(item), form, headers=HTMX)
    content = response.content.decode()
    assert "<html" not in content
    assert "halb getippt" not in content
    assert '<strong><bdi dir="auto">Kurse</bdi></strong>' in content
    assert 'value="Kurse"' not in content
    item.refresh_from_db()
    assert (item.text, item.proposed_measures.count()) == ("", 1)
    again = murat.post(item_page(item), {**form, "proposal-title": " "}, headers=HTMX)
    assert "Dieses Feld ist zwingend erforderlich." in again.content.decode()


def test_the_preview_shows_the_text_and_saves_nothing(murat: Client, item: AgendaItem) -> None:
    form = {"text": "- eins\n- zwei", "seen_version": "0", "proposal-title": "Ha", "preview": "1"}
    part = murat.post(item_page(item), form, headers=HTMX).content.decode()
    assert "<html" not in part
    assert re.findall(r"<li>(.*?)</li>", part) == ["eins", "zwei"]
    whole = murat.post(item_page(item), form)
    assert "<li>eins</li>" in whole.content.decode()
    assert typed(whole, "text") == "- eins\n- zwei"
    assert 'value="Ha"' in whole.content.decode()
    item.refresh_from_db()
    assert (item.version, item.proposed_measures.count()) == (0, 0)


def test_a_text_that_is_far_too_long_has_no_preview(murat: Client, item: AgendaItem) -> None:
    form = {"text": "x" * 50_001, "seen_version": "0", "proposal-title": "Ha", "preview": "1"}
    part = murat.post(item_page(item), form, headers=HTMX).content.decode()
    assert re.findall(r"<p[^>]*>(.*?)</p>", part) == ["Der Text hat mehr als 50000 Zeichen. Bitte kürzen."]
    whole = murat.post(item_page(item), form)
    assert "Der Text hat mehr als 50000 Zeichen. Bitte kürzen." in pages.text(whole)
    assert typed(whole, "text") == "x" * 50_001
    assert 'value="Ha"' in whole.content.decode()
    assert '<div class="prose tint">' not in whole.content.decode()


def test_two_editors_see_both_texts_and_save_a_merged_one(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Kopf\nSabine <b>", seen_version=0, by=people.sabine)
    response = murat.post(item_page(item), {"text": "Kopf\r\nMurat", "seen_version": "0"})
    assert response.status_code == 409
    content = response.content.decode()
    assert re.findall(r"<pre[^>]*>(.*?)</pre>", content, re.S) == [
        "Kopf\nSabine &lt;b&gt;",
        "Kopf\nMurat",
    ]
    assert "Sabine Keller" in content
    merged = typed(response, "text")
    assert merged == "Kopf\nSabine &lt;b&gt;\nMurat"
    assert 'name="seen_version" value="1"' in content
    item.refresh_from_db()
    assert (item.text, item.version) == ("Kopf\nSabine <b>", 1)

    after = murat.post(item_page(item), {"text": "Kopf\nbeide", "seen_version": "1"})
    assert after.status_code == 302
    shown = murat.get(item_page(item) + "versions/?old=1&new=1").content.decode()
    assert "Kopf\nSabine &lt;b&gt;" in shown


def test_a_text_that_comes_after_publication_is_shown_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Alt", seen_version=0, by=people.murat)
    minutes.submit(item.workshop, by=people.murat)
    minutes.publish(item.workshop, by=people.sabine, early=True)
    response = murat.post(item_page(item), {"text": "Zu spät getippt", "seen_version": "1"})
    assert "Zu spät getippt" in pages.text(response)
    assert "Das Protokoll ist veröffentlicht und ändert sich nicht mehr." in response.content.decode()
    item.refresh_from_db()
    assert item.text == "Alt"


def test_a_text_that_is_far_too_long_comes_back_whole(murat: Client, item: AgendaItem) -> None:
    response = murat.post(item_page(item), {"text": "x" * 50_001, "seen_version": "0"})
    assert "Der Text hat mehr als 50000 Zeichen. Bitte kürzen." in pages.text(response)
    assert typed(response, "text") == "x" * 50_001


def test_a_proposal_is_changed_and_withdrawn(murat: Client, item: AgendaItem) -> None:
    proposal = builders.a_proposal(item, title="Kurse", description="Abends")
    address = page_of(item.workshop, f"proposals/{proposal.pk}/")
    seen = {"seen_title": "Kurse", "seen_description": "Abends"}
    murat.post(address, {"title": "Kurse am Abend", "description": "", **seen})
    proposal.refresh_from_db()
    assert (proposal.title, proposal.description) == ("Kurse am Abend", "")
    # Someone who saw the old words is shown the new ones and keeps their own.
    response = murat.post(address, {"title": "Andere Kurse", "description": "Morgens", **seen})
    text = pages.text(response)
    assert "Inzwischen hat jemand anderes diesen Vorschlag geändert." in text
    assert "Kurse am Abend" in text
    assert typed(response, "description") == "Morgens"
    assert 'name="seen_title" value="Kurse am Abend"' in response.content.decode()
    murat.post(address + "withdraw/")
    assert not item.proposed_measures.exists()


# --- publication ----------------------------------------------------------------------------------


def test_minutes_go_through_review_to_the_public_page(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    workshop = item.workshop
    builders.a_registration(workshop, people.amina)
    builders.a_registration(workshop, people.hans, status="waiting")
    public = f"/{people.process.slug}/{workshop.field.slug}/{workshop.number}/minutes/"
    murat.post(item_page(item), {"text": "## Gesagt\n\nViel.", "seen_version": "0"})
    assert Client().get(public).status_code == 404
    murat.post(page_of(workshop, "minutes/submit/"))
    asked = pages.text(murat.get(page_of(workshop, "minutes/publish/")))
    assert "Eine Person war angemeldet und bekommt eine E-Mail." in asked
    assert "Eine von ihnen liest sonst eine andere Sprache als Deutsch." in asked
    Participant.objects.filter(pk=people.amina.pk).update(language="de-simple")
    asked = pages.text(murat.get(page_of(workshop, "minutes/publish/")))
    assert "eine andere Sprache als Deutsch" not in asked
    assert Client().get(public).status_code == 404
    murat.post(page_of(workshop, "minutes/publish/"), {"early": "on"})
    assert "Viel." in pages.lines(Client().get(public))
    assert [
        (delivery.kind, delivery.participant) for delivery in Delivery.objects.filter(workshop=workshop)
    ] == [("minutes_published", people.amina)]


def test_minutes_of_a_process_that_only_staff_see_are_not_published(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    """The mail holds a link: for those who get it, it would lead nowhere."""
    workshop = item.workshop
    builders.a_registration(workshop, people.amina)
    minutes.save_item(item, text="Text", seen_version=0, by=people.murat)
    minutes.submit(workshop, by=people.murat)
    ParticipationProcess.objects.update(is_public=False)
    sentence = (
        "Der Prozess ist noch nicht öffentlich sichtbar: Niemand könnte das Protokoll lesen. "
        "Die Verwaltung kann das in den Einstellungen des Prozesses ändern."
    )
    asked = murat.get(page_of(workshop, "minutes/publish/"))
    assert sentence in pages.lines(asked)
    assert "Jetzt veröffentlichen" not in pages.text(asked)
    refused = murat.post(page_of(workshop, "minutes/publish/"), {"early": "on"}, follow=True)
    assert pages.messages(refused) == [sentence]
    assert (Minutes.objects.get().status, Delivery.objects.count()) == ("in_review", 0)
    ParticipationProcess.objects.update(is_public=True)
    murat.post(page_of(workshop, "minutes/publish/"), {"early": "on"})
    assert (Minutes.objects.get().status, Delivery.objects.count()) == ("published", 1)


def test_only_staff_take_published_minutes_back(
    murat: Client, client: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Text", seen_version=0, by=people.murat)
    minutes.submit(item.workshop, by=people.murat)
    minutes.publish(item.workshop, by=people.murat, early=True)
    address = page_of(item.workshop, "minutes/reopen/")
    assert pages.messages(murat.post(address, follow=True)) == [
        "Ein veröffentlichtes Protokoll nimmt nur die Verwaltung zurück."
    ]
    assert Minutes.objects.get().is_published
    client.force_login(people.sabine)
    client.post(address)
    assert Minutes.objects.get().status == Minutes.Status.DRAFT


def test_a_workshop_of_one_minute_is_told_in_the_singular(murat: Client, workshop: Workshop) -> None:
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=workshop.ends_at - datetime.timedelta(minutes=1), capacity=1
    )
    builders.an_agenda_item(workshop, minutes_planned=1)
    assert "1 von 1 Minute verplant" in pages.text(murat.get(page_of(workshop, "agenda/")))
