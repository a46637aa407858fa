"""Staff write the plan of an action field, through HTTP."""

import re

import pytest
from django.test import Client

from tests import builders, cast, pages
from workshops.models import Goal, Measure, localised
from workshops.operations import measures

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


ROOT = "/staff/integrationsplan/"


def test_the_plan_is_written_ordered_and_emptied(sabine: Client, people: cast.Cast) -> None:
    field = people.fields[0]
    plan = f"{ROOT}plan/"
    for text in ("Alle lernen Deutsch", "Schulen sind offen"):
        sabine.post(f"{plan}fields/{field.slug}/guidelines/new/", {"text_de": text})
    one, two = field.guidelines.all()
    sabine.post(f"{plan}guidelines/{two.pk}/move/", {"up": ""})
    words = {"text_de": "Alle lernen", "text_en": "All learn", "seen": measures.edition(one)}
    sabine.post(f"{plan}guidelines/{one.pk}/", words)
    for text in ("Kurse", "Räume"):
        sabine.post(f"{plan}guidelines/{one.pk}/goals/new/", {"text_de": text})
    courses, rooms = one.goals.all()
    sabine.post(f"{plan}goals/{courses.pk}/move/", {"down": ""})
    sabine.post(f"{plan}goals/{rooms.pk}/", {"text_de": "Räume am Abend", "seen": measures.edition(rooms)})
    shown = re.findall(r'<h3 id="guideline-\d+">(.*?)</h3>|<h4>(.*?)</h4>', sabine.get(plan).content.decode())
    assert ["".join(each) for each in shown] == [
        "Schulen sind offen",
        "Alle lernen",
        "Räume am Abend",
        "Kurse",
    ]
    refused = sabine.post(f"{plan}guidelines/{one.pk}/remove/", follow=True)
    assert pages.messages(refused) == ["Unter dieser Leitlinie stehen Ziele. Bitte erst die Ziele entfernen."]
    for goal in (courses, rooms):
        sabine.post(f"{plan}goals/{goal.pk}/remove/")
    sabine.post(f"{plan}guidelines/{one.pk}/remove/")
    assert list(field.guidelines.all()) == [two]


def test_a_measure_moves_on_and_changes_its_words(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    one, two = builders.a_measure(goal), builders.a_measure(goal)
    plan = f"{ROOT}plan/measures/"
    sabine.post(f"{plan}{one.pk}/status/", {"seen": "planned", "status": "in_progress"})
    sabine.post(f"{plan}{one.pk}/move/", {"down": ""})
    assert [(each.pk, each.status) for each in goal.measures.order_by("position")] == [
        (two.pk, "planned"),
        (one.pk, "in_progress"),
    ]
    done = {"seen": "planned", "status": "done"}
    refused = sabine.post(f"{plan}{two.pk}/status/", done, follow=True)
    assert "Von „geplant“ geht es nicht zu „umgesetzt“." in pages.messages(refused)
    assert sabine.post(f"{plan}{two.pk}/status/", {"status": "unsinn"}).status_code == 404

    elsewhere = builders.a_goal(builders.a_guideline(people.fields[1]))
    words = {"goal": elsewhere.pk, "title_de": "Neu", "description_de": "", "responsible": ""}
    two.refresh_from_db()
    response = sabine.post(f"{plan}{two.pk}/", {**words, "seen": measures.edition(two)})
    assert response.headers["Location"] == f"{ROOT}plan/fields/{people.fields[1].slug}/"
    two.refresh_from_db()
    assert (two.goal, two.position, two.title) == (elsewhere, 1, {"de": "Neu"})


@pytest.mark.parametrize("kind", ["guidelines", "goals", "measures"])
def test_words_saved_meanwhile_stand_beside_those_just_typed(sabine: Client, goal: Goal, kind: str) -> None:
    row = {"guidelines": goal.guideline, "goals": goal, "measures": builders.a_measure(goal)}[kind]
    name = "title" if isinstance(row, Measure) else "text"
    rest = {"goal": goal.pk, "description_de": "", "responsible": ""} if isinstance(row, Measure) else {}
    address = f"{ROOT}plan/{kind}/{row.pk}/"
    [seen] = pages.hidden(sabine.get(address), "seen")
    setattr(row, name, localised({"de": "Ihre Worte", "ar": "كلماتها"}))
    row.save(update_fields=[name])

    answer = sabine.post(address, {f"{name}_de": "Meine Worte", **rest, "seen": seen})
    assert pages.errors(answer) == [
        "Inzwischen hat jemand anderes das geändert. Bitte vergleichen und noch einmal speichern."
    ]
    lines = pages.lines(answer)
    start = lines.index("So steht es jetzt da")
    assert {"Ihre Worte", "كلماتها"} <= set(lines[start : start + 6])
    shown = re.findall(r'value="(Meine[^"]*)"|<textarea[^>]*>\s*([^<]*Meine[^<]*)<', answer.content.decode())
    assert ["".join(each) for each in shown] == ["Meine Worte"]
    row.refresh_from_db()
    assert str(getattr(row, name)) == "Ihre Worte"

    [seen] = pages.hidden(answer, "seen")
    assert sabine.post(address, {f"{name}_de": "Beides", **rest, "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == {"de": "Beides"}


def test_the_plan_of_another_process_is_not_found(sabine: Client) -> None:
    measure = builders.a_measure()
    goal = measure.goal
    statuses = [
        sabine.get(f"{ROOT}plan/measures/{measure.pk}/").status_code,
        sabine.post(f"{ROOT}plan/measures/{measure.pk}/status/", {"status": "in_progress"}).status_code,
        sabine.get(f"{ROOT}plan/goals/{goal.pk}/").status_code,
        sabine.get(f"{ROOT}plan/guidelines/{goal.guideline_id}/").status_code,
        sabine.get(f"{ROOT}plan/fields/gibt-es-nicht/").status_code,
    ]
    assert statuses == [404] * 5


def test_buttons_are_not_links(sabine: Client, goal: Goal) -> None:
    """Opening an address changes nothing."""
    measure = builders.a_measure(goal)
    addresses = [
        f"plan/measures/{measure.pk}/status/",
        f"plan/measures/{measure.pk}/move/",
        f"plan/goals/{goal.pk}/move/",
        f"plan/goals/{goal.pk}/remove/",
        f"plan/guidelines/{goal.guideline_id}/move/",
        f"plan/guidelines/{goal.guideline_id}/remove/",
    ]
    assert [sabine.get(ROOT + address).status_code for address in addresses] == [405] * 6
