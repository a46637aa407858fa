"""What an import keeps, what it doesn't, and that nothing leads from an address to an answer."""

import io
from collections import Counter
from itertools import islice

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders, cast
from tests.workshops.survey_import import looks, sample_survey
from tests.workshops.survey_import.sample_survey import as_csv, expanded, limesurvey
from tests.workshops.survey_import.sample_survey import people as persons
from workshops.errors import Refusal
from workshops.models import Participant, Survey, SurveyAnswer, SurveyComment, SurveyImport
from workshops.operations import survey_imports, surveys
from workshops.operations.survey_imports import Imported, import_answers
from workshops.survey_import.mapping import Mapping, Meaning, Role

pytestmark = pytest.mark.django_db

SAMPLE = sample_survey.SAMPLE.read_bytes()


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    return people.process.survey


def take(survey: Survey, data: bytes, **more: object) -> Imported:
    return import_answers(survey, io.BytesIO(data), by=None, **more)  # type: ignore[arg-type]


def stored(survey: Survey) -> list[tuple[list[str], list[str], list[str], list[str]]]:
    return [
        (
            sorted(field.slug for field in answer.fields.all()),
            answer.preferred_times,
            answer.languages,
            answer.needs,
        )
        for answer in survey.answers.order_by("pk").prefetch_related("fields")
    ]


def everything() -> list[object]:
    """Each row of each table that an import may touch."""
    models = (Survey, SurveyImport, SurveyAnswer, SurveyAnswer.fields.through, SurveyComment, Participant)
    return [list(model.objects.order_by("pk").values()) for model in models]


def small(count: int, *, start: int = 0) -> bytes:
    return as_csv(expanded(islice(persons(), start, start + count)))


def test_the_sample_brings_240_answers_and_those_who_wish_to_be_invited(
    survey: Survey, people: cast.Cast
) -> None:
    before = Participant.objects.count()

    done = import_answers(survey, io.BytesIO(SAMPLE), by=people.sabine)

    assert done == Imported(answers=240, addresses=129)
    assert survey.answers.count() == 240
    assert Participant.objects.count() == before + 129
    [taken] = survey.imports.all()
    assert (taken.source, taken.answer_count, taken.imported_by) == ("surveymonkey", 240, people.sabine)
    assert stored(survey)[0] == (
        ["wohnen-und-wohnumfeld"],
        ["mon-afternoon", "mon-evening", "tue-evening", "thu-evening"],
        ["de"],
        ["captions"],
    )
    fields = Counter(field.slug for answer in survey.answers.all() for field in answer.fields.all())
    assert fields == Counter(name.lower().replace(" ", "-") for p in persons() for name in p.fields)


def test_importing_the_same_file_again_changes_nothing(survey: Survey, people: cast.Cast) -> None:
    take(survey, SAMPLE)
    before = everything()

    assert take(survey, SAMPLE) == Imported(0, 0)
    assert everything() == before


def test_the_same_answers_in_another_file_change_nothing(survey: Survey) -> None:
    take(survey, SAMPLE)
    before = everything()

    assert take(survey, as_csv(expanded(persons()), separator=";")) == Imported(0, 0)
    assert everything() == before


def test_a_longer_export_adds_only_what_is_new(survey: Survey) -> None:
    take(survey, small(100))
    first = stored(survey)

    done = take(survey, SAMPLE)

    assert done.answers == 140
    assert stored(survey)[:100] == first
    assert [taken.answer_count for taken in survey.imports.order_by("pk")] == [100, 140]
    texts = [text for person in persons() for text in (*person.comments.values(), person.general) if text]
    assert Counter(survey.comments.values_list("text", flat=True)) == Counter(texts)


def test_replacing_removes_the_answers_taken_in_so_far_but_no_consent(survey: Survey) -> None:
    take(survey, small(100))
    addresses = set(Participant.objects.values_list("email", flat=True))

    done = take(survey, small(50, start=120), replace=True)

    assert done.answers == 50
    assert survey.answers.count() == 50
    assert survey.imports.count() == 1
    assert addresses < set(Participant.objects.values_list("email", flat=True))


def test_replacing_by_a_file_that_is_known_leaves_only_its_answers(survey: Survey) -> None:
    take(survey, small(100))
    take(survey, small(30, start=90))
    take(survey, small(20, start=200))

    assert take(survey, small(30, start=90), replace=True) == Imported(answers=30, addresses=0)

    assert [taken.answer_count for taken in survey.imports.all()] == [30]
    assert stored(survey) == expected(survey, small(30, start=90))


def expected(survey: Survey, data: bytes) -> object:
    """What the file alone would bring."""
    with transaction.atomic():
        survey.imports.all().delete()
        take(survey, data)
        found = stored(survey)
        transaction.set_rollback(True)
    return found


def test_replacing_by_the_only_file_changes_nothing(survey: Survey, people: cast.Cast) -> None:
    take(survey, SAMPLE)
    surveys.evaluate(survey, by=people.sabine)
    before = everything()

    assert take(survey, SAMPLE, replace=True) == Imported(0, 0)
    assert everything() == before


def test_a_known_file_brings_back_what_another_ones_removal_took(survey: Survey, people: cast.Cast) -> None:
    take(survey, small(100))
    take(survey, small(130))
    survey_imports.discard_import(survey.imports.order_by("pk")[0], by=people.sabine)
    assert survey.answers.count() == 30

    assert take(survey, small(130)) == Imported(answers=100, addresses=0)

    assert [taken.answer_count for taken in survey.imports.all()] == [130]


def test_another_meaning_of_the_same_file_is_taken_in_by_replacing(survey: Survey) -> None:
    take(survey, SAMPLE)
    preview = survey_imports.inspect(survey, io.BytesIO(SAMPLE))
    proposed = survey_imports.propose(survey, preview)
    without_needs = Mapping({**proposed.meanings, "q5": Meaning(Role.IGNORE)})

    assert take(survey, SAMPLE, meaning=without_needs) == Imported(0, 0)
    assert take(survey, SAMPLE, meaning=without_needs, replace=True) == Imported(240, 0)
    assert {tuple(answer.needs) for answer in survey.answers.all()} == {()}


def test_a_broken_file_imports_nothing_and_says_row_column_and_what_is_wrong(survey: Survey) -> None:
    take(survey, small(10))
    before = everything()
    lines = as_csv(expanded(islice(persons(), 10, 200))).split(b"\r\n")
    lines[150] += b",,verrutscht"

    with pytest.raises(Refusal) as refusal:
        take(survey, b"\r\n".join(lines))

    assert refusal.value.code == "broken_file"
    assert refusal.value.sentence == "Aus dieser Datei wurde nichts übernommen."
    assert refusal.value.details["problems"]() == [
        "Zeile 151, Spalte BG: Hier steht eine Zelle zu viel: 59 statt 57."
    ]
    assert everything() == before


def test_a_field_that_nobody_knows_far_down_in_the_file_leaves_nothing_behind(survey: Survey) -> None:
    rows = (("Bildung und Sprache",),) * 700 + (("Verkehr",),)
    meaning = Mapping(
        {"q1": Meaning(Role.FIELDS, {"Bildung und Sprache": str(survey.process.fields.all()[0].pk)})}
    )
    before = everything()

    with pytest.raises(Refusal) as refusal:
        take(survey, looks.survey("Welche Handlungsfelder?", rows=rows), meaning=meaning)

    assert refusal.value.details["problems"]() == [
        "Spalte F („Welche Handlungsfelder?“): „Verkehr“ ist keinem Handlungsfeld zugeordnet."
    ]
    assert everything() == before


def test_new_answers_make_an_evaluation_out_of_date(survey: Survey) -> None:
    assert survey.gate_is_open(timezone.now())

    take(survey, SAMPLE)

    survey.refresh_from_db()
    assert not survey.is_evaluated
    assert not survey.gate_is_open(timezone.now())


def test_the_surveys_of_two_processes_do_not_mix(survey: Survey) -> None:
    other = builders.a_closed_survey(builders.a_process())
    builders.a_field(other.process, name=sample_field("Bildung und Sprache"))
    data = looks.survey("Welche Handlungsfelder?", rows=(("Bildung und Sprache",),))

    take(survey, data)

    assert take(other, data) == Imported(answers=1)
    keys = SurveyAnswer.objects.values_list("respondent_key", flat=True)
    assert len(set(keys)) == 2


def sample_field(name: str) -> dict[str, str]:
    return {"de": name}


def test_limesurvey_is_taken_in_as_limesurvey(survey: Survey) -> None:
    take(survey, as_csv(limesurvey(persons(), heads="full", full=True), separator=";", encoding="utf-8-sig"))
    assert survey.imports.get().source == "limesurvey"
    assert survey.answers.count() == 240


def test_an_import_can_be_removed_with_its_answers(survey: Survey, people: cast.Cast) -> None:
    take(survey, small(20))
    taken = survey.imports.get()

    survey_imports.discard_import(taken, by=people.sabine)

    assert (survey.answers.count(), survey.comments.count(), survey.imports.count()) == (0, 0, 0)


def test_an_import_asks_the_database_equally_often_for_3_and_for_40_answers(survey: Survey) -> None:
    asked = []
    for count in (3, 40):
        with CaptureQueriesContext(connection) as queries:
            take(survey, small(count, start=count))
        asked.append(len(queries))
    assert asked[0] == asked[1]
