"""The search for a timetable, in the worker: claim a run, plan, write the drafts.

Only `tasks.py` and management commands import this: it loads the solver.
"""

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, PlanningRun, User, Workshop, WorkshopSeries
from workshops.operations.guards import require_open_gate
from workshops.operations.planning_problem import problem_of
from workshops.operations.rooms import keep_code_unique
from workshops.planning.cpsat import Stopped
from workshops.planning.outcome import FIELD_RULES, BrokenRule, Conflict, Outcome, Rule, Status
from workshops.planning.plan import Effort, plan
from workshops.planning.problem import Placement, Problem, moment
from workshops.planning.rooms import rooms_in_question, seats_needed

logger = logging.getLogger(__name__)

# Longer than any search: whoever claimed a run before is gone.
CLAIM_LASTS = datetime.timedelta(minutes=20)


def run_waiting(
    *,
    now: datetime.datetime,
    effort: Effort | None = None,
    is_stopping: Callable[[], bool] | None = None,
) -> int:
    """One sweep: every run that waits, or whose worker died. Returns how many were worked on.

    When `is_stopping` says yes, the run in hand waits for the next worker.
    """
    worked = 0
    due = PlanningRun.objects.filter(finished_at__isnull=True).order_by("pk")
    for run in due:
        if is_stopping is not None and is_stopping():
            break
        if claim(run, now=now):
            run_planning(run, now=now, effort=effort, is_stopping=is_stopping)
            worked += 1
    return worked


def claim(run: PlanningRun, *, now: datetime.datetime) -> bool:
    """Take the run, so that no other worker does; False if another one has it."""
    waiting = PlanningRun.objects.filter(pk=run.pk, status=PlanningRun.Status.WAITING)
    abandoned = PlanningRun.objects.filter(
        pk=run.pk, status=PlanningRun.Status.RUNNING, started_at__lte=now - CLAIM_LASTS
    )
    taken = {"status": PlanningRun.Status.RUNNING, "started_at": now, "progress": 0}
    if not (waiting.update(**taken) or abandoned.update(**taken)):
        return False
    run.refresh_from_db()
    return True


def run_planning(
    run: PlanningRun,
    *,
    now: datetime.datetime | None = None,
    effort: Effort | None = None,
    progress: Callable[[int], None] | None = None,
    is_stopping: Callable[[], bool] | None = None,
) -> None:
    """For a claimed run: search a timetable, write it as drafts around the pinned ones, or why there is none.

    `progress` hears percent, beside the row. A mistake of ours ends the run as failed, and is raised.
    """
    now = now or timezone.now()
    process = run.process
    today = now.astimezone(process.zone).date()

    def tell(percent: int) -> None:
        # 100 is for the finished run only.
        _claimed(run).update(progress=min(percent, 99))
        if progress is not None:
            progress(percent)

    try:
        problem = problem_of(process, today=today)
        outcome = plan(problem, effort=effort, progress=tell, is_stopping=is_stopping)
        _finish(run, problem, outcome, today=today, now=now)
    except Stopped:
        # Nothing was written: it begins anew in the next worker, which needn't wait for our claim to run out.
        _claimed(run).update(status=PlanningRun.Status.WAITING, started_at=None, progress=0)
    except Exception:
        if _still_ours(run):
            _end(run, PlanningRun.Status.FAILED, {"status": "error"})
        logger.exception("planning run %s failed", run.pk)
        raise


@transaction.atomic
def _finish(
    run: PlanningRun, problem: Problem, outcome: Outcome, *, today: datetime.date, now: datetime.datetime
) -> None:
    """Write the drafts, unless the run was taken from us or what was planned for has changed meanwhile."""
    # The survey comes first in the order of locks.
    is_gate_open = _is_gate_open(run.process, now=now)
    process = ParticipationProcess.objects.select_for_update(no_key=True).get(pk=run.process_id)
    # Staff stopped it, or our claim ran out and another worker took it: nothing is ours to write.
    if not _still_ours(run):
        return
    series = {
        str(one.field_id): one
        for one in WorkshopSeries.objects.select_for_update(of=("self",))
        .filter(field__process=process)
        .order_by("pk")
    }
    # A draft that is pinned or moved at this moment waits, and we see it as it then is.
    list(Workshop.objects.of_process(process).drafts().select_for_update(of=("self",)).order_by("pk"))
    if not is_gate_open:
        _end(run, PlanningRun.Status.FAILED, {"status": "gate_shut"})
    elif problem_of(process, today=today) != problem:
        _end(run, PlanningRun.Status.FAILED, {"status": "changed"})
    elif outcome.status in (Status.OPTIMAL, Status.GOOD):
        _write(process, series, outcome.placements, now=now)
        _end(run, PlanningRun.Status.DONE, as_json(problem, outcome))
    else:
        _end(run, PlanningRun.Status.IMPOSSIBLE, as_json(problem, outcome))


def _write(
    process: ParticipationProcess,
    series: dict[str, WorkshopSeries],
    placements: tuple[Placement, ...],
    *,
    now: datetime.datetime,
) -> None:
    Workshop.objects.of_process(process).drafts().filter(is_pinned=False).delete()
    rooms = process.rooms.in_use().select_for_update(of=("self",)).in_bulk()
    users = {str(user.pk): user for user in User.objects.filter(moderator_profiles__process=process)}
    taken: dict[int, set[int]] = {}
    for pk, number in Workshop.objects.of_process(process).values_list("series_id", "number"):
        taken.setdefault(pk, set()).add(number)
    for one in placements:
        leading = [users[key] for key in one.moderators]
        room = rooms.get(int(one.room)) if one.room.isdecimal() else None
        if one.pin is not None:
            pinned = Workshop.objects.get(pk=one.pin)
            pinned.moderators.set(leading)
            if room is not None and room.pk != pinned.room_id:
                # Its own was none, or taken by what is already published.
                pinned.room = room
                pinned.save(update_fields=["room", *keep_code_unique(pinned, room)])
            continue
        mine = series[one.field]
        numbers = taken.setdefault(mine.pk, set())
        number = next(n for n in range(1, len(numbers) + 2) if n not in numbers)
        numbers.add(number)
        starts_at = moment(process.time_zone, one.day, one.start).astimezone(datetime.UTC)
        workshop = Workshop(
            series=mine,
            number=number,
            starts_at=starts_at,
            ends_at=starts_at + datetime.timedelta(minutes=one.duration_minutes),
            capacity=mine.capacity,
            waiting_capacity=mine.waiting_capacity,
            room=room,
            changed_at=now,
        )
        if room is not None:
            keep_code_unique(workshop, room)
        workshop.save()
        workshop.moderators.set(leading)


def _claimed(run: PlanningRun) -> QuerySet[PlanningRun]:
    return PlanningRun.objects.filter(pk=run.pk, status=PlanningRun.Status.RUNNING, started_at=run.started_at)


def _still_ours(run: PlanningRun) -> bool:
    return _claimed(run).exists()


def _is_gate_open(process: ParticipationProcess, *, now: datetime.datetime) -> bool:
    try:
        require_open_gate(process, now=now)
    except Refusal:
        return False
    return True


def _end(run: PlanningRun, status: str, outcome: dict[str, Any]) -> None:
    run.status = status
    run.outcome = outcome
    run.finished_at = timezone.now()
    run.progress = 100
    run.save(update_fields=["status", "outcome", "finished_at", "progress"])


def as_json(problem: Problem, outcome: Outcome) -> dict[str, Any]:
    """What the page says of the run; `workshops.planning.outcome` explains codes and arguments.

    `missed`: mean percent of the interested who can't come to a workshop; `load`: the fewest and the
    most workshops of a moderator.
    """
    result: dict[str, Any] = {"status": outcome.status.value}
    if outcome.score is not None:
        led = [sum(one.key in place.moderators for place in outcome.placements) for one in problem.moderators]
        result |= {
            "placed": len(outcome.placements),
            "missed": round(outcome.score.preference / max(len(outcome.placements), 1)),
            "has_wishes": any(field.demand for field in problem.fields),
            "audience": outcome.score.audience,
            "load": [min(led, default=0), max(led, default=0)],
            "gap_percent": outcome.gap_percent,
        }
    result["conflicts"] = [_conflict(problem, one) for one in outcome.conflicts]
    result["unplaced"] = [list(one) for one in outcome.unplaced]
    return result


def _conflict(problem: Problem, conflict: Conflict) -> dict[str, Any]:
    return {
        "rules": [_rule(problem, one, conflict) for one in conflict.rules],
        "needed": conflict.needed,
        "available": conflict.available,
        "suggestions": [
            {
                "way": one.way.value,
                "subject": one.subject,
                "number": one.number,
                "day": one.day.isoformat() if one.day else None,
                "start": one.start.isoformat("minutes") if one.start else None,
                "moderator": one.moderator,
                "seats": one.seats,
            }
            for one in conflict.suggestions
        ],
    }


def _rule(problem: Problem, broken: BrokenRule, conflict: Conflict) -> dict[str, Any]:
    """With its values of that moment: the series may be changed later."""
    told: dict[str, Any] = {"rule": broken.rule.value, "subject": broken.subject}
    if broken.rule is Rule.ROOMS:
        told["number"], told["seats"] = rooms_in_question(problem, conflict.rules)
    if broken.rule in (Rule.PIN, Rule.SECOND_ROOM):
        pin = problem.pin_by_key[broken.subject]
        told |= {"field": pin.field, "day": pin.day.isoformat(), "start": pin.start.isoformat("minutes")}
        told["rooms"] = list(pin.second_rooms)
    field = problem.field_by_key.get(broken.subject)
    if field is None or broken.rule not in FIELD_RULES:
        return told
    return told | {
        "count": field.count,
        "weekdays": sorted(field.weekdays),
        "starts": [start.isoformat("minutes") for start in field.starts],
        "first": field.first_day.isoformat(),
        "last": field.last_day.isoformat(),
        "gap": field.min_gap_days,
        "moderators": field.moderators_needed,
        "languages": sorted(field.languages),
        "seats": seats_needed(problem, field.key),
    }
