"""Words that only the browser has: half typed measures, simple forms, what signing out would delete."""

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import builders
from tests.browser.evening import (
    an_evening,
    drafts,
    forgive,
    item_path,
    nothing_is_kept,
    part,
    wait_until_saved,
)
from tests.browser.looking import PHONE, findings, look_at, sign_in
from workshops.models import AgendaItem, Minutes, MinutesComment, ProposedMeasure

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

LEFT = "In diesem Browser liegt noch Ungespeichertes zu:"
RESTORED = "Hier steht wieder, was in diesem Browser noch nicht gespeichert war."


@pytest.fixture(autouse=True)
def _soon(settings: object) -> None:
    settings.AUTOSAVE_SECONDS = 1  # type: ignore[attr-defined]


def captured(item: AgendaItem) -> list[tuple[str, str]]:
    return list(item.proposed_measures.order_by("pk").values_list("title", "description"))


def closed_and_opened(page: "Page", path: str) -> "Page":
    """Another tab of the same browser, once the first is closed and the network is there again."""
    context = page.context
    page.close()
    context.set_offline(False)
    if hasattr(page, "problems"):
        forgive(page)
    other = context.new_page()
    other.goto(path)
    return other


def typed_offline(page: "Page", item: AgendaItem, words: str) -> None:
    page.context.set_offline(True)
    part(page, item).fill(words)
    page.wait_for_timeout(1500)


def test_a_measure_that_went_with_the_save_button_doesnt_come_back(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    part(page, item).fill("Text")
    page.get_by_label("Titel").fill("Kurse am Abend")
    page.locator("summary", has_text="Mehr dazu:").click()
    page.get_by_label("Sprache des Vorschlags").select_option("ar")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Der Vorschlag ist festgehalten.").wait_for()
    nothing_is_kept(page)
    page.wait_for_timeout(1000)
    assert page.get_by_text(RESTORED).is_hidden()
    assert page.get_by_label("Titel").input_value() == ""
    part(page, item).fill("Text und mehr")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    assert captured(item) == [("Kurse am Abend", "")]


def test_words_typed_while_a_measure_is_captured_belong_to_the_next_one(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))

    def slow(route: object) -> None:
        if route.request.method == "POST" and "autosave" not in route.request.url:  # type: ignore[attr-defined]
            page.locator("[name=proposal-description]").fill("Schon der nächste")
        route.continue_()  # type: ignore[attr-defined]

    page.get_by_label("Titel").fill("Eins")
    page.route("**/items/*/", slow)
    page.get_by_role("button", name="Vorschlag festhalten").click()
    page.get_by_text("Der Vorschlag ist festgehalten.").wait_for()
    page.unroute("**/items/*/")
    expect(page.locator("[name=proposal-description]")).to_have_value("Schon der nächste")
    expect(page.get_by_label("Titel")).to_have_value("")
    assert captured(item) == [("Eins", "")]
    assert len(drafts(page)) == 1
    page.get_by_label("Titel").fill("Zwei")
    page.get_by_role("button", name="Vorschlag festhalten").click()
    expect(page.locator("strong", has_text="Zwei")).to_be_visible()
    assert captured(item) == [("Eins", ""), ("Zwei", "Schon der nächste")]
    nothing_is_kept(page)


def test_of_two_half_typed_measures_neither_is_thrown_away(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    second = page.context.new_page()
    second.goto(item_path(item))
    page.get_by_label("Titel").fill("Titel A")
    second.get_by_label("Titel").fill("Titel B")
    second.locator("summary", has_text="Mehr dazu:").click()
    second.get_by_label("Sprache des Vorschlags").select_option("ar")
    second.wait_for_timeout(500)
    second.close()
    page = closed_and_opened(page, item_path(item))
    page.get_by_text(RESTORED).wait_for()
    # The one that was left first.
    assert page.get_by_label("Titel").input_value() == "Titel B"
    assert page.get_by_label("Sprache des Vorschlags").input_value() == "ar"
    page.get_by_text(LEFT).wait_for()
    assert page.locator("[data-words]").text_content() == "Titel A"
    page.get_by_role("button", name="Vorschlag festhalten").click()
    page.get_by_text("Der Vorschlag ist festgehalten.").wait_for()
    page.reload()
    expect(page.get_by_label("Titel")).to_have_value("Titel A")
    assert page.locator("[data-words]").count() == 0


def test_signing_out_elsewhere_says_what_it_would_delete(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    typed_offline(page, item, "Ohne Netz getippt")
    other = closed_and_opened(page, "/moderation/")
    other.get_by_text(LEFT).wait_for()
    link = other.locator(".messages section a")
    assert (link.inner_text(), link.get_attribute("href")) == ("Ideen sammeln", item_path(item))
    assert findings(other) == []
    other.get_by_role("button", name="Abmelden").click()
    other.get_by_text("drücken Sie noch einmal „Abmelden“").wait_for()
    assert len(drafts(other)) == 1
    # The way there saves it; then nothing stands in the way.
    link.click()
    wait_until_saved(other, item)
    item.refresh_from_db()
    assert item.text == "Ohne Netz getippt"
    other.get_by_role("button", name="Abmelden").click()
    other.wait_for_url("**/integrationsplan/")


def test_the_second_press_signs_out_all_the_same(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item), width=PHONE)
    part(page, item).fill("Bis zuletzt")
    page.get_by_label("Titel").fill("Halb getippt")
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_text("drücken Sie noch einmal „Abmelden“").wait_for()
    assert page.locator("[data-words]").text_content() == "Halb getippt"
    assert findings(page) == []
    item.refresh_from_db()
    assert item.text == "Bis zuletzt"
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url("**/integrationsplan/")
    nothing_is_kept(page)


def test_words_for_published_minutes_stand_there_to_be_copied(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    look_at(page, item_path(item))
    typed_offline(page, item, "Zu spät getippt")
    now = timezone.now()
    Minutes.objects.create(
        workshop=item.workshop, status="published", published_at=now, published_by=people.sabine
    )
    other = closed_and_opened(page, item_path(item))
    other.get_by_text("Zu spät getippt").wait_for()
    assert findings(other) == []
    assert len(drafts(other)) == 1
    other.get_by_role("button", name="Verwerfen").click()
    expect(other.get_by_text(LEFT)).to_have_count(0)
    nothing_is_kept(other)


def simple_forms(item: AgendaItem) -> list[tuple[str, str, str]]:
    """Where, into which field, and what comes there once it is saved."""
    workshop = item.workshop
    proposal = builders.a_proposal(item)
    registration = workshop.registrations.first()
    assert registration is not None
    comment = MinutesComment.objects.create(
        item=item, item_version=0, registration=registration, text="Es waren zwei.", created_at=timezone.now()
    )
    base = f"/moderation/{workshop.pk}"
    return [
        (f"{base}/proposals/{proposal.pk}/", "description", "Der Vorschlag ist geändert."),
        (f"{base}/comments/{comment.pk}/", "answer", "Die Antwort ist gespeichert und wird zugeschickt."),
        (f"{base}/participants/", "phone-label", "Wer per Telefon dabei war, ist eingetragen."),
        (f"{base}/agenda/", "title", "Lange überlegt"),
        (f"{base}/agenda/{item.pk}/", "title", "Der Punkt ist geändert."),
    ]


def test_simple_forms_are_kept_until_they_are_saved(page: "Page") -> None:
    people, item, _other = an_evening()
    sign_in(page, people.murat)
    for path, name, done in simple_forms(item):
        look_at(page, path)
        field = f"main form[data-keeps] [name={name}]"
        page.locator(field).fill("Lange überlegt")
        page.context.set_offline(True)
        page.locator("main form[data-keeps] .actions button").first.click()
        page.wait_for_timeout(500)
        page = closed_and_opened(page, path)
        page.get_by_text(RESTORED).wait_for()
        assert page.locator(field).input_value() == "Lange überlegt", path
        assert findings(page) == []
        page.locator("main form[data-keeps] .actions button").first.click()
        page.get_by_text(done).first.wait_for()
        nothing_is_kept(page)
        assert page.get_by_text(LEFT).count() == 0


def test_what_others_changed_meanwhile_is_not_overwritten_by_a_kept_form(page: "Page") -> None:
    people, item, _other = an_evening()
    proposal = builders.a_proposal(item, title="Kurse")
    path = f"/moderation/{item.workshop_id}/proposals/{proposal.pk}/"
    sign_in(page, people.murat)
    look_at(page, path)
    page.locator("[name=description]").fill("Murats Worte")
    page.wait_for_timeout(300)
    ProposedMeasure.objects.update(description="Sabines Worte")
    page = closed_and_opened(page, path)
    page.get_by_text(RESTORED).wait_for()
    page.locator("main form[data-keeps] .actions button").first.click()
    page.get_by_text("Inzwischen hat jemand anderes diesen Vorschlag geändert.").first.wait_for()
    assert page.locator("[name=description]").input_value() == "Murats Worte"
    proposal.refresh_from_db()
    assert proposal.description == "Sabines Worte"
    # What the refused form brought back is still on no server.
    page = closed_and_opened(page, path)
    expect(page.locator("[name=description]")).to_have_value("Murats Worte")
