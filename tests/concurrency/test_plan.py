"""Many put the plan in order and keep versions of it at the same moment, on a real PostgreSQL."""

import contextlib
import threading

import pytest
from django.db import IntegrityError, transaction

from tests import builders
from tests.concurrency.crowds import all_at_once, tally
from workshops.errors import Refusal
from workshops.models import Goal, Measure, ParticipationProcess, PlanVersion
from workshops.operations import arranging, ordering, plan_versions

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def a_goal_in(process: ParticipationProcess) -> Goal:
    return builders.a_goal(builders.a_guideline(builders.a_field(process)))


def test_of_many_who_keep_the_same_plan_one_gets_a_version() -> None:
    process = builders.a_process()
    builders.a_measure(a_goal_in(process))
    by = builders.a_staff_member()

    def keep(_number: int) -> str:
        try:
            return f"version {plan_versions.keep(process, by=by).number}"
        except Refusal as refusal:
            return refusal.code

    assert tally(all_at_once(keep, range(8), threads=8)) == {"version 1": 1, "nothing_new": 7}


def test_a_version_is_one_moment_whatever_moves_meanwhile() -> None:
    process = builders.a_process()
    here, there = a_goal_in(process), a_goal_in(process)
    measure = builders.a_measure(here)
    by = builders.a_staff_member()

    def act(number: int) -> None:
        if number % 2:
            mine = Measure.objects.get(pk=measure.pk)
            arranging.file_measure(mine, under=there if mine.goal_id == here.pk else here, by=by)
            return
        try:
            plan_versions.keep(process, by=by)
        except Refusal as refusal:
            assert refusal.code == "nothing_new"

    all_at_once(act, range(40), threads=4)
    kept = [list(plan_versions.read(version).measures) for version in PlanVersion.objects.all()]
    assert kept
    assert [[each.id for each in measures] for measures in kept] == [[measure.pk]] * len(kept)


def test_many_who_file_and_place_measures_leave_a_place_for_each() -> None:
    process = builders.a_process()
    here, there = a_goal_in(process), a_goal_in(process)
    by = builders.a_staff_member()
    pks = [builders.a_measure(here, adopted_by=by).pk for _each in range(12)]

    def act(number: int) -> None:
        mine = Measure.objects.get(pk=pks[number % 12])
        if number < 12:
            arranging.file_measure(mine, under=there, by=by)
        else:
            # Filed under the other goal meanwhile: that is said, and nothing moves.
            with contextlib.suppress(Refusal):
                arranging.place_measure(mine, position=number % 5 + 1, by=by)

    all_at_once(act, range(24), threads=8)
    assert here.measures.count() == 0
    assert sorted(there.measures.values_list("position", flat=True)) == list(range(1, 13))


def test_without_the_lock_two_measures_want_the_same_place() -> None:
    """The control: both look for the last place, then both take it."""
    process = builders.a_process()
    here, there = a_goal_in(process), a_goal_in(process)
    by = builders.a_staff_member()
    pks = [builders.a_measure(here, adopted_by=by).pk for _each in range(2)]
    both_have_looked = threading.Barrier(2)

    def file(pk: int) -> str:
        mine = Measure.objects.get(pk=pk)
        try:
            with transaction.atomic():
                mine.position = ordering.next_position(there.measures.all())
                both_have_looked.wait(30)
                mine.goal = there
                mine.save(update_fields=["goal", "position"])
        except IntegrityError:
            return "taken"
        return "filed"

    assert tally(all_at_once(file, pks, threads=2)) == {"filed": 1, "taken": 1}
