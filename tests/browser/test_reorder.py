"""The order of an agenda, by mouse, by finger, by keyboard: what is seen is what is saved."""

from typing import TYPE_CHECKING

import pytest

from tests import builders, cast
from tests.browser.looking import DESK, PHONE, findings, look_at, sign_in
from workshops.models import AgendaItem, Goal, Workshop

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

AGENDA = "/moderation/{}/agenda/"


def an_agenda() -> tuple[cast.Cast, Workshop]:
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    for title in ("Ankommen", "Ideen", "Auswahl", "Ausblick"):
        builders.an_agenda_item(workshop, title=title)
    return people, workshop


def seen(page: "Page") -> list[str]:
    return page.locator("[data-reorder] > li strong").all_inner_texts()


def kept(workshop: Workshop) -> list[str]:
    return list(workshop.agenda.order_by("position").values_list("title", flat=True))


def grip(page: "Page", title: str) -> "Locator":
    return page.get_by_role("button", name=f"Verschieben: {title}")


def said(page: "Page", words: str) -> None:
    page.locator("main > p[role=status]", has_text=words).wait_for()


def test_a_row_is_dragged_to_another_place(page: "Page") -> None:
    people, workshop = an_agenda()
    sign_in(page, people.murat)
    look_at(page, AGENDA.format(workshop.pk), width=DESK)
    grip(page, "Ankommen").hover()  # scrolls to it
    to = page.locator("[data-reorder] > li").nth(3).bounding_box()
    assert to is not None
    page.mouse.down()
    page.mouse.move(to["x"] + 50, to["y"] + to["height"] - 4, steps=8)
    with page.expect_response(lambda answer: answer.url.endswith("/move/")) as answer:
        page.mouse.up()
    assert answer.value.status == 200
    wanted = ["Ideen", "Auswahl", "Ausblick", "Ankommen"]
    assert (seen(page), kept(workshop)) == (wanted, wanted)
    assert page.locator("[data-number]").all_inner_texts() == ["1.", "2.", "3.", "4."]


def test_the_keyboard_takes_moves_drops_and_puts_back(page: "Page") -> None:
    people, workshop = an_agenda()
    sign_in(page, people.murat)
    look_at(page, AGENDA.format(workshop.pk), width=PHONE)
    grip(page, "Ausblick").focus()
    page.keyboard.press("Space")
    said(page, "„Ausblick“ ist aufgenommen, Platz 4 von 4.")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    said(page, "Platz 2 von 4")
    page.keyboard.press("Escape")
    said(page, "steht wieder, wo es war: Platz 4 von 4.")
    assert kept(workshop) == seen(page) == ["Ankommen", "Ideen", "Auswahl", "Ausblick"]
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    said(page, "„Ausblick“ steht auf Platz 3 von 4.")
    assert kept(workshop) == seen(page) == ["Ankommen", "Ideen", "Ausblick", "Auswahl"]
    # What leads nowhere is no button.
    assert page.locator("[name=up]:visible").count() == page.locator("[name=down]:visible").count() == 3
    assert findings(page) == []


def test_an_order_that_was_not_taken_is_put_back_and_said(page: "Page") -> None:
    people, workshop = an_agenda()
    sign_in(page, people.murat)
    look_at(page, AGENDA.format(workshop.pk))
    page.context.set_offline(True)
    grip(page, "Ideen").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_role("alert").filter(has_text="konnte nicht verschoben werden").wait_for()
    assert kept(workshop) == seen(page) == ["Ankommen", "Ideen", "Auswahl", "Ausblick"]
    page.context.set_offline(False)
    page.problems.clear()  # type: ignore[attr-defined]


def test_a_finger_drags_instead_of_scrolling(page: "Page") -> None:
    people, workshop = an_agenda()
    sign_in(page, people.murat)
    look_at(page, AGENDA.format(workshop.pk), width=PHONE)
    session = page.context.new_cdp_session(page)
    grip(page, "Auswahl").scroll_into_view_if_needed()
    start = grip(page, "Auswahl").bounding_box()
    above = page.locator("[data-reorder] > li").nth(1).bounding_box()
    assert start is not None and above is not None
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    end = above["y"] + 4
    touch = "Input.dispatchTouchEvent"
    session.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        at = y + (end - y) * step / 8
        session.send(touch, {"type": "touchMove", "touchPoints": [{"x": x, "y": at}]})
    with page.expect_response(lambda answer: answer.url.endswith("/move/")):
        session.send(touch, {"type": "touchEnd", "touchPoints": []})
    said(page, "„Auswahl“ steht auf Platz 2 von 4.")
    assert kept(workshop) == ["Ankommen", "Auswahl", "Ideen", "Ausblick"]
    assert AgendaItem.objects.count() == 4


def the_plan(page: "Page") -> list[tuple[str, list[str]]]:
    """Of each goal: its measures as they stand on the page."""
    cards = page.locator("li.card:has(> h4)").all()
    return [
        (card.locator("> h4").inner_text(), card.locator("> ol > li strong").all_inner_texts())
        for card in cards
    ]


def a_plan() -> tuple[cast.Cast, list[Goal]]:
    people = cast.gather()
    goals = [builders.a_goal(builders.a_guideline(people.fields[0]), text=f"Ziel {n}") for n in (1, 2, 3)]
    for title in ("Sprachcafé", "Sprachpaten"):
        builders.a_measure(goals[0], title=title)
    builders.a_measure(goals[2], title="Gartenfest")
    return people, goals


def titles(goal: Goal) -> list[str]:
    return [str(measure.title) for measure in goal.measures.order_by("position")]


def test_a_measure_is_dragged_under_another_goal(page: "Page") -> None:
    people, goals = a_plan()
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/plan/", width=DESK)
    page.set_viewport_size({"width": DESK, "height": 2400})
    grip(page, "Sprachcafé").hover()  # scrolls to it
    to = grip(page, "Gartenfest").bounding_box()
    assert to is not None
    page.mouse.down()
    # The row is tall: above the other's middle is near its upper edge.
    page.mouse.move(to["x"] + 10, to["y"] - 4, steps=12)
    with page.expect_response(lambda answer: answer.url.endswith("/move/")) as answer:
        page.mouse.up()
    assert answer.value.status == 200
    wanted = [["Sprachpaten"], [], ["Sprachcafé", "Gartenfest"]]
    assert [titles(goal) for goal in goals] == wanted
    assert [measures for _goal, measures in the_plan(page)] == wanted


def test_the_keyboard_takes_a_measure_under_the_next_goal_and_back(page: "Page") -> None:
    people, goals = a_plan()
    sign_in(page, people.sabine)
    look_at(page, "/staff/integrationsplan/plan/", width=PHONE)
    grip(page, "Sprachpaten").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    said(page, "Unter „Ziel 2“: Platz 1 von 1")
    # Goal 2 has something now, and says so no longer that it hasn't.
    nothing_yet = page.get_by_text("Noch keine Maßnahme angenommen.")
    assert nothing_yet.and_(page.locator(":visible")).count() == 0
    page.keyboard.press("Escape")
    said(page, "„Sprachpaten“ steht wieder, wo es war: Platz 2 von 2.")
    assert nothing_yet.and_(page.locator(":visible")).count() == 1
    assert [titles(goal) for goal in goals] == [["Sprachcafé", "Sprachpaten"], [], ["Gartenfest"]]
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    said(page, "„Sprachpaten“ steht auf Platz 1 von 1.")
    wanted = [["Sprachcafé"], ["Sprachpaten"], ["Gartenfest"]]
    assert [titles(goal) for goal in goals] == wanted
    assert [measures for _goal, measures in the_plan(page)] == wanted
    assert findings(page) == []
