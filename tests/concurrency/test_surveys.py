"""The survey on a real PostgreSQL: taken in once, its closing told once."""

import datetime
import io
import threading

import pytest

from tests import builders, cast
from tests.concurrency.crowds import all_at_once
from tests.workshops.survey_import import sample_survey
from workshops.models import Participant, Survey, SurveyImport
from workshops.operations import survey_imports, surveys
from workshops.operations.survey_imports import Imported

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

NOW = builders.SURVEY_CLOSED_AT + datetime.timedelta(days=1)
CROWD = 8


def test_a_file_taken_in_by_several_at_once_is_taken_in_once() -> None:
    process = cast.gather().process
    data = sample_survey.SAMPLE.read_bytes()
    known = Participant.objects.count()

    def take(_number: int) -> Imported:
        survey = Survey.objects.get(process=process)
        return survey_imports.import_answers(survey, io.BytesIO(data), by=None)

    done = all_at_once(take, range(4), threads=4)

    assert sorted(done, key=lambda one: one.answers) == [Imported(0, 0)] * 3 + [Imported(240, 129)]
    assert [taken.answer_count for taken in SurveyImport.objects.all()] == [240]
    assert Participant.objects.count() == known + 129


def test_a_closing_is_told_once_however_many_sweeps_run() -> None:
    builders.a_closed_survey(builders.a_process())

    told = all_at_once(lambda _number: surveys.announce_closed(now=NOW), range(CROWD), threads=CROWD)

    assert sorted(told) == [0] * (CROWD - 1) + [1]


def test_control_looking_before_locking_tells_it_many_times() -> None:
    """What the second look under the lock is for."""
    survey = builders.a_closed_survey(builders.a_process())
    looked = threading.Barrier(CROWD)

    def careless(_number: int) -> int:
        due = Survey.objects.closed(NOW).closing_not_announced().filter(pk=survey.pk)
        is_due = due.exists()
        looked.wait(30)
        if is_due:
            Survey.objects.filter(pk=survey.pk).update(closing_announced_at=NOW)
        return int(is_due)

    assert all_at_once(careless, range(CROWD), threads=CROWD) == [1] * CROWD
