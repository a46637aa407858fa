"""Versions of the plan: kept, read as they stood, adopted by the council, compared. Through HTTP."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import builders, cast, pages
from workshops.errors import Refusal
from workshops.models import Goal, Measure, PlanVersion, localised
from workshops.operations import plan_versions, plans
from workshops.plans.comparison import compare
from workshops.plans.content import PlanContent

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan/plan/"


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def test_a_version_stays_as_it_was(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    measure = builders.a_measure(goal, title=localised("Kurse am Abend"))
    kept = sabine.post(f"{ROOT}versions/", {"label": "Entwurf  März", "keep": "1"}, follow=True)
    assert pages.messages(kept) == ["Die Fassung ist festgehalten."]
    assert "Fassung 1: Entwurf März" in pages.lines(kept)
    measure.title = localised("Kurse am Tag")
    measure.save(update_fields=["title"])
    lines = pages.lines(sabine.get(f"{ROOT}versions/1/"))
    assert "1.1.1 Kurse am Abend geplant" in lines
    assert not any("Kurse am Tag" in line for line in lines)


def test_a_version_that_says_nothing_new_is_not_kept(sabine: Client, goal: Goal) -> None:
    builders.a_measure(goal)
    for label in ("Eins", "Zwei"):
        answer = sabine.post(f"{ROOT}versions/", {"label": label})
    assert pages.errors(answer) == ["Seit Fassung 1 hat sich am Plan nichts geändert."]
    assert 'value="Zwei"' in answer.content.decode()
    assert list(PlanVersion.objects.values_list("number", "label")) == [(1, "Eins")]


def test_the_public_reads_the_version_adopted_last(client: Client, people: cast.Cast, goal: Goal) -> None:
    measure = builders.a_measure(goal, title=localised("Erste Worte"))
    page = "/integrationsplan/plan/"
    draft = pages.text(client.get(page))
    assert "Der Plan ist noch in Arbeit." in draft
    plan_versions.keep(people.process, by=people.sabine)
    measure.title = localised("Spätere Worte")
    measure.save(update_fields=["title"])
    plan_versions.keep(people.process, by=people.sabine)
    assert "Worte" not in pages.text(client.get(page))

    client.force_login(people.sabine)
    answer = client.post(f"{ROOT}versions/1/", {"on": "2026-03-04"}, follow=True)
    assert pages.messages(answer) == ["Der Beschluss ist eingetragen. Diese Fassung ist jetzt öffentlich."]
    shown = pages.text(Client().get(page))
    assert "Vom Gemeinderat beschlossen am 4. März 2026 (Fassung 1)" in shown
    assert ("Erste Worte" in shown, "Spätere Worte" in shown) == (True, False)
    assert "beschlossen am 4. März 2026" in pages.lines(Client().get("/integrationsplan/"))
    client.post(f"{ROOT}versions/2/", {"on": "2026-07-01"})
    assert "Spätere Worte" in pages.text(Client().get(page))
    client.post(f"{ROOT}versions/2/not-adopted/")
    assert "Erste Worte" in pages.text(Client().get(page))


def test_nothing_is_adopted_in_the_future(sabine: Client, people: cast.Cast) -> None:
    plan_versions.keep(people.process, by=people.sabine)
    tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    answer = sabine.post(f"{ROOT}versions/1/", {"on": tomorrow.isoformat()})
    assert pages.errors(answer) == [
        "Vom Gemeinderat beschlossen am – Der Tag des Beschlusses liegt noch vor uns."
    ]
    assert PlanVersion.objects.get().adopted_on is None


def test_the_council_reads_what_changed(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    changed, given_up, moved = (builders.a_measure(goal) for _each in range(3))
    elsewhere = builders.a_goal(builders.a_guideline(people.fields[1]))
    sabine.post(f"{ROOT}versions/", {"label": ""})
    Measure.objects.filter(pk=changed.pk).update(description=localised("Jeden <b>Dienstag</b>"))
    Measure.objects.filter(pk=given_up.pk).update(status="abandoned")
    Measure.objects.filter(pk=moved.pk).update(goal=elsewhere)
    builders.a_measure(goal, title=localised("Ganz neu"), position=9)

    answer = sabine.get(f"{ROOT}compare/")

    lines = pages.lines(answer)
    assert lines[lines.index("Fassung 1 → der Plan, wie er jetzt ist") + 1] == (
        "1 neu, 1 zurückgezogen, 1 geändert, 1 verschoben"
    )
    text = "\n".join(lines)
    for sentence in (
        "geändert 1.1.1 Maßnahme 1",
        "Beschreibung (Deutsch)",
        "[neu: Jeden <b>Dienstag</b>]",
        "zurückgezogen 1.1.2 Maßnahme 2",
        "neu 1.1.3 Ganz neu",
        "verschoben 2.1.1 Maßnahme 3 vorher 1.1.3",
        "Bildung und Sprache › Leitlinie 1 › Ziel 1",
        "Ausbildung und Arbeit › Leitlinie 1 › Ziel 1",
    ):
        assert sentence in text
    sabine.post(f"{ROOT}versions/", {"label": "Zwei"})
    same = pages.text(sabine.get(f"{ROOT}compare/?before=2&after=2"))
    assert "Zwischen beiden gibt es keinen Unterschied." in same
    back = pages.text(sabine.get(f"{ROOT}compare/?before=2&after=1"))
    assert "1 neu, 1 zurückgezogen, 1 geändert, 1 verschoben" in back


@pytest.mark.parametrize("query", ["before=9", "before=1&after=x", "before="])
def test_a_version_that_is_none_is_refused_in_words(sabine: Client, people: cast.Cast, query: str) -> None:
    plan_versions.keep(people.process, by=people.sabine)
    answer = sabine.get(f"{ROOT}compare/?{query}")
    assert 'class="field__error' in answer.content.decode() or "errorlist" in answer.content.decode()


def test_versions_are_listed_in_the_same_statements(sabine: Client, people: cast.Cast, goal: Goal) -> None:
    counts = []
    for number in range(3):
        builders.a_measure(goal, adopted_by=people.sabine)
        plan_versions.keep(people.process, label=f"Nr {number}", by=people.sabine)
        if number != 1:
            with CaptureQueriesContext(connection) as found:
                sabine.get(f"{ROOT}versions/")
            counts.append(len(found))
    assert counts == [11, 11]


def test_a_version_of_another_process_is_not_found(sabine: Client, people: cast.Cast) -> None:
    other = builders.a_process()
    plan_versions.keep(other, by=people.sabine)
    assert [
        sabine.get(f"{ROOT}versions/1/").status_code,
        sabine.post(f"{ROOT}versions/1/not-adopted/").status_code,
        sabine.get(f"{ROOT}versions/1/not-adopted/").status_code,
    ] == [404, 404, 405]


def test_the_headline_leaves_out_what_did_not_happen(people: cast.Cast, goal: Goal) -> None:
    def now() -> PlanContent:
        return plans.content_of(people.process)

    before = now()
    for _each in range(3):
        builders.a_measure(goal)
    with translation.override("de"):
        assert plan_versions.headline(compare(before, now())) == "3 neu"
        assert plan_versions.headline(compare(before, before)) == "Alle Maßnahmen sind unverändert."


def test_a_refused_version_leaves_nothing(people: cast.Cast) -> None:
    plan_versions.keep(people.process, by=people.sabine)
    with pytest.raises(Refusal) as excinfo:
        plan_versions.keep(people.process, by=people.sabine)
    assert (excinfo.value.code, PlanVersion.objects.count()) == ("nothing_new", 1)
