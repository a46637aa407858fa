"""Proposed measures are adopted, declined or merged by staff, once and for good."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.ears import listening
from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    Goal,
    LocalisedText,
    Measure,
    ProposedMeasure,
    User,
    Workshop,
    localised,
)
from workshops.operations import measures, proposals

pytestmark = pytest.mark.django_db

NOW = timezone.now()

Status = ProposedMeasure.Status


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    past = timezone.now() - datetime.timedelta(hours=3)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=past)
    return builders.an_agenda_item(workshop)


@pytest.fixture
def proposal(item: AgendaItem) -> ProposedMeasure:
    return builders.a_proposal(item, title="Kurse am Abend", description="Mit Kinderbetreuung")


@pytest.fixture
def goal(people: cast.Cast) -> Goal:
    return builders.a_goal(builders.a_guideline(people.fields[0]))


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def test_adopting_makes_a_measure_under_the_goal_and_is_told(
    proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    with listening("proposal_decided") as heard:
        measure = proposals.adopt(proposal, goal=goal, reason="Oft gewünscht", by=sabine, now=NOW)
    assert heard == [("proposal_decided", {"proposal": proposal, "by": sabine})]
    kept = Measure.objects.get()
    assert (kept, kept.goal, kept.position, kept.title, kept.description, kept.status) == (
        measure,
        goal,
        1,
        {"de": "Kurse am Abend"},
        {"de": "Mit Kinderbetreuung"},
        Measure.Status.PLANNED,
    )
    assert (kept.adopted_at, kept.adopted_by) == (NOW, sabine)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.measure, proposal.decided_at, proposal.decided_by) == (
        Status.ADOPTED,
        measure,
        NOW,
        sabine,
    )
    assert proposal.decision_reason == "Oft gewünscht"


def test_a_measure_may_have_words_of_its_own_and_a_place(item: AgendaItem, goal: Goal, sabine: User) -> None:
    def adopt(title: str, position: int | None) -> Measure:
        return proposals.adopt(
            builders.a_proposal(item, description="Lang"),
            goal=goal,
            title=localised({"de": title, "en": title}),
            description=LocalisedText(),
            details={"responsible": " Hauptamt "},
            position=position,
            by=sabine,
        )

    made = [adopt(*each) for each in (("A", None), ("B", 99), ("C", 1), ("D", 2), ("E", 0))]
    assert [str(measure.title) for measure in goal.measures.order_by("position")] == list("ECDAB")
    assert list(goal.measures.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert (made[0].title, made[0].description, made[0].responsible) == (
        {"de": "A", "en": "A"},
        {},
        "Hauptamt",
    )


def test_what_is_decided_is_not_decided_again(
    item: AgendaItem, proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    stale = [
        ProposedMeasure.objects.select_related("item__workshop").get(pk=proposal.pk) for _each in range(3)
    ]
    proposals.adopt(proposal, goal=goal, by=sabine)
    with listening("proposal_decided") as heard:
        codes = [
            code_of(lambda: proposals.adopt(stale[0], goal=goal, by=sabine)),
            code_of(lambda: proposals.decline(stale[1], reason="Nein", by=sabine)),
            code_of(lambda: proposals.merge(stale[2], into=builders.a_proposal(item), by=sabine)),
        ]
    assert (codes, heard) == (["already_decided"] * 3, [])
    assert Measure.objects.count() == 1


def test_declining_needs_a_reason(proposal: ProposedMeasure, sabine: User) -> None:
    assert code_of(lambda: proposals.decline(proposal, reason=" \n", by=sabine)) == "no_reason"
    with listening("proposal_decided") as heard:
        proposals.decline(proposal, reason=" Gibt es schon. ", by=sabine, now=NOW)
    assert heard == [("proposal_decided", {"proposal": proposal, "by": sabine})]
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decision_reason, proposal.decided_at, proposal.decided_by) == (
        Status.DECLINED,
        "Gibt es schon.",
        NOW,
        sabine,
    )


def test_merging_keeps_the_origin_of_both(proposal: ProposedMeasure, people: cast.Cast, sabine: User) -> None:
    elsewhere = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[1])))
    other = builders.a_proposal(elsewhere)
    with listening("proposal_decided") as heard:
        proposals.merge(other, into=proposal, by=sabine, now=NOW)
    assert heard == [("proposal_decided", {"proposal": other, "by": sabine})]
    other.refresh_from_db()
    assert (other.status, other.merged_into, other.item, other.decided_at) == (
        Status.MERGED,
        proposal,
        elsewhere,
        NOW,
    )
    assert list(proposal.merged_proposals.all()) == [other]


def test_what_was_merged_goes_along_when_its_target_is_merged(
    proposal: ProposedMeasure, people: cast.Cast, goal: Goal
) -> None:
    sabine = people.sabine
    first = builders.a_workshop(builders.a_series(people.fields[1]))
    second = builders.a_workshop(builders.a_series(people.fields[2]))
    one, two = (builders.a_proposal(builders.an_agenda_item(workshop)) for workshop in (first, second))
    proposals.merge(one, into=two, by=sabine)
    proposals.merge(two, into=proposal, by=sabine)
    one.refresh_from_db()
    assert (one.merged_into, one.item.workshop) == (proposal, first)
    same = builders.a_proposal(proposal.item)
    proposals.merge(same, into=proposal, by=sabine)
    measure = proposals.adopt(proposal, goal=goal, by=sabine)
    assert measure.workshops == [proposal.item.workshop, first, second]


def test_what_cannot_be_merged_is_refused(
    item: AgendaItem, proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    declined, merged, adopted = (builders.a_proposal(item) for _each in range(3))
    proposals.decline(declined, reason="Nein", by=sabine)
    proposals.merge(merged, into=proposal, by=sabine)
    proposals.adopt(adopted, goal=goal, by=sabine)
    foreign = builders.a_proposal()

    def merge_into(into: ProposedMeasure) -> str:
        return code_of(lambda: proposals.merge(proposal, into=into, by=sabine))

    assert [merge_into(each) for each in (proposal, declined, merged, foreign)] == [
        "into_itself",
        "target_is_settled",
        "target_is_settled",
        "another_process",
    ]
    proposals.merge(proposal, into=adopted, by=sabine)


def test_a_goal_of_another_process_is_refused(proposal: ProposedMeasure, goal: Goal, sabine: User) -> None:
    foreign = builders.a_goal()
    assert code_of(lambda: proposals.adopt(proposal, goal=foreign, by=sabine)) == "goal_of_another_process"
    measure = builders.a_measure(goal)
    assert (
        code_of(
            lambda: measures.change_measure(
                measure,
                goal=foreign,
                title=measure.title,
                description=LocalisedText(),
                details={},
                seen=measures.edition(measure),
                by=sabine,
            )
        )
        == "goal_of_another_process"
    )


def test_a_goal_that_was_removed_meanwhile_is_refused(
    proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    Goal.objects.filter(pk=goal.pk).delete()
    assert code_of(lambda: proposals.adopt(proposal, goal=goal, by=sabine)) == "goal_removed"


def test_the_workshop_of_a_cancelled_series_keeps_its_proposals_decidable(
    proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    Workshop.objects.update(
        status=Workshop.Status.CANCELLED,
        cancelled_at=NOW,
        cancelled_by=sabine,
        cancellation_reason="Krankheit",
    )
    proposals.adopt(proposal, goal=goal, by=sabine)
    assert goal.measures.count() == 1
