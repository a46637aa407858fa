"""What staff and the worker do while series are planned, for the tests of these pages."""

import datetime

from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.models import PlanningRun, SurveyAnswer, SurveyImport, WorkshopSeries
from workshops.operations import series, timetables

PAGE = "/staff/integrationsplan/planning/"
# A Monday after the first town's survey; 3 October 2020 (Saturday) is a public holiday.
NOW = datetime.datetime(2020, 9, 7, 8, tzinfo=datetime.UTC)


def a_small_series(people: cast.Cast, index: int = 0, **changes: object) -> WorkshopSeries:
    """Three Tuesdays or Thursdays at 18:00 in four weeks of autumn."""
    values: dict[str, object] = {
        "workshop_count": 3,
        "weekdays": [1, 3],
        "start_times": ["18:00"],
        "first_on": datetime.date(2020, 9, 14),
        "last_on": datetime.date(2020, 10, 11),
        "min_gap_days": 5,
    }
    return builders.a_series(people.fields[index], **(values | changes))


def plan(people: cast.Cast) -> PlanningRun:
    """What the worker does after staff asked."""
    timetables.run_waiting(now=timezone.now())
    run = people.process.planning_runs.first()
    assert run is not None
    return run


def ask(staff: Client) -> str:
    return staff.post(f"{PAGE}request/", follow=True).text


def starts(people: cast.Cast) -> list[str]:
    drafts = series.drafts_of(people.process)
    return [draft.local_start.strftime("%a %d.%m. %H:%M") for draft in drafts]


def wish(people: cast.Cast, *, count: int, field: int, time: str) -> None:
    survey = people.process.survey
    taken, _ = SurveyImport.objects.get_or_create(
        survey=survey,
        digest="0",
        defaults={"source": "surveymonkey", "answer_count": 0, "imported_at": survey.closes_at},
    )
    for number in range(count):
        row = SurveyAnswer.objects.create(
            survey=survey,
            survey_import=taken,
            respondent_key=f"{field}{time}{number}",
            preferred_times=[time],
        )
        row.fields.set([people.fields[field]])
    survey.evaluation = {
        "answers": count,
        "fields": [{"field": people.fields[field].pk, "interest": count, "times": {time: count}}],
        "needs": {},
        "languages": {},
    }
    survey.save(update_fields=["evaluation"])
