"""What lies between two states of a plan."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workshops.plans.making import plans
from workshops.plans.codec import to_json
from workshops.plans.comparison import Change, Comparison, FieldChange, Kind, Level, compare
from workshops.plans.content import Chapter, GoalContent, GuidelineContent, MeasureContent, PlanContent
from workshops.plans.word_diff import Piece, pieces_of

SWAPPED = {Kind.NEW: Kind.WITHDRAWN, Kind.WITHDRAWN: Kind.NEW}


def a_plan(*fields: list[list[MeasureContent]], **words: Any) -> PlanContent:
    """Each field a list of goals (all under one guideline), each goal a list of measures."""
    chapters = []
    for number, goals in enumerate(fields, 1):
        made = tuple(
            GoalContent(10 * number + at, f"{number}.{at}", {"de": f"Ziel {number}.{at}"}, tuple(inside))
            for at, inside in enumerate(goals, 1)
        )
        line = GuidelineContent(number, str(number), {"de": f"Leitlinie {number}"}, made)
        chapters.append(Chapter(number, f"f{number}", number, {"de": f"Feld {number}"}, guidelines=(line,)))
    return PlanContent({"de": "Plan"}, "Hechingen", chapters=tuple(chapters), **words)


def a_measure(pk: int, **fields: Any) -> MeasureContent:
    return MeasureContent(pk, f"1.1.{pk}", {"de": f"Maßnahme {pk}"}, **fields)


def told(comparison: Comparison) -> list[tuple[int, str, bool]]:
    return [(each.id, str(each.kind), each.is_moved) for each in comparison.measures]


ONE, TWO, THREE = (a_measure(pk) for pk in (1, 2, 3))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([[[ONE]]], [[[ONE, TWO]]], [(1, "unchanged", False), (2, "new", False)]),
        ([[[ONE, TWO]]], [[[TWO]]], [(2, "unchanged", False), (1, "withdrawn", False)]),
        ([[[ONE, TWO]]], [[[TWO, ONE]]], [(2, "unchanged", False), (1, "unchanged", False)]),
        ([[[ONE], []]], [[[], [ONE]]], [(1, "moved", True)]),
        ([[[ONE]], [[]]], [[[]], [[ONE]]], [(1, "moved", True)]),
        ([[[ONE], []]], [[[], [a_measure(1, cost="0 €")]]], [(1, "changed", True)]),
        ([[[ONE]]], [[[a_measure(1, status="done")]]], [(1, "changed", False)]),
        ([[[ONE]]], [[[a_measure(1, status="abandoned")]]], [(1, "withdrawn", False)]),
        ([[[a_measure(1, status="abandoned")]]], [[[ONE]]], [(1, "new", False)]),
        ([[[a_measure(1, status="abandoned")]]], [[[a_measure(1, status="abandoned", cost="1")]]], []),
        ([], [[[ONE]]], [(1, "new", False)]),
    ],
    ids=[
        "new",
        "withdrawn",
        "order",
        "goal",
        "field",
        "moved-and-changed",
        "progress",
        "given-up",
        "taken-up",
        "still-given-up",
        "field-new",
    ],
)
def test_each_measure_is_told_once(before: Any, after: Any, expected: list[tuple[int, str, bool]]) -> None:
    assert told(compare(a_plan(*before), a_plan(*after))) == expected


def test_a_change_names_fields_languages_and_both_places() -> None:
    before = a_plan([[a_measure(1, description={"de": "Kurse am Abend", "en": "Evening"}, cost="5 €")]], [[]])
    after = a_plan([[]], [[a_measure(1, description={"de": "Kurse am Tag", "ar": "نهار"}, cost="6 €")]])
    [change] = compare(before, after).measures
    assert change == Change(
        kind=Kind.CHANGED,
        level=Level.MEASURE,
        id=1,
        chapter=2,
        title={"de": "Maßnahme 1"},
        number_before="1.1.1",
        number_after="1.1.1",
        path_before=({"de": "Feld 1"}, {"de": "Leitlinie 1"}, {"de": "Ziel 1.1"}),
        path_after=({"de": "Feld 2"}, {"de": "Leitlinie 2"}, {"de": "Ziel 2.1"}),
        is_moved=True,
        words=(
            FieldChange("description", "de", "Kurse am Abend", "Kurse am Tag"),
            FieldChange("description", "ar", "", "نهار"),
            FieldChange("description", "en", "Evening", ""),
            FieldChange("cost", "", "5 €", "6 €"),
        ),
    )


def test_a_goal_that_moves_is_told_itself_and_not_by_its_measures() -> None:
    goal = GoalContent(5, "1.1", {"de": "Ziel"}, (ONE,))

    def with_goal_under(pk: int) -> PlanContent:
        lines = tuple(
            GuidelineContent(line, str(line), {"de": f"L{line}"}, (goal,) if line == pk else ())
            for line in (1, 2)
        )
        return PlanContent({}, "", chapters=(Chapter(1, "f", 1, {"de": "Feld"}, guidelines=lines),))

    [chapter] = compare(with_goal_under(1), with_goal_under(2)).chapters
    assert [(each.level, each.id, each.kind) for each in chapter.changes if each.kind != Kind.UNCHANGED] == [
        (Level.GOAL, 5, Kind.MOVED)
    ]
    assert chapter.measure_changes == []


def test_words_of_the_plan_and_of_its_chapters_are_told() -> None:
    before = a_plan([], title={"de": "Plan"})
    [chapter] = before.chapters
    after = dataclasses.replace(
        before,
        title={"de": "Integrationsplan"},
        chapters=(dataclasses.replace(chapter, introduction={"de": "Neu"}),),
    )
    found = compare(before, after)
    assert found.words == (FieldChange("title", "de", "Plan", "Integrationsplan"),)
    assert [each.words for each in found.chapters] == [(FieldChange("introduction", "de", "", "Neu"),)]


@given(plans())
def test_a_plan_is_no_different_from_itself(plan: PlanContent) -> None:
    found = compare(plan, plan)
    assert found.is_empty
    assert {each.kind for each in found.measures} <= {Kind.UNCHANGED}


@given(plans(), plans())
def test_the_counts_add_up(before: PlanContent, after: PlanContent) -> None:
    n = compare(before, after).counts
    kept = n[Kind.CHANGED] + n[Kind.MOVED] + n[Kind.UNCHANGED]
    assert n[Kind.NEW] + kept == sum(each.is_in_force for each in after.measures)
    assert n[Kind.WITHDRAWN] + kept == sum(each.is_in_force for each in before.measures)


@given(plans(), plans())
def test_looked_at_from_the_other_side_new_is_withdrawn(before: PlanContent, after: PlanContent) -> None:
    def facts(comparison: Comparison, *, mirrored: bool = False) -> set[Any]:
        found = set()
        for each in [change for chapter in comparison.chapters for change in chapter.changes]:
            words = {(word.name, word.language, word.before, word.after) for word in each.words}
            kind, numbers = each.kind, (each.number_before, each.number_after)
            if mirrored:
                kind, numbers = SWAPPED.get(kind, kind), (numbers[1], numbers[0])
                words = {(name, language, new, old) for name, language, old, new in words}
            found.add((each.level, each.id, kind, numbers, each.is_moved, frozenset(words)))
        return found

    assert facts(compare(before, after)) == facts(compare(after, before), mirrored=True)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", ""),
        ("Kurse", "Kurse", "=Kurse"),
        ("", "Neu", "+Neu"),
        ("Kurse am Abend.", "Kurse am Tag.", "=Kurse am |-Abend|+Tag|=."),
        ("alte lange Worte", "neue kurze Worte", "-alte lange|+neue kurze|= Worte"),
        ("دورات مساء", "دورات نهارا", "=دورات |-مساء|+نهارا"),
    ],
)
def test_words_are_compared_as_words(before: str, after: str, pieces: str) -> None:
    signs = {"same": "=", "removed": "-", "added": "+"}
    assert "|".join(signs[each.kind] + each.text for each in pieces_of(before, after)) == pieces


@given(st.text(alphabet="ab \n.", max_size=30), st.text(alphabet="ab \n.", max_size=30))
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = pieces_of(before, after)
    assert "".join(each.text for each in pieces if each.kind != "added") == before
    assert "".join(each.text for each in pieces if each.kind != "removed") == after


def test_a_text_without_an_end_is_still_compared_at_once() -> None:
    before, after = "wort " * 40_000, "wort " * 40_000 + "neu"
    assert pieces_of(before, after) == [Piece("removed", before), Piece("added", after)]


def test_a_new_order_is_a_difference_and_numbers_say_it() -> None:
    one, two = a_measure(1), a_measure(2)
    before = a_plan([[one, two]])
    after = a_plan([[dataclasses.replace(two, number="1.1.1"), dataclasses.replace(one, number="1.1.2")]])
    found = compare(before, after)
    told = [(each.id, each.number_before, each.number_after) for each in found.renumbered]
    assert told == [(2, "1.1.2", "1.1.1"), (1, "1.1.1", "1.1.2")]
    assert (found.is_empty, found.has_lines) == (False, True)


def test_what_the_process_is_called_and_who_takes_part_is_compared() -> None:
    before = a_plan([])
    after = dataclasses.replace(before, process_name={"de": "Neu"}, town="Bisingen", partners=("VHS", "AK"))
    assert compare(before, after).words == (
        FieldChange("process_name", "de", "Plan", "Neu"),
        FieldChange("town", "", "Hechingen", "Bisingen"),
        FieldChange("plan_partners", "", "", "VHS\nAK"),
    )


@given(plans(), plans())
def test_no_difference_is_said_of_equal_contents_only(before: PlanContent, after: PlanContent) -> None:
    assert compare(before, after).is_empty == (to_json(before) == to_json(after))
    assert compare(before, dataclasses.replace(before)).is_empty
