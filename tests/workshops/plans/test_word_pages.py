"""Staff write the plan's own words and choose the figures of its chapters, through HTTP."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops.models import Plan, PlanChapter, Survey, localised

pytestmark = pytest.mark.django_db

ROOT = "/staff/integrationsplan/plan/"
MEANWHILE = "Inzwischen hat jemand anderes das geändert. Bitte vergleichen und noch einmal speichern."


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def test_title_and_introduction_are_written_in_several_languages(sabine: Client, people: cast.Cast) -> None:
    [seen] = pages.hidden(sabine.get(f"{ROOT}words/"), "seen")
    words = {"title_de": " Unser Plan ", "title_ar": "خطتنا", "introduction_de": "Warum", "seen": seen}
    answer = sabine.post(f"{ROOT}words/", words, follow=True)
    assert pages.messages(answer) == ["Titel und Einleitung sind gespeichert."]
    plan = Plan.objects.get(process=people.process)
    assert (plan.title, plan.introduction) == ({"de": "Unser Plan", "ar": "خطتنا"}, {"de": "Warum"})


def test_the_first_words_of_two_people_meet(sabine: Client, people: cast.Cast) -> None:
    [seen] = pages.hidden(sabine.get(f"{ROOT}words/"), "seen")
    Plan.objects.create(process=people.process, title=localised("Ihr Titel"))
    answer = sabine.post(f"{ROOT}words/", {"title_de": "Mein Titel", "introduction_de": "Und", "seen": seen})
    assert pages.errors(answer) == [MEANWHILE]
    lines = pages.lines(answer)
    assert lines[lines.index("So steht es jetzt da") :][:3] == [
        "So steht es jetzt da",
        "Titel des Plans",
        "Ihr Titel",
    ]
    assert 'value="Mein Titel"' in answer.content.decode()
    [seen] = pages.hidden(answer, "seen")
    sabine.post(f"{ROOT}words/", {"title_de": "Beides", "seen": seen})
    assert Plan.objects.get(process=people.process).title == {"de": "Beides"}


def a_survey_and_an_evening(people: cast.Cast) -> None:
    Survey.objects.filter(process=people.process).update(
        evaluation={"answers": 128, "fields": [{"field": people.fields[0].pk, "interest": 41}]}
    )
    started = timezone.now() - datetime.timedelta(days=3)
    builders.a_workshop(builders.a_series(people.fields[0]), starts_at=started)


def test_figures_are_chosen_and_put_in_order(sabine: Client, people: cast.Cast) -> None:
    a_survey_and_an_evening(people)
    field = people.fields[0]
    address = f"{ROOT}fields/{field.slug}/chapter/"
    page = sabine.get(address)
    offered = [line for line in pages.lines(page) if re.match(r"[^⠿]*: \d+", line)]
    assert [line.split(" (")[0] for line in offered] == [
        "Antworten auf die Umfrage: 128",
        "Menschen, die das Thema interessiert: 41",
        "Workshops: 1",
    ]
    [seen] = pages.hidden(page, "seen")
    typed = {"introduction_de": "Sprache öffnet Türen.", "introduction_en": "Language opens doors."}
    places = {"figure-workshops.held": 1, "figure-survey.interest": 2, "figure-survey.answers": ""}
    answer = sabine.post(address, {**typed, **places, "seen": seen})
    assert answer.headers["Location"] == f"{ROOT}fields/{field.slug}/"
    chapter = PlanChapter.objects.get(field=field)
    assert chapter.figures == ["workshops.held", "survey.interest"]
    # Those that have a place stand first, in its order: so they can be dragged.
    shown = re.findall(r'name="figure-([^"]+)"', sabine.get(address).content.decode())
    assert shown[:2] == ["workshops.held", "survey.interest"]
    assert "survey.answers" in shown[2:]
    assert chapter.introduction == {"de": "Sprache öffnet Türen.", "en": "Language opens doors."}


def test_a_figure_that_may_not_be_shown_stays_chosen_and_is_named(sabine: Client, people: cast.Cast) -> None:
    field = people.fields[0]
    PlanChapter.objects.create(field=field, figures=["survey.interest"])
    page = sabine.get(f"{ROOT}fields/{field.slug}/chapter/")
    assert "Zurzeit nicht zu zeigen: survey.interest" in pages.text(page)
    [seen] = pages.hidden(page, "seen")
    sabine.post(
        f"{ROOT}fields/{field.slug}/chapter/",
        {"introduction_de": "Neu", "figure-survey.interest": 1, "seen": seen},
    )
    assert PlanChapter.objects.get(field=field).figures == ["survey.interest"]


def test_a_place_that_is_none_is_refused_with_all_that_was_typed(sabine: Client, people: cast.Cast) -> None:
    a_survey_and_an_evening(people)
    address = f"{ROOT}fields/{people.fields[0].slug}/chapter/"
    [seen] = pages.hidden(sabine.get(address), "seen")
    answer = sabine.post(address, {"introduction_de": "Meins", "figure-workshops.held": "-3", "seen": seen})
    assert len(pages.errors(answer)) == 1
    content = answer.content.decode()
    assert "Meins</textarea>" in content
    assert 'value="-3"' in content
    assert not PlanChapter.objects.exists()


def test_a_chapter_of_another_process_is_not_found(sabine: Client) -> None:
    elsewhere = builders.a_field(slug="anderswo")
    assert sabine.get(f"{ROOT}fields/{elsewhere.slug}/chapter/").status_code == 404
