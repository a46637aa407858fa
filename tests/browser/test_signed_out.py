"""A sign-in ends while a moderator writes: the text is shown, sent again and saved."""

import os
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session

from tests import builders, cast
from tests.browser.looking import findings, in_every_view, look_at, sign_in
from tests.browser.test_moderation import an_evening, page_of
from workshops.models import AgendaItem, User
from workshops.operations import minutes

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.fixtures import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

PASSWORD = "Ein langes Kennwort"
TEXT = "- Viele **Ideen**\n\n- Kurse am Abend, <Tee> & mehr\n- دورات مسائية"


def look_over(page: "Page", name: str) -> list[str]:
    found = findings(page)  # first: taking a picture leaves style attributes behind
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{os.environ['SCREENSHOTS']}/{name}.png", full_page=True)
    return found


def forget_refusals(page: "Page") -> None:
    """The browser notes the status; nothing else may be wrong."""
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if not any(code in line for code in ("403", "404", "405"))] == []
    problems.clear()


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def sign_in_in_a_new_window(page: "Page", user: User) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("link", name="In neuem Fenster anmelden").click()
    window = opened.value
    window.locator("[name=login]").fill(user.email)
    window.locator("[name=password]").fill(PASSWORD)
    window.get_by_role("button", name="Anmelden").click()
    window.get_by_role("button", name="Abmelden").wait_for()
    window.close()


def test_minutes_typed_until_the_sign_in_ended_are_saved_after_all(page: "Page") -> None:
    people, item = an_evening()
    sign_in(page, with_password(people.murat))
    look_at(page, page_of(item, f"items/{item.pk}/"))
    page.get_by_label("Diskussion").fill(TEXT)
    Session.objects.all().delete()
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("heading", name="Sie sind nicht mehr angemeldet").wait_for()
    assert page.get_by_label("Ihre Eingabe").input_value() == TEXT
    sign_in_in_a_new_window(page, people.murat)
    page.get_by_role("button", name="Noch einmal absenden").click()
    # The token is older than the sign-in: the page says so and holds the same text once more.
    page.get_by_role("heading", name="Bitte noch einmal absenden").wait_for()
    assert page.get_by_label("Ihre Eingabe").input_value() == TEXT
    forget_refusals(page)
    page.get_by_role("button", name="Noch einmal absenden").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    item.refresh_from_db()
    assert item.text == TEXT
    assert page.get_by_label("Diskussion").input_value() == TEXT


def test_a_measure_captured_by_htmx_stays_in_the_open_page_until_it_is_saved(
    page: "Page", settings: "Settings"
) -> None:
    # The buttons are meant here: on a busy machine the page might try to save by itself between them.
    settings.AUTOSAVE_SECONDS = 600
    people, item = an_evening()
    sign_in(page, with_password(people.murat))
    look_at(page, page_of(item, f"items/{item.pk}/"))
    page.get_by_label("Diskussion").fill(TEXT)
    page.get_by_label("Titel").fill("Kurse am Abend")
    Session.objects.all().delete()
    propose = page.get_by_role("button", name="Vorschlag festhalten")
    propose.click()
    page.get_by_role("alert").filter(has_text="Sie sind nicht mehr angemeldet").wait_for()
    assert page.get_by_role("link", name="In neuem Fenster anmelden").is_visible()
    found = findings(page)
    sign_in_in_a_new_window(page, people.murat)
    propose.click()
    page.get_by_role("alert").filter(has_text="Bitte drücken Sie den Knopf noch einmal").wait_for()
    assert (page.get_by_label("Diskussion").input_value(), page.get_by_label("Titel").input_value()) == (
        TEXT,
        "Kurse am Abend",
    )
    found += findings(page)
    forget_refusals(page)
    propose.click()
    page.get_by_text("Der Vorschlag ist festgehalten.").wait_for()
    assert [proposal.title for proposal in item.proposed_measures.all()] == ["Kurse am Abend"]
    # The whole form has the fresh token, so saving the text works too.
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    item.refresh_from_db()
    assert (item.text, found) == (TEXT, [])


def test_another_sites_form_is_offered_to_nobody(page: "Page") -> None:
    people, item = an_evening()
    sign_in(page, people.murat)
    look_at(page, page_of(item, f"items/{item.pk}/"))
    here = page.url
    page.goto("about:blank")  # no page of ours: the browser sends "Origin: null"
    page.set_content(
        f"""<form method="post" action="{here}"><input name="text" value="Untergeschoben am Abend">
        <button>Gewinnen</button></form>"""
    )
    page.get_by_role("button", name="Gewinnen").click()
    page.get_by_role("heading", name="Das Formular ist abgelaufen").wait_for()
    assert page.get_by_role("button", name="Noch einmal absenden").count() == 0
    assert "Untergeschoben" not in page.content()
    forget_refusals(page)
    item.refresh_from_db()
    assert item.text == ""


@in_every_view
def test_the_pages_of_refusals_are_accessible_and_fit(page: "Page", language: str, width: int) -> None:
    people, item = an_evening()
    found = []
    sign_in(page, people.murat)
    look_at(page, page_of(item, f"items/{item.pk}/"), language=language, width=width)
    page.locator("[name=text]").fill(TEXT * 3)
    page.locator("[name=proposal-title]").fill("Kurse am Abend")
    Session.objects.all().delete()
    page.locator("[name=save]").click()
    page.locator("main form").wait_for()
    found += look_over(page, f"signed-out-{language}-{width}")
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == "csrftoken"]
    page.context.clear_cookies()
    assert cookies
    page.locator("main [type=submit]").click()
    page.locator("main form").wait_for()
    found += look_over(page, f"too-old-{language}-{width}")
    found += _wrong_method(page, people, language=language, width=width)
    forget_refusals(page)
    assert found == []


def _wrong_method(page: "Page", people: cast.Cast, *, language: str, width: int) -> list[str]:
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/survey/evaluate/", language=language, width=width)
    assert "405" in page.locator("main .kicker").inner_text()
    return look_over(page, f"wrong-method-{language}-{width}")


def test_words_for_what_was_removed_stand_on_the_page_that_says_so(page: "Page") -> None:
    people, item = an_evening()
    sign_in(page, people.murat)
    for button in ("Speichern", "Vorschlag festhalten"):
        look_at(page, page_of(item, f"items/{item.pk}/"))
        page.get_by_label("Diskussion").fill(TEXT)
        page.get_by_label("Titel").fill("Sprachpaten")
        item.delete()
        page.get_by_role("button", name=button).click()
        page.get_by_text("Dieser Punkt wurde inzwischen von der Tagesordnung genommen.").wait_for()
        if button == "Speichern":
            page.get_by_role("heading", name="Nicht gespeichert").wait_for()
            typed = [page.get_by_label(f"Ihre Eingabe {n}").input_value() for n in (1, 2)]
        else:
            # htmx: said at the top of the page that is open, and nothing is taken out of it.
            typed = [page.get_by_label(label).input_value() for label in ("Diskussion", "Titel")]
        assert typed == [TEXT, "Sprachpaten"]
        forget_refusals(page)
        item.save(force_insert=True)


@in_every_view
def test_the_pages_for_words_that_are_not_saved_are_accessible_and_fit(
    page: "Page", language: str, width: int
) -> None:
    people, item = an_evening()
    sign_in(page, people.murat)
    found = []
    for taken in ("removed", "rights", "published", "title"):
        if taken == "title":
            look_at(page, page_of(item, f"agenda/{item.pk}/"), language=language, width=width)
            type(item).objects.update(title="دورات مسائية", minutes_planned=20)
        else:
            look_at(page, page_of(item, f"items/{item.pk}/"), language=language, width=width)
            page.locator("[name=text]").fill(TEXT)
            page.locator("[name=proposal-title]").fill("Sprachpaten")
            page.locator("[name=proposal-description]").fill("Weil viele es wünschen\nUnd mehr")
        if taken == "removed":
            type(item).objects.update(workshop=builders.a_workshop())
        elif taken == "rights":
            people.murat.moderator_profiles.update(user=people.stranger)
        elif taken == "published":
            publish(item, by=people.sabine)
        page.locator("main form .actions button").first.click()
        page.wait_for_load_state()
        found += look_over(page, f"not-saved-{taken}-{language}-{width}")
        forget_refusals(page)
        type(item).objects.update(workshop=item.workshop_id)
        people.stranger.moderator_profiles.update(user=people.murat)
        if taken == "published":
            minutes.reopen(item.workshop, by=people.sabine)
    assert found == []


def publish(item: AgendaItem, *, by: User) -> None:
    minutes.save_item(item, text="Gesagt wurde viel.", seen_version=item.version, by=by)
    minutes.submit(item.workshop, by=by)
    minutes.publish(item.workshop, by=by, early=True)
