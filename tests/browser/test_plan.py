"""The plan is put in order by mouse and by keyboard, and its pages are legible for everyone."""

import datetime
from typing import TYPE_CHECKING

import pytest

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, in_every_view, look_at, sign_in
from workshops.models import Goal, Measure, Plan, PlanChapter, Survey, localised
from workshops.operations import plan_versions

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

ROOT = "/staff/integrationsplan/plan/"
ARABIC = {"de": "Sprache öffnet Türen.", "en": "Language opens doors.", "ar": "اللغة تفتح الأبواب."}


def a_plan() -> tuple[cast.Cast, Goal]:
    people = cast.gather()
    field = people.fields[0]
    Survey.objects.update(evaluation={"answers": 128, "fields": [{"field": field.pk, "interest": 41}]})
    Plan.objects.create(
        process=people.process, title=localised("Zusammen in Hechingen"), introduction=localised(ARABIC)
    )
    PlanChapter.objects.create(
        field=field, introduction=localised(ARABIC), figures=["survey.interest", "survey.answers"]
    )
    goal = builders.a_goal(builders.a_guideline(field, text=localised("Alle finden einen Sprachkurs.")))
    for title in ("Kurse am Abend", "Sprachcafé", "Lernpaten"):
        builders.a_measure(
            goal,
            title=localised(title),
            description=localised("Jeden Dienstag, auch mit Kinderbetreuung."),
            cost="8.000 € im Jahr",
            responsible="Volkshochschule",
            adopted_by=people.sabine,
        )
    builders.a_goal(goal.guideline, text=localised("Niemand wartet länger als vier Wochen."))
    return people, goal


def kept(goal: Goal) -> list[str]:
    return [str(each.title) for each in goal.measures.order_by("position")]


def grip(page: "Page", name: str) -> "Locator":
    return page.get_by_role("button", name=f"Verschieben: {name}")


def test_a_measure_is_dragged_and_a_goal_moved_by_keyboard(page: "Page") -> None:
    people, goal = a_plan()
    sign_in(page, people.sabine)
    look_at(page, ROOT, width=DESK)
    rows = page.locator("ol.list[data-reorder] > li")
    grip(page, "Kurse am Abend").hover()  # scrolls to it
    to = rows.nth(2).bounding_box()
    assert to is not None
    page.mouse.down()
    page.mouse.move(to["x"] + 60, to["y"] + to["height"] - 4, steps=8)
    with page.expect_response(lambda answer: answer.url.endswith("/move/")) as answer:
        page.mouse.up()
    assert answer.value.status == 200
    assert kept(goal) == ["Sprachcafé", "Lernpaten", "Kurse am Abend"]

    grip(page, "Niemand wartet länger als vier Wochen.").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    with page.expect_response(lambda answer: answer.url.endswith("/move/")):
        page.keyboard.press("Space")
    page.reload()
    assert page.locator("h4").all_inner_texts() == ["Niemand wartet länger als vier Wochen.", "Ziel 1"]
    assert page.locator("ol.list[data-reorder] > li strong").all_inner_texts() == kept(goal)


def test_without_a_script_the_buttons_put_the_plan_in_order(page: "Page") -> None:
    people, goal = a_plan()
    sign_in(page, people.sabine)
    page.route("**/reorder*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    look_at(page, ROOT, width=PHONE)
    page.get_by_role("button", name="Nach oben : Sprachcafé").or_(
        page.get_by_role("button", name="Nach oben: Sprachcafé")
    ).click()
    page.wait_for_load_state()
    assert kept(goal) == ["Sprachcafé", "Kurse am Abend", "Lernpaten"]


@in_every_view
def test_every_page_of_the_plan_is_accessible_and_fits(page: "Page", language: str, width: int) -> None:
    people, goal = a_plan()
    first = plan_versions.keep(people.process, label="Entwurf für den Gemeinderat", by=people.sabine)
    plan_versions.mark_adopted(first, on=datetime.date(2026, 3, 4), by=people.sabine)
    measure = goal.measures.order_by("position")[0]
    words = localised("Jeden Mittwoch, auch mit Kinderbetreuung und auf Arabisch.")
    Measure.objects.filter(pk=measure.pk).update(description=words, status="in_progress")
    goal.measures.filter(position=2).update(status="abandoned")
    builders.a_measure(goal, title=localised("Sprachtandem"), adopted_by=people.sabine)
    sign_in(page, people.sabine)
    found = []
    for path in (
        *("", "words/", "fields/bildung-und-sprache/chapter/", "versions/", "versions/1/", "compare/"),
        *(f"goals/{goal.pk}/file/", f"measures/{measure.pk}/file/"),
    ):
        look_at(page, ROOT + path, language=language, width=width)
        found += findings(page)
    look_at(page, "/integrationsplan/plan/", language=language, width=width)
    found += findings(page)
    assert found == []


def test_a_chapters_figures_are_put_in_order_by_keyboard(page: "Page") -> None:
    people, _goal = a_plan()
    sign_in(page, people.sabine)
    field = people.fields[0]
    look_at(page, f"{ROOT}fields/{field.slug}/chapter/", width=PHONE)
    assert findings(page) == []
    answers = page.get_by_role("button", name="Verschieben: Antworten auf die Umfrage: 128")
    answers.focus()
    for key in ("Space", "ArrowUp", "Space"):
        page.keyboard.press(key)
    page.locator("main > p[role=status]").filter(has_text="Platz 1 von 2").wait_for()
    assert page.get_by_label("Antworten auf die Umfrage: 128", exact=False).first.input_value() == "1"
    # Nothing is sent before the form is.
    assert PlanChapter.objects.get(field=field).figures == ["survey.interest", "survey.answers"]
    page.get_by_role("button", name="Speichern").click()
    page.get_by_text("Einleitung und Zahlen sind gespeichert.").wait_for()
    assert PlanChapter.objects.get(field=field).figures == ["survey.answers", "survey.interest"]
