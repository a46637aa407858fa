"""Of the survey's answers only what counts is kept, and of its comments what a proposal takes up."""

import datetime
import io
from zoneinfo import ZoneInfo

import pytest

from tests import builders, cast
from tests.workshops.survey_import import looks
from tests.workshops.survey_import.sample_survey import as_csv, expanded
from tests.workshops.survey_import.sample_survey import people as persons
from workshops.errors import Refusal
from workshops.models import DeletionRecord, Survey, SurveyImport
from workshops.operations import periods, retention, survey_imports, surveys
from workshops.retention import Rule, begin_of_next_day
from workshops.survey_import.mapping import Mapping, Meaning, Role

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
EVENING = datetime.datetime(2026, 3, 5, 18, tzinfo=BERLIN)
EXPORT = as_csv(expanded(persons()))


def midnight(days: int, after: datetime.datetime = EVENING) -> datetime.datetime:
    return begin_of_next_day(after + days * DAY, BERLIN)


@pytest.fixture
def survey(people: cast.Cast) -> Survey:
    """Answered and evaluated; its only workshop is on that evening."""
    survey = people.process.survey
    Survey.objects.update(opens_at=EVENING - 60 * DAY, closes_at=EVENING - 30 * DAY)
    survey.refresh_from_db()
    survey_imports.import_answers(survey, io.BytesIO(EXPORT), by=people.sabine, now=EVENING - 29 * DAY)
    surveys.evaluate(survey, by=people.sabine, now=EVENING - 29 * DAY)
    builders.a_workshop(builders.a_series(people.fields[0]), starts_at=EVENING)
    return survey


def personal(survey: Survey) -> list[int]:
    """How many answers have a key, needs, languages; how many comments there are."""
    answers = list(survey.answers.all())
    said = [
        [bool(getattr(each, name)) for each in answers] for name in ("respondent_key", "needs", "languages")
    ]
    return [*map(sum, said), survey.comments.count()]


def test_half_a_year_after_the_last_workshop_keys_needs_languages_and_comments_go(
    survey: Survey, people: cast.Cast
) -> None:
    origin = survey.comments.order_by("pk")[0]
    item = builders.an_agenda_item(people.fields[0].series.workshops.get())
    proposal = builders.a_proposal(item)
    proposal.survey_comments.add(origin)
    before, evaluation = personal(survey), survey.evaluation
    demand, answers, comments = (
        surveys.demand(people.process),
        survey.answers.count(),
        survey.comments.count(),
    )
    assert min(before) > 0

    retention.run(now=midnight(180) - MINUTE)
    assert personal(survey) == before
    done = retention.run(now=midnight(180))
    assert personal(survey) == [0, 0, 0, 1]

    # What stays: the numbers, what planning asks for, and where a proposal comes from.
    survey.refresh_from_db()
    assert survey.evaluation == evaluation
    assert surveys.demand(people.process) == demand
    assert [each.text for each in proposal.survey_comments.all()] == [origin.text]
    assert done[Rule.SURVEY] == answers + comments - 1
    assert list(DeletionRecord.objects.filter(rule="survey").values_list("days", "count")) == [
        (180, answers + comments - 1)
    ]
    assert Rule.SURVEY not in retention.run(now=midnight(181))


def test_another_workshop_keeps_them(survey: Survey, people: cast.Cast) -> None:
    before = personal(survey)
    series = people.fields[0].series
    builders.a_workshop(series, starts_at=EVENING + 100 * DAY)
    retention.run(now=midnight(180))
    assert personal(survey) == before
    retention.run(now=midnight(280))
    assert personal(survey) == [0, 0, 0, 0]


def test_without_any_workshop_the_survey_s_end_counts(people: cast.Cast, survey: Survey) -> None:
    people.fields[0].series.workshops.all().delete()
    periods.change(people.process, days={Rule.SURVEY: 30}, by=people.sabine)
    before, end = personal(survey), midnight(30, survey.closes_at)
    retention.run(now=end - MINUTE)
    assert personal(survey) == before
    retention.run(now=end)
    assert personal(survey) == [0, 0, 0, 0]


def test_nobody_is_counted_twice_and_no_need_as_none_afterwards(survey: Survey, people: cast.Cast) -> None:
    retention.run(now=midnight(180))
    count, later = survey.answers.count(), midnight(181)
    with pytest.raises(Refusal, match="forgotten"):
        survey_imports.import_answers(survey, io.BytesIO(EXPORT), by=people.sabine, now=later)
    with pytest.raises(Refusal, match="forgotten"):
        surveys.evaluate(survey, by=people.sabine, now=later)
    survey.refresh_from_db()
    assert (survey.answers.count(), survey.is_evaluated) == (count, True)

    # In their place, the same answers are taken in, evaluated, and forgotten by the next sweep.
    survey_imports.import_answers(survey, io.BytesIO(EXPORT), by=people.sabine, replace=True, now=later)
    assert (survey.answers.count(), survey.answers.exclude(respondent_key="").count()) == (count, count)
    surveys.evaluate(survey, by=people.sabine, now=later)
    retention.run(now=later)
    assert personal(survey) == [0, 0, 0, 0]


OWN_WORDS = ("Rollstuhl wegen MS, wie Frau Haddad", "Rampe für meinen Sohn Karim")


def test_of_people_s_own_words_among_the_options_nothing_stays(survey: Survey, people: cast.Cast) -> None:
    """Who wrote something instead of ticking it: a label that means nothing, or one that staff understood."""
    nothing, understood = OWN_WORDS
    rows = tuple(
        ("Bildung und Sprache", need) for need in ("Dolmetschen", nothing, understood) for _one in range(9)
    )
    data = io.BytesIO(looks.survey("Welche Handlungsfelder?", "Was brauchen Sie?", rows=rows))
    meaning = Mapping(
        {
            "q1": Meaning(Role.FIELDS, {"Bildung und Sprache": str(people.fields[0].pk)}),
            "q2": Meaning(Role.NEEDS, {"Dolmetschen": "interpretation", nothing: "", understood: "other"}),
        }
    )
    brought = survey_imports.import_answers(
        survey, data, by=people.sabine, meaning=meaning, now=EVENING - 20 * DAY
    )
    assert brought.answers > 0
    taken = survey.imports.latest("pk")
    assert taken.mapping["q2"] == {
        "role": "needs",
        "targets": {"Dolmetschen": "interpretation", understood: "other"},
    }
    # It is known again all the same, by the whole of its meaning.
    assert survey_imports.import_answers(survey, data, by=people.sabine, meaning=meaning).answers == 0
    assert survey.imports.latest("pk") == taken

    # As it was kept before.
    SurveyImport.objects.filter(pk=taken.pk).update(mapping=meaning.as_json())
    retention.run(now=midnight(180) - MINUTE)
    taken.refresh_from_db()
    assert taken.mapping == meaning.as_json()
    retention.run(now=midnight(180))
    taken.refresh_from_db()
    assert taken.mapping == {"q1": {"role": "fields", "targets": {}}, "q2": {"role": "needs", "targets": {}}}
