"""From a proposal under an agenda item to a measure of the plan."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests import builders, cast
from tests.workshops.ears import listening
from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    LocalisedText,
    Measure,
    Minutes,
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
def people() -> cast.Cast:
    return cast.gather()


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


# --- capture --------------------------------------------------------------------------------------


def test_a_proposal_is_captured_with_its_origin(item: AgendaItem, people: cast.Cast) -> None:
    made = proposals.propose(
        item, title=" Kurse \n am Abend", description="Zeile\r\n zwei ", by=people.murat, now=NOW
    )
    kept = ProposedMeasure.objects.get()
    assert (kept, kept.item, kept.title, kept.description, kept.created_by, kept.created_at, kept.status) == (
        made,
        item,
        "Kurse am Abend",
        "Zeile\n zwei",
        people.murat,
        NOW,
        Status.PROPOSED,
    )


def test_capturing_the_same_twice_is_once(item: AgendaItem, sabine: User) -> None:
    made = [proposals.propose(item, title="Kurse", description=text, by=sabine) for text in ("", "", "mehr")]
    assert made[0] == made[1] != made[2]
    assert ProposedMeasure.objects.count() == 2


def test_nothing_is_captured_without_title_or_after_publication(
    item: AgendaItem, proposal: ProposedMeasure, sabine: User
) -> None:
    assert code_of(lambda: proposals.propose(item, title=" ", by=sabine)) == "no_title"
    Minutes.objects.create(
        workshop=item.workshop, status=Minutes.Status.PUBLISHED, published_at=NOW, published_by=sabine
    )
    actions: list[Callable[[], object]] = [
        lambda: proposals.propose(item, title="Neu", by=sabine),
        lambda: _change(proposal, title="Anders", by=sabine),
        lambda: proposals.withdraw(proposal, by=sabine),
    ]
    assert [code_of(action) for action in actions] == ["minutes_published"] * 3
    assert list(ProposedMeasure.objects.values_list("title", flat=True)) == ["Kurse am Abend"]


def _change(proposal: ProposedMeasure, **fields: Any) -> None:
    fields.setdefault("title", proposal.title)
    fields.setdefault("description", proposal.description)
    fields.setdefault("seen_title", proposal.title)
    fields.setdefault("seen_description", proposal.description)
    proposals.change(proposal, **fields)


def test_a_proposal_changes_its_words_while_undecided(proposal: ProposedMeasure, sabine: User) -> None:
    _change(proposal, title="Kurse am Morgen", by=sabine)
    proposal.refresh_from_db()
    assert (proposal.title, proposal.description) == ("Kurse am Morgen", "Mit Kinderbetreuung")
    proposals.decline(proposal, reason="Gibt es schon.", by=sabine)
    assert code_of(lambda: _change(proposal, title="Anders", by=sabine)) == "already_decided"
    assert code_of(lambda: proposals.withdraw(proposal, by=sabine)) == "already_decided"


def test_a_change_over_words_that_one_has_not_seen_is_refused_with_both(
    proposal: ProposedMeasure, sabine: User
) -> None:
    _change(proposal, description="Mit Betreuung und Tee", by=sabine)
    with pytest.raises(Refusal) as excinfo:
        _change(proposal, title="Anders", seen_description="Mit Kinderbetreuung", by=sabine)
    assert (excinfo.value.code, excinfo.value.details) == (
        "edited_meanwhile",
        {"title": "Kurse am Abend", "description": "Mit Betreuung und Tee"},
    )


def test_a_proposal_is_withdrawn_unless_another_went_into_it(
    item: AgendaItem, proposal: ProposedMeasure, sabine: User
) -> None:
    other = builders.a_proposal(item)
    proposals.merge(other, into=proposal, by=sabine)
    assert code_of(lambda: proposals.withdraw(proposal, by=sabine)) == "others_went_into_it"
    lone = builders.a_proposal(item)
    same = ProposedMeasure.objects.select_related("item__workshop").get(pk=lone.pk)
    proposals.withdraw(lone, by=sabine)
    assert code_of(lambda: proposals.withdraw(same, by=sabine)) == "withdrawn"
    assert set(ProposedMeasure.objects.all()) == {proposal, other}


# --- decide ---------------------------------------------------------------------------------------


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
            responsible=" Hauptamt ",
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
                responsible="",
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


# --- the plan -------------------------------------------------------------------------------------


def test_guidelines_and_goals_are_added_renamed_and_ordered(people: cast.Cast, sabine: User) -> None:
    field = people.fields[0]
    one, two = (measures.add_guideline(field, text=localised(text), by=sabine) for text in "AB")
    measures.change_guideline(one, text=localised({"de": " Alle lernen ", "en": ""}), by=sabine)
    measures.move_guideline(two, up=True, by=sabine)
    assert [(each.position, each.text) for each in field.guidelines.order_by("position")] == [
        (1, {"de": "B"}),
        (2, {"de": "Alle lernen"}),
    ]
    goals = [measures.add_goal(one, text=localised(text), by=sabine) for text in "XYZ"]
    measures.move_goal(goals[0], up=False, by=sabine)
    measures.change_goal(goals[2], text=localised("Ziel"), by=sabine)
    assert [(each.position, str(each.text)) for each in one.goals.order_by("position")] == [
        (1, "Y"),
        (2, "X"),
        (3, "Ziel"),
    ]


def test_a_text_of_the_plan_is_never_empty(goal: Goal, people: cast.Cast, sabine: User) -> None:
    empty = localised({"de": " ", "en": ""})
    actions: list[Callable[[], object]] = [
        lambda: measures.add_guideline(people.fields[0], text=empty, by=sabine),
        lambda: measures.change_guideline(goal.guideline, text=empty, by=sabine),
        lambda: measures.add_goal(goal.guideline, text=empty, by=sabine),
        lambda: measures.change_goal(goal, text=empty, by=sabine),
    ]
    assert [code_of(action) for action in actions] == ["no_text"] * 4


def test_only_what_is_empty_is_removed(goal: Goal, sabine: User) -> None:
    measure = builders.a_measure(goal)
    assert code_of(lambda: measures.remove_guideline(goal.guideline, by=sabine)) == "not_empty"
    assert code_of(lambda: measures.remove_goal(goal, by=sabine)) == "not_empty"
    measure.delete()
    measures.remove_goal(goal, by=sabine)
    measures.remove_guideline(goal.guideline, by=sabine)
    assert not Guideline.objects.exists()


def test_what_was_removed_meanwhile_is_refused(goal: Goal, sabine: User) -> None:
    measure, other = builders.a_measure(goal), builders.a_goal(goal.guideline)
    guideline = goal.guideline
    words = {"title": measure.title, "description": LocalisedText(), "responsible": "", "by": sabine}
    there = builders.a_goal(builders.a_guideline(guideline.field, position=9))
    Measure.objects.all().delete()
    Guideline.objects.filter(pk=guideline.pk).delete()
    actions: list[Callable[[], object]] = [
        lambda: measures.change_guideline(guideline, text=localised("Neu"), by=sabine),
        lambda: measures.add_goal(guideline, text=localised("Neu"), by=sabine),
        lambda: measures.change_goal(goal, text=localised("Neu"), by=sabine),
        lambda: measures.remove_goal(other, by=sabine),
        lambda: measures.set_status(measure, status=Measure.Status.IN_PROGRESS, by=sabine),
        lambda: measures.change_measure(measure, goal=other, **words),
        lambda: measures.change_measure(measure, goal=there, **words),
    ]
    assert [code_of(action) for action in actions] == ["removed"] * 7
    measures.move_guideline(guideline, up=True, by=sabine)
    assert list(Guideline.objects.values_list("position", flat=True)) == [9]


def test_measures_change_places_words_and_goals(goal: Goal, sabine: User) -> None:
    one, two, three = (builders.a_measure(goal, adopted_by=sabine) for _each in range(3))
    measures.move_measure(three, up=True, by=sabine)
    assert list(goal.measures.order_by("position")) == [one, three, two]
    other = builders.a_goal(goal.guideline)
    there = builders.a_measure(other, adopted_by=sabine)
    measures.change_measure(
        one,
        goal=other,
        title=localised(" Neu "),
        description=localised("Mehr"),
        responsible=" Schulamt ",
        by=sabine,
    )
    assert list(other.measures.order_by("position")) == [there, one]
    one.refresh_from_db()
    assert (one.title, one.description, one.responsible) == ({"de": "Neu"}, {"de": "Mehr"}, "Schulamt")


def test_a_measure_goes_only_where_its_status_leads(goal: Goal, sabine: User) -> None:
    every = list(Measure.Status)

    def reachable(status: Measure.Status) -> list[str]:
        reached = []
        for wanted in every:
            Measure.objects.all().delete()
            measure = builders.a_measure(goal, status=status, adopted_by=sabine)
            try:
                measures.set_status(measure, status=wanted, by=sabine)
            except Refusal as refusal:
                assert refusal.code == "not_from_there"
                assert Measure.objects.get().status == status
            else:
                assert Measure.objects.get().status == wanted
                reached.append(wanted.value)
        return reached

    assert {status.value: reachable(status) for status in every} == {
        "planned": ["planned", "in_progress", "abandoned"],
        "in_progress": ["in_progress", "done", "abandoned"],
        "done": ["in_progress", "done"],
        "abandoned": ["in_progress", "abandoned"],
    }


def test_the_workshop_of_a_cancelled_series_keeps_its_proposals_decidable(
    proposal: ProposedMeasure, goal: Goal, sabine: User
) -> None:
    Workshop.objects.update(status=Workshop.Status.CANCELLED, cancelled_at=NOW, cancelled_by=sabine)
    proposals.adopt(proposal, goal=goal, by=sabine)
    assert goal.measures.count() == 1
