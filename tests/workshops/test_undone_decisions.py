"""Decisions are kept for good, also those that are undone; what was merged comes back with its own."""

import contextlib
import datetime
import random
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    Goal,
    Measure,
    MeasureDetails,
    ProposalDecision,
    ProposedMeasure,
    User,
    localised,
)
from workshops.operations import decisions, measures, milestones, plan_versions, proposals

pytestmark = pytest.mark.django_db

NOW = timezone.now()
Status = ProposedMeasure.Status


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    return builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def fresh(proposal: ProposedMeasure) -> ProposedMeasure:
    return ProposedMeasure.objects.get(pk=proposal.pk)


def history(proposal: ProposedMeasure) -> list[tuple[str, str, ProposedMeasure | None, bool]]:
    return [
        (each.status, each.reason, each.into, each.undone_at is not None)
        for each in proposal.decisions.order_by("pk")
    ]


def test_what_was_merged_comes_back_with_all_that_hung_under_it(item: AgendaItem, sabine: User) -> None:
    root, middle, leaf, beside = (builders.a_proposal(item) for _each in range(4))
    proposals.merge(leaf, into=middle, by=sabine)
    proposals.merge(middle, into=root, reason="Dasselbe", by=sabine)
    proposals.merge(beside, into=root, by=sabine)
    assert {fresh(each).merged_into for each in (middle, leaf, beside)} == {root}
    decisions.unmerge(fresh(middle), by=sabine, now=NOW)
    assert [(fresh(each).status, fresh(each).merged_into) for each in (middle, leaf, beside)] == [
        (Status.PROPOSED, None),
        (Status.MERGED, middle),
        (Status.MERGED, root),
    ]
    assert history(middle) == [("merged", "Dasselbe", root, True)]
    undone = middle.decisions.get()
    assert (undone.undone_at, undone.undone_by) == (NOW, sabine)
    # The leaf comes out of it by itself; it can be merged anew.
    decisions.unmerge(fresh(leaf), by=sabine)
    proposals.merge(fresh(leaf), into=root, by=sabine)
    assert history(leaf) == [("merged", "", middle, True), ("merged", "", root, False)]
    assert code_of(lambda: decisions.unmerge(fresh(root), by=sabine)) == "not_merged"


def test_a_declined_proposal_is_reopened_and_decided_anew(item: AgendaItem, goal: Goal, sabine: User) -> None:
    proposal = builders.a_proposal(item)
    proposals.decline(proposal, reason="Kein Geld", by=sabine)
    decisions.reopen(fresh(proposal), by=sabine, now=NOW)
    assert (fresh(proposal).status, fresh(proposal).decision_reason) == (Status.PROPOSED, "")
    assert code_of(lambda: decisions.reopen(fresh(proposal), by=sabine)) == "not_decided"
    proposals.adopt(fresh(proposal), goal=goal, by=sabine)
    assert history(proposal) == [("declined", "Kein Geld", None, True), ("adopted", "", None, False)]


def test_adopting_is_undone_while_nothing_came_of_the_measure(
    item: AgendaItem, goal: Goal, sabine: User
) -> None:
    proposal, other = builders.a_proposal(item), builders.a_proposal(item)
    proposals.adopt(proposal, goal=goal, by=sabine)
    proposals.merge(other, into=proposal, by=sabine)
    decisions.reopen(fresh(proposal), by=sabine)
    assert (fresh(proposal).status, Measure.objects.count()) == (Status.PROPOSED, 0)
    assert fresh(other).merged_into == proposal


def test_a_measure_with_a_history_stays(item: AgendaItem, goal: Goal, sabine: User) -> None:
    adopted = [builders.a_proposal(item) for _each in range(4)]
    made = [proposals.adopt(each, goal=goal, by=sabine) for each in adopted]
    measures.set_status(made[0], status=Measure.Status.IN_PROGRESS, seen="planned", by=sabine)
    measures.report(made[1], note=localised("Es geht los."), by=sabine)
    milestones_on = timezone.localdate() + datetime.timedelta(days=9)
    milestones.add(made[2], on=milestones_on, title=localised("Beginn"), by=sabine)
    version = plan_versions.keep(goal.guideline.field.process, by=sabine)
    type(version).objects.update(adopted_on=timezone.localdate())
    codes = [code_of(lambda: decisions.reopen(fresh(each), by=sabine)) for each in adopted]  # noqa: B023
    assert (codes, Measure.objects.count()) == (["measure_has_history"] * 4, 4)


def test_the_measure_takes_the_details_of_its_proposal(item: AgendaItem, goal: Goal, sabine: User) -> None:
    details = {name: f"{name}!" for name in MeasureDetails.DETAILS}
    proposal = proposals.propose(item, title="Kurse", details=details, by=sabine)
    assert {name: getattr(proposal, name) for name in details} == details
    measure = proposals.adopt(proposal, goal=goal, details={"cost": " 5 Euro "}, by=sabine)
    assert {name: getattr(measure, name) for name in details} == {**details, "cost": "5 Euro"}


def test_one_decision_is_in_force(item: AgendaItem, sabine: User) -> None:
    proposal = builders.a_proposal(item)
    proposals.decline(proposal, reason="Nein", by=sabine)
    with pytest.raises(IntegrityError, match="proposal"), transaction.atomic():
        ProposalDecision.objects.create(
            proposal=proposal, status="declined", decided_at=NOW, decided_by=sabine
        )


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_and_undone_the_trees_hold(
    item: AgendaItem, goal: Goal, sabine: User, seed: int
) -> None:
    """Random sequences; a refusal changes nothing, and after each step what must be true is."""
    chance = random.Random(seed)
    pks = [builders.a_proposal(item).pk for _each in range(6)]
    acts: list[Callable[[ProposedMeasure, ProposedMeasure], object]] = [
        lambda one, other: proposals.merge(one, into=other, by=sabine),
        lambda one, other: proposals.merge(one, into=other, by=sabine),
        lambda one, _other: decisions.unmerge(one, by=sabine),
        lambda one, _other: decisions.reopen(one, by=sabine),
        lambda one, _other: proposals.decline(one, reason="Nein", by=sabine),
        lambda one, _other: proposals.adopt(one, goal=goal, by=sabine),
    ]
    for _step in range(25):
        one, other = (ProposedMeasure.objects.get(pk=chance.choice(pks)) for _each in range(2))
        with contextlib.suppress(Refusal):
            chance.choice(acts)(one, other)
        _assert_the_trees_hold(pks)


def _assert_the_trees_hold(pks: list[int]) -> None:
    rows = ProposedMeasure.objects.in_bulk(pks)
    assert len(rows) == len(pks)
    for row in rows.values():
        in_force = list(row.decisions.filter(undone_at=None))
        assert [each.status for each in in_force] == ([row.status] if row.is_decided else [])
        if row.status == Status.MERGED:
            assert row.merged_by_hand_into_id is not None
            above, steps = rows[row.merged_by_hand_into_id], 0
            while above.merged_by_hand_into_id is not None:
                above, steps = rows[above.merged_by_hand_into_id], steps + 1
                assert steps < len(rows)
            assert (row.merged_into_id, above.status != Status.MERGED) == (above.pk, True)
            assert in_force[0].into_id == row.merged_by_hand_into_id


def test_merging_into_what_was_taken_back_meanwhile_is_refused(people: cast.Cast) -> None:
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    one, other = builders.a_proposal(item), builders.a_proposal(item)
    proposals.withdraw(ProposedMeasure.objects.get(pk=other.pk), by=people.murat)
    with pytest.raises(Refusal) as refused:
        proposals.merge(one, into=other, by=people.sabine)
    assert refused.value.code == "withdrawn"
