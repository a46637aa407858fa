"""Staff say how far a measure is, and keep its milestones, through HTTP."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Measure, localised

pytestmark = pytest.mark.django_db

PLAN = "/staff/integrationsplan/plan/"


@pytest.fixture
def measure(people: cast.Cast) -> Measure:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    return builders.a_measure(goal, title=localised("Kurse am Abend"))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def test_staff_say_how_far_it_is_with_a_sentence(sabine: Client, measure: Measure) -> None:
    path = f"/staff/integrationsplan/plan/measures/{measure.pk}/progress/"
    response = sabine.post(path, {"seen": "planned", "status": "in_progress", "note_de": "Der Kurs läuft."})

    assert response.headers["Location"] == path
    assert [(c.status, str(c.note)) for c in measure.changes.all()] == [("in_progress", "Der Kurs läuft.")]
    assert "Der Kurs läuft." in sabine.get(path).content.decode()


def test_a_step_that_changes_nothing_is_named_at_the_field(sabine: Client, measure: Measure) -> None:
    path = f"/staff/integrationsplan/plan/measures/{measure.pk}/progress/"
    response = sabine.post(path, {"seen": "planned", "status": "planned", "note_de": ""})

    assert pages.errors(response) == [
        "Was die Öffentlichkeit dazu liest – Bitte einen anderen Stand wählen oder etwas dazu schreiben."
    ]
    assert measure.changes.count() == 0


def test_staff_keep_the_milestones(sabine: Client, measure: Measure) -> None:
    base = "/staff/integrationsplan/plan/"
    path = f"{base}measures/{measure.pk}/progress/"
    add = {"add_milestone": "1", "milestone-on": "2027-09-01", "milestone-title_de": "Kurs beginnt"}
    sabine.post(path, add)
    milestone = measure.milestones.get()
    sabine.post(
        f"{base}milestones/{milestone.pk}/",
        {"milestone-on": "2027-10-01", "milestone-title_de": "Kurs beginnt", "milestone-seen": "0"},
    )
    sabine.post(f"{base}milestones/{milestone.pk}/reached/", {"seen": "1"})
    milestone.refresh_from_db()
    assert (milestone.on, milestone.reached_on) == (datetime.date(2027, 10, 1), timezone.localdate())

    sabine.post(f"{base}milestones/{milestone.pk}/reached/", {"undo": "1", "seen": "2"})
    milestone.refresh_from_db()
    assert milestone.reached_on is None
    sabine.post(f"{base}milestones/{milestone.pk}/remove/", {"seen": "3"})
    assert measure.milestones.count() == 0


def test_a_refused_milestone_keeps_what_was_typed(sabine: Client, measure: Measure) -> None:
    path = f"/staff/integrationsplan/plan/measures/{measure.pk}/progress/"
    response = sabine.post(
        path, {"add_milestone": "1", "milestone-on": "0027-09-01", "milestone-title_de": "Kurs beginnt"}
    )
    assert 'value="Kurs beginnt"' in response.content.decode()
    assert measure.milestones.count() == 0


def test_a_click_on_an_old_page_of_the_plan_is_refused_with_the_present_status(
    sabine: Client, measure: Measure
) -> None:
    path = f"{PLAN}measures/{measure.pk}/status/"
    [seen] = pages.hidden(sabine.get(PLAN), "seen")
    assert seen == "planned"
    sabine.post(path, {"seen": seen, "status": "in_progress"})
    sabine.post(path, {"seen": "in_progress", "status": "done"})

    answer = sabine.post(path, {"seen": seen, "status": "in_progress"}, follow=True)

    measure.refresh_from_db()
    assert measure.status == "done"
    assert (
        "Inzwischen steht die Maßnahme auf „umgesetzt“. Bitte ansehen und noch einmal entscheiden."
        in answer.content.decode()
    )


@pytest.mark.parametrize("wanted", ["in_progress", "planned", "abandoned"])
def test_a_form_of_an_old_page_is_refused_and_keeps_its_sentence(
    sabine: Client, measure: Measure, wanted: str
) -> None:
    path = f"{PLAN}measures/{measure.pk}/progress/"
    Measure.objects.update(status="done")

    answer = sabine.post(path, {"seen": "planned", "status": wanted, "note_de": "Der Kurs läuft."})

    assert pages.errors(answer) == [
        "Inzwischen steht die Maßnahme auf „umgesetzt“. Bitte ansehen und noch einmal entscheiden."
    ]
    assert "Der Kurs läuft.</textarea>" in answer.content.decode()
    assert pages.hidden(answer, "seen") == ["done"]
    measure.refresh_from_db()
    assert (measure.status, measure.changes.count()) == ("done", 0)
    # Somebody has looked now.
    sabine.post(path, {"seen": "done", "status": "in_progress", "note_de": "Der Kurs läuft."})
    assert [(each.status, str(each.note)) for each in measure.changes.all()] == [
        ("in_progress", "Der Kurs läuft.")
    ]


def test_a_milestone_that_somebody_changed_meanwhile_is_shown_beside_what_was_typed(
    sabine: Client, measure: Measure
) -> None:
    milestone = builders.a_milestone(measure, title=localised("Kurs beginnt"))
    type(milestone).objects.update(title=localised("Kurs beginnt später"), revision=1)
    path = f"{PLAN}milestones/{milestone.pk}/"
    typed = {"milestone-on": "2027-10-01", "milestone-title_de": "Kurs beginnt früher"}

    answer = sabine.post(path, {**typed, "milestone-seen": "0"})

    content = answer.content.decode()
    assert 'value="Kurs beginnt früher"' in content
    assert "So steht es jetzt da" in content and ">Kurs beginnt später</dd>" in content
    [seen] = pages.hidden(answer, "milestone-seen")
    sabine.post(path, {**typed, "milestone-seen": seen})
    milestone.refresh_from_db()
    assert str(milestone.title) == "Kurs beginnt früher"


@pytest.mark.parametrize("seen", ["", "x", "9" * 30, "²"])
def test_a_button_without_a_known_revision_changes_nothing(
    sabine: Client, measure: Measure, seen: str
) -> None:
    milestone = builders.a_milestone(measure)
    for button in ("reached", "remove"):
        answer = sabine.post(f"{PLAN}milestones/{milestone.pk}/{button}/", {"seen": seen}, follow=True)
        assert "Inzwischen hat jemand anderes diesen Meilenstein geändert." in answer.content.decode()
    milestone.refresh_from_db()
    assert milestone.reached_on is None


def test_a_milestone_is_reached_on_the_day_of_the_town(
    sabine: Client, people: cast.Cast, measure: Measure
) -> None:
    people.process.time_zone = "Pacific/Kiritimati"
    people.process.save(update_fields=["time_zone"])
    milestone = builders.a_milestone(measure)
    with time_machine.travel(datetime.datetime(2027, 6, 1, 12, tzinfo=datetime.UTC), tick=False):
        sabine.force_login(people.sabine)
        sabine.post(f"{PLAN}milestones/{milestone.pk}/reached/", {"seen": "0"})
    milestone.refresh_from_db()
    assert milestone.reached_on == datetime.date(2027, 6, 2)
