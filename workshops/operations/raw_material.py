"""What workshops and minutes are made from, answers of the survey and recordings: gone by its period.

The deadlines are those of `deadlines`; `retention.run` calls both sweeps.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q

from workshops.conferencing.protocol import ProviderError
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Recording, Survey
from workshops.operations import deadlines, deletions, recordings, survey_origins
from workshops.operations.deadlines import Facts
from workshops.retention import Rule
from workshops.survey_import import mapping

logger = logging.getLogger(__name__)


@transaction.atomic
def forget_survey(process: ParticipationProcess, facts: Facts, *, now: datetime.datetime) -> int:
    """What could tell whose an answer is, and words that led to nothing; fields, times and the evaluation
    stay. Under the survey's lock, so that no import or evaluation sees half of it."""
    survey = Survey.objects.select_for_update().filter(process=process).first()
    if survey is None or deadlines.survey_kept_until(survey, facts) > now:
        return 0
    said = ~Q(respondent_key="") | ~Q(needs=[]) | ~Q(languages=[])
    count = survey.answers.filter(said).update(respondent_key="", needs=[], languages=[])
    count += survey_origins.forget_unused(survey)
    # Labels are people's own words, where a question left room for them.
    for taken in survey.imports.all():
        left = mapping.without_labels(taken.mapping)
        if left != taken.mapping:
            taken.mapping = left
            taken.save(update_fields=["mapping"])
    deletions.record(process, Rule.SURVEY, count, now=now, days=facts.days[Rule.SURVEY])
    return count


def forget_recordings(
    process: ParticipationProcess, facts: Facts, *, now: datetime.datetime, is_stopping: Callable[[], bool]
) -> Counter[Rule]:
    """At their provider, each by itself. One that can't be deleted now is tried again by the next sweep."""
    done = Counter[Rule]()
    # A server that fails is not asked for each of its recordings.
    silent: set[int] = set()
    for recording in _of(process):
        rule, until = deadlines.recording_kept_until(recording, facts)
        room = recording.meeting.room_id
        if until > now or room in silent:
            continue
        if is_stopping():
            break
        try:
            done[rule] += _forget(recording, rule, facts, now=now)
        except ProviderError:
            # Noted at its meeting, where staff see it.
            silent.add(room)
        except Refusal as refusal:
            # Staff are at it, or were quicker.
            logger.info("recording %s is left for now: %s", recording.pk, refusal.code)
        except Exception as error:
            # As `recordings.tend`: a mistake of ours holds up no other, and its words may name an address.
            logger.error("recording %s: %s", recording.pk, type(error).__name__)
    return done


def _of(process: ParticipationProcess) -> list[Recording]:
    return list(
        Recording.objects.filter(
            meeting__workshop__series__field__process=process,
            meeting__room__retired_at__isnull=True,
            deleted_at__isnull=True,
        )
        .select_related(
            "meeting__room",
            "meeting__channel",
            "meeting__workshop__series__field__process",
            "meeting__workshop__minutes",
        )
        .order_by("pk")
    )


def _forget(recording: Recording, rule: Rule, facts: Facts, *, now: datetime.datetime) -> bool:
    process = recording.meeting.workshop.process
    return recordings.delete_by_period(
        recording,
        is_due=lambda found: deadlines.recording_kept_until(found, facts)[1] <= now,
        record=lambda: deletions.record(process, rule, 1, now=now, days=facts.days[rule]),
        now=now,
    )
