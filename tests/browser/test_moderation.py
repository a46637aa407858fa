"""A moderator writes in a browser: measures without leaving the text, both texts on a conflict."""

import datetime
import os
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in
from workshops.models import AgendaItem
from workshops.operations import minutes, proposals

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


def an_evening() -> tuple[cast.Cast, AgendaItem]:
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    workshop = builders.a_workshop(series, starts_at=timezone.now() - datetime.timedelta(hours=1))
    workshop.moderators.add(people.murat)
    builders.a_registration(workshop, people.amina, needs=["captions"], needs_note="Bitte groß.")
    item = builders.an_agenda_item(workshop, title="Ideen sammeln", minutes_planned=40)
    builders.an_agenda_item(workshop, title="Ausblick")
    builders.a_goal(builders.a_guideline(people.fields[0]))
    return people, item


def page_of(item: AgendaItem, rest: str = "") -> str:
    return f"/moderation/{item.workshop_id}/{rest}"


def test_a_measure_is_captured_while_the_text_stays_as_it_is(page: "Page") -> None:
    people, item = an_evening()
    sign_in(page, people.murat)
    look_at(page, page_of(item, f"items/{item.pk}/"))
    page.get_by_label("Diskussion").fill("- Viele **Ideen**")
    page.get_by_label("Titel").fill("Kurse am Abend")
    page.get_by_role("button", name="Vorschlag festhalten").click()
    page.get_by_text("Der Vorschlag ist festgehalten.").wait_for()
    assert page.get_by_label("Diskussion").input_value() == "- Viele **Ideen**"
    assert page.get_by_label("Titel").input_value() == ""
    assert page.locator("[id^=proposals-] li strong").all_inner_texts() == ["Kurse am Abend"]
    page.get_by_role("button", name="Vorschau").click()
    page.locator("[id^=preview-] strong", has_text="Ideen").wait_for()
    item.refresh_from_db()
    assert item.text == ""
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    item.refresh_from_db()
    assert item.text == "- Viele **Ideen**"


def test_two_editors_at_once_see_both_texts(page: "Page", settings: Settings) -> None:
    # The button is meant here: on a busy machine the page might save by itself first (test_autosave.py).
    settings.AUTOSAVE_SECONDS = 600
    people, item = an_evening()
    sign_in(page, people.murat)
    look_at(page, page_of(item, f"items/{item.pk}/"))
    # Typed first: what others wrote comes by itself into a field that is as it was.
    page.get_by_label("Diskussion").fill("Murats Zeile")
    minutes.save_item(item, text="Sabines Zeile", seen_version=0, by=people.sabine)
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Nichts ist verloren").wait_for()
    assert page.locator("pre").all_inner_texts() == ["Sabines Zeile", "Murats Zeile"]
    assert page.get_by_label("Diskussion").input_value() == "Sabines Zeile\nMurats Zeile"
    # The browser notes the status; nothing else may be wrong.
    problems: list[str] = page.problems  # type: ignore[attr-defined]
    assert [line for line in problems if "409" not in line] == []
    problems.clear()
    assert findings(page) == []
    page.get_by_role("button", name="Diesen Text speichern").click()
    page.get_by_text("Das Protokoll zu diesem Punkt ist gespeichert.").wait_for()
    item.refresh_from_db()
    assert (item.text, item.version) == ("Sabines Zeile\nMurats Zeile", 2)


@pytest.mark.parametrize(("language", "width"), [("de", PHONE), ("ar", DESK)])
def test_the_pages_of_an_evening_and_of_the_plan_are_accessible_and_fit(
    page: "Page", language: str, width: int
) -> None:
    people, item = an_evening()
    proposal = proposals.propose(item, title="Kurse am Abend", description="Mit *Tee*", by=people.murat)
    goal = people.fields[0].guidelines.get().goals.get()
    other = builders.a_proposal(item, title="Sprachpaten")
    proposals.adopt(other, goal=goal, by=people.sabine)
    measure = builders.a_measure(goal, adopted_by=people.sabine)
    minutes.save_item(item, text="- Viele **Ideen**", seen_version=0, by=people.murat)
    minutes.submit(item.workshop, by=people.murat)
    sign_in(page, people.sabine)
    found = []
    staff = "/staff/integrationsplan/"
    for path in (
        "/moderation/",
        page_of(item),
        page_of(item, "agenda/"),
        page_of(item, f"agenda/{item.pk}/"),
        page_of(item, "participants/"),
        page_of(item, f"items/{item.pk}/"),
        page_of(item, f"items/{item.pk}/versions/"),
        page_of(item, f"proposals/{proposal.pk}/"),
        page_of(item, "minutes/publish/"),
        f"{staff}measures/?status=",
        f"{staff}measures/{proposal.pk}/",
        f"{staff}measures/{other.pk}/",
        f"{staff}plan/",
        f"{staff}plan/measures/{measure.pk}/",
        f"{staff}plan/goals/{goal.pk}/",
        f"{staff}minutes/",
    ):
        look_at(page, path, language=language, width=width)
        found += findings(page)
        if os.environ.get("SCREENSHOTS"):
            name = path.strip("/").replace("/", "-").replace("?", "")
            page.screenshot(path=f"{os.environ['SCREENSHOTS']}/{width}-{name}.png", full_page=True)
    assert found == []
