"""Staff read the evaluation of a survey, through HTTP."""

import datetime
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests import cast
from tests.workshops.survey_import.sample_survey import people as persons
from tests.workshops.survey_steps import PAGE, SAMPLE, plain, shown_form, upload
from workshops.models import Survey, SurveyComment

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    found: Survey = people.process.survey
    found.evaluated_at = found.evaluated_by = None
    found.save(update_fields=["evaluated_at", "evaluated_by"])
    return found


@pytest.fixture
def staff(people: cast.Cast, survey: Survey, client: Client) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Path:
    """Where uploads wait for the decision."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads"


@pytest.fixture
def evaluated(staff: Client) -> Client:
    staff.post(f"{PAGE}mapping/", {**shown_form(upload(staff, SAMPLE)), "take": "1"})
    staff.post(f"{PAGE}evaluate/")
    return staff


def test_the_evaluation_shows_interest_as_a_chart_with_the_same_numbers_in_a_table(evaluated: Client) -> None:
    page = evaluated.get(f"{PAGE}evaluation/").text
    text = plain(page)

    assert "240 Antworten sind ausgewertet." in text
    assert page.count('<rect class="chart__bar"') == 4
    assert "Bildung und Sprache 131" in text
    assert "Wohnen und Wohnumfeld 157" in text
    assert re.search(r'<th scope="row">Wohnen und Wohnumfeld</th><td class="num"[^>]*>157', page)


def test_the_evaluation_hides_what_few_people_said(evaluated: Client, survey: Survey) -> None:
    survey.refresh_from_db()
    # Four said "other"; five need sign language, which is the next smallest and goes with it.
    assert survey.evaluation["needs"] == {
        "interpretation": 38, "sign_language": None, "captions": 14, "easy_language": 27, "phone": 12,
        "other": None,
    }  # fmt: skip
    page = plain(evaluated.get(f"{PAGE}evaluation/").text)
    assert "Gebärdensprache – nicht gezeigt" in page
    assert "Tigrinya – nicht gezeigt" in page


def test_comments_are_listed_by_field_and_page(evaluated: Client, people: cast.Cast) -> None:
    expected = {text for person in persons() if (text := person.comments.get("Ausbildung und Arbeit"))}

    page = evaluated.get(f"{PAGE}comments/?field=ausbildung-und-arbeit").text

    assert {text for text in expected if text not in page} == set()
    assert "Danke, dass Sie uns fragen." not in page
    assert "Danke, dass Sie uns fragen." in evaluated.get(f"{PAGE}comments/").text


@pytest.mark.parametrize("path", ["", "comments/"])
def test_pages_ask_the_database_equally_often_for_1_and_3_rows(
    path: str, evaluated: Client, people: cast.Cast, survey: Survey,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    evaluated.get(PAGE)  # shows, and so forgets, the message of the evaluation
    SurveyComment.objects.all().delete()
    taken = survey.imports.get()
    SurveyComment.objects.create(survey=survey, survey_import=taken, text="eins")
    with django_assert_num_queries(9 if path == "" else 7):
        evaluated.get(PAGE + path)
    for number in (2, 3):
        taken.pk, taken.digest, taken.imported_by = None, str(number), people.sabine
        taken.save()
        SurveyComment.objects.create(survey=survey, survey_import=taken, text="noch eins")
    with django_assert_num_queries(9 if path == "" else 7):
        evaluated.get(PAGE + path)


def test_a_comment_cannot_bring_markup_into_the_page(evaluated: Client, survey: Survey) -> None:
    SurveyComment.objects.create(
        survey=survey, survey_import=survey.imports.get(), text="<script>alert(1)</script>"
    )
    page = evaluated.get(f"{PAGE}comments/").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_evaluation_before_the_end_is_refused(staff: Client, survey: Survey) -> None:
    staff.post(f"{PAGE}mapping/", {**shown_form(upload(staff, SAMPLE)), "take": "1"})
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() + datetime.timedelta(days=1))

    page = staff.post(f"{PAGE}evaluate/", follow=True).text

    assert "Die Umfrage läuft noch. Auswerten lässt sie sich nach ihrem Ende." in page
    survey.refresh_from_db()
    assert not survey.is_evaluated


def test_an_evaluation_of_nothing_is_refused(staff: Client) -> None:
    page = staff.post(f"{PAGE}evaluate/", follow=True).text
    assert "Es sind noch keine Antworten übernommen." in page


def test_there_is_no_evaluation_page_before_the_evaluation(staff: Client) -> None:
    assert staff.get(f"{PAGE}evaluation/").status_code == 404


def test_the_answers_of_one_file_can_be_removed(evaluated: Client, survey: Survey) -> None:
    taken = survey.imports.get()

    page = evaluated.post(f"{PAGE}imports/{taken.pk}/discard/", follow=True).text

    assert "Die Antworten dieser Datei sind entfernt. Bitte neu auswerten." in page
    assert survey.answers.count() == 0
    survey.refresh_from_db()
    assert not survey.is_evaluated
