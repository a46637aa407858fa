"""What planning learns from the answers, and the sentences of all problems."""

import re
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast
from workshops import survey_import
from workshops.models import ParticipationProcess, Survey, SurveyAnswer, SurveyImport
from workshops.operations import survey_problems, surveys
from workshops.survey_import.problems import Problem


@pytest.fixture
def process(db: None) -> ParticipationProcess:
    return cast.gather().process


def answer(
    process: ParticipationProcess, key: str, fields: list[int], times: list[str], **more: object
) -> None:
    survey: Survey = process.survey
    taken, _made = SurveyImport.objects.get_or_create(
        survey=survey,
        digest="0",
        defaults={"source": "surveymonkey", "answer_count": 0, "imported_at": survey.closes_at},
    )
    row = SurveyAnswer.objects.create(
        survey=survey, survey_import=taken, respondent_key=key, preferred_times=times, **more
    )
    row.fields.set([list(process.fields.all())[index] for index in fields])


def test_demand_counts_interest_times_and_shared_audience_for_each_field(
    process: ParticipationProcess, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    answer(process, "a", [0, 3], ["tue-evening", "thu-evening"])
    answer(process, "b", [0], ["tue-evening"])
    answer(process, "c", [3, 0, 1], [])
    answer(process, "d", [], ["sun-morning"])
    one, two, three, four = process.fields.values_list("pk", flat=True)

    with django_assert_num_queries(2):
        found = surveys.demand(process)

    assert {pk: (of.interest, dict(of.times), dict(of.shared)) for pk, of in found.items()} == {
        one: (3, {(1, "evening"): 2, (3, "evening"): 1}, {four: 2, two: 1}),
        two: (1, {}, {one: 1, four: 1}),
        three: (0, {}, {}),
        four: (2, {(1, "evening"): 1, (3, "evening"): 1}, {one: 2, two: 1}),
    }


def test_an_evaluation_holds_counts_of_five_and_more_only(process: ParticipationProcess) -> None:
    for number in range(6):
        answer(process, f"a{number}", [0], ["tue-evening"], languages=["de"], needs=["captions"])
    for number in range(5):
        answer(process, f"b{number}", [1], ["tue-evening", "fri-morning"], languages=["de", "tr"])
    answer(process, "c", [2], ["mon-morning"], languages=["tr"], needs=["phone"])
    survey: Survey = process.survey

    surveys.evaluate(survey, by=builders.a_staff_member())

    survey.refresh_from_db()
    fields = survey.evaluation["fields"]
    assert survey.evaluation["answers"] == 12
    assert [one["interest"] for one in fields] == [6, 5, None, None]
    assert [{time: n for time, n in one["times"].items() if n} for one in fields] == [
        {"tue-evening": 6},
        {"fri-morning": 5, "tue-evening": 5},
        {},
        {},
    ]
    assert survey.evaluation["languages"] == {"de": 11, "tr": 6}
    assert {code: n for code, n in survey.evaluation["needs"].items() if n} == {"captions": 6}


def test_every_problem_has_a_sentence_with_its_place() -> None:
    details: dict[str, str | int] = {
        "found": 8,
        "expected": 6,
        "limit": 100,
        "megabytes": 200,
        "label": "Verkehr",
    }
    sentences = {
        code: survey_problems.sentence(Problem(code, 14, "F", "Welche Felder?", details))
        for code in survey_problems.CODES
    }
    assert {text.partition(": ")[0] for text in sentences.values()} == {
        "Zeile 14, Spalte F („Welche Felder?“)"
    }
    assert [code for code, text in sentences.items() if "%(" in text or not text.endswith(".")] == []
    assert survey_problems.sentence(Problem("empty_file")) == "Die Datei ist leer."


def test_every_code_that_the_import_uses_has_a_sentence_and_no_sentence_is_left_over() -> None:
    used: set[str] = set()
    for path in Path(survey_import.__file__).parent.glob("*.py"):
        used |= set(re.findall(r'Problem\(\s*"([a-z_]+)"', path.read_text()))
    assert used == survey_problems.CODES
