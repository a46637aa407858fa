"""The moderator's desk through HTTP: whose pages they are, and that nothing typed is lost."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications.models import Delivery
from tests import builders, cast, pages
from workshops.models import AgendaItem, Minutes, ProposedMeasure, Workshop
from workshops.operations import minutes

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


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


# --- whose pages ----------------------------------------------------------------------------------


def test_moderators_see_their_own_workshops_only(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    series = workshop.series
    upcoming = builders.a_workshop(series, number=2)
    upcoming.moderators.add(people.murat)
    draft = builders.a_workshop(series, number=3, status=Workshop.Status.DRAFT)
    draft.moderators.add(people.murat)
    builders.a_workshop(series, number=4)  # somebody else's
    text = murat.get("/moderation/").content.decode()
    assert re.findall(r'<h3><a href="/moderation/(\d+)/">', text) == [str(upcoming.pk), str(workshop.pk)]


@pytest.mark.parametrize(
    "rest",
    ["", "participants/", "agenda/", "items/{item}/", "items/{item}/versions/", "minutes/publish/"],
)
def test_another_moderators_workshop_is_not_found(
    client: Client, people: cast.Cast, item: AgendaItem, rest: str
) -> None:
    address = page_of(item.workshop, rest.format(item=item.pk))
    other = builders.a_moderator(people.process)
    statuses = []
    for user in (None, people.stranger, other, people.murat, people.sabine):
        if user:
            client.force_login(user)
        statuses.append(client.get(address).status_code)
    assert statuses == [302, 403, 404, 200, 200]


def test_an_item_of_another_workshop_is_not_found_under_ones_own(
    murat: Client, workshop: Workshop, people: cast.Cast
) -> None:
    foreign = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[1])))
    proposal = builders.a_proposal(foreign)
    statuses = [
        murat.get(page_of(workshop, f"items/{foreign.pk}/")).status_code,
        murat.post(page_of(workshop, f"agenda/{foreign.pk}/remove/")).status_code,
        murat.get(page_of(workshop, f"proposals/{proposal.pk}/")).status_code,
        murat.post(page_of(workshop, f"proposals/{proposal.pk}/withdraw/")).status_code,
    ]
    assert statuses == [404] * 4
    assert ProposedMeasure.objects.count() == 1


# --- agenda ---------------------------------------------------------------------------------------


def test_the_agenda_is_written_and_put_in_order(murat: Client, workshop: Workshop) -> None:
    address = page_of(workshop, "agenda/")
    for title, length in (("Begrüßung", "10"), ("Ideen", "200")):
        murat.post(address, {"title": title, "minutes_planned": length})
    first, second = workshop.agenda.all()
    murat.post(page_of(workshop, f"agenda/{second.pk}/move/"), {"up": ""})
    murat.post(page_of(workshop, f"agenda/{first.pk}/"), {"title": "Hallo", "minutes_planned": ""})
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
    assert "<strong>Kurse</strong>" in content
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
    shown = murat.get(item_page(item) + "versions/").content.decode()
    assert re.findall(r"<pre[^>]*>(.*?)</pre>", shown, re.S) == ["Kopf\nbeide", "Kopf\nSabine &lt;b&gt;"]


def test_a_text_that_comes_after_publication_is_shown_back(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Alt", seen_version=0, by=people.murat)
    minutes.submit(item.workshop, by=people.murat)
    minutes.publish(item.workshop, by=people.sabine)
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


# --- participants ---------------------------------------------------------------------------------


def test_the_list_shows_names_and_needs_but_no_address(murat: Client, workshop: Workshop) -> None:
    process = workshop.process
    builders.a_registration(
        workshop,
        builders.a_participant(process, name="Amina", organisation="Verein", email="amina@secret.example"),
        needs=["interpretation", "captions"],
        interpretation_language="Arabisch",
        needs_note="Untertitel groß",
    )
    builders.a_registration(workshop, builders.a_participant(process, name="Wartende"), status="waiting")
    builders.a_registration(workshop, builders.a_participant(process, name="Weg"), status="cancelled")
    elsewhere = builders.a_workshop(workshop.series, number=2)
    builders.a_registration(elsewhere, builders.a_participant(process, name="Woanders"))
    response = murat.get(page_of(workshop, "participants/"))
    assert "no-store" in response.headers["Cache-Control"]
    text = pages.text(response)
    assert "@" not in text
    assert "secret.example" not in response.content.decode()
    assert [name in text for name in ("Amina", "Verein", "Wartende", "Weg", "Woanders")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert "Dolmetschen, Untertitel (Arabisch)" in text
    assert "Untertitel groß" in text


def test_ticks_are_saved_and_ticks_of_others_stay(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    one, two, three = (builders.a_registration(workshop) for _each in range(3))
    address = page_of(workshop, "participants/")
    murat.post(address, {"came": [one.pk, two.pk]})
    # This page was made before anyone was ticked.
    response = murat.post(address, {"came": [three.pk]}, follow=True)
    assert pages.messages(response) == ["2 Einträge gespeichert.", "1 Eintrag gespeichert."]
    content = response.content.decode()
    assert re.findall(r'name="came" value="(\d+)"[^>]* checked', content) == [
        str(each.pk) for each in (one, two, three)
    ]
    murat.post(address, {"came": [two.pk, three.pk], "was": [one.pk, two.pk, three.pk]})
    assert list(workshop.registrations.filter(attended_at__isnull=False)) == [two, three]


def test_ticks_that_are_no_numbers_change_nothing(murat: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    for hostile in ("²", "-1", "1e3", "9" * 40, "x"):
        assert murat.post(page_of(workshop, "participants/"), {"came": [hostile]}).status_code == 302
    registration.refresh_from_db()
    assert registration.attended_at is None


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
    assert Client().get(public).status_code == 404
    murat.post(page_of(workshop, "minutes/publish/"))
    assert "Viel." in pages.lines(Client().get(public))
    assert [
        (delivery.kind, delivery.participant) for delivery in Delivery.objects.filter(workshop=workshop)
    ] == [("minutes_published", people.amina)]


def test_only_staff_take_published_minutes_back(
    murat: Client, client: Client, people: cast.Cast, item: AgendaItem
) -> None:
    minutes.save_item(item, text="Text", seen_version=0, by=people.murat)
    minutes.submit(item.workshop, by=people.murat)
    minutes.publish(item.workshop, by=people.murat)
    address = page_of(item.workshop, "minutes/reopen/")
    assert pages.messages(murat.post(address, follow=True)) == [
        "Ein veröffentlichtes Protokoll nimmt nur die Verwaltung zurück."
    ]
    assert Minutes.objects.get().is_published
    client.force_login(people.sabine)
    client.post(address)
    assert Minutes.objects.get().status == Minutes.Status.DRAFT


# --- query counts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_workshops_costs_the_same_for_many(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    Minutes.objects.create(workshop=workshop)
    for number in range(2, 2 * count):
        ahead = timezone.now() + (1 if number % 2 else -1) * number * 24 * HOUR
        other = builders.a_workshop(workshop.series, number=number, starts_at=ahead)
        other.moderators.add(people.murat)
    with django_assert_num_queries(5):
        murat.get("/moderation/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_workshop_costs_the_same_for_many_items(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _each in range(count):
        item = builders.an_agenda_item(workshop)
        minutes.save_item(item, text="Text", seen_version=0, by=people.murat)
        for _proposal in range(count):
            builders.a_proposal(item)
        builders.a_registration(workshop)
    with django_assert_num_queries(6):
        murat.get(page_of(workshop))
    with django_assert_num_queries(5):
        murat.get(page_of(workshop, "agenda/"))
    with django_assert_num_queries(6):
        murat.get(page_of(workshop, "participants/"))
    with django_assert_num_queries(7):
        murat.get(item_page(item))
    with django_assert_num_queries(6):
        murat.get(item_page(item) + "versions/")
