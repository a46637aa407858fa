"""A plan is written as JSON and read back for years."""

import dataclasses
import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workshops.plans.making import plans
from workshops.plans.codec import SCHEMA, UnreadablePlan, from_json, to_json
from workshops.plans.content import Chapter, MeasureContent, PlanContent

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
EMPTY = PlanContent(process_name={}, town="")


@given(plans())
def test_what_is_written_is_read_back(plan: PlanContent) -> None:
    assert from_json(json.loads(json.dumps(to_json(plan)))) == plan


@given(plans(), JSON, JSON)
def test_keys_of_a_newer_writer_are_passed_over(plan: PlanContent, one: Any, two: Any) -> None:
    data = to_json(plan)
    assert from_json({**data, "signed": one, "plan": {**data["plan"], "annexes": two}}) == plan


@given(JSON)
def test_whatever_stands_inside_is_read_or_left_out(inside: Any) -> None:
    every = [each.name for each in dataclasses.fields(PlanContent)]
    read = from_json({"schema": SCHEMA, "plan": dict.fromkeys(every, inside)})
    assert from_json(to_json(read)) == read


def test_what_an_older_writer_left_out_is_empty() -> None:
    old = {"schema": 1, "plan": {"town": "Hechingen", "chapters": [{"id": 3, "guidelines": [{"id": 4}]}]}}
    read = from_json(old)
    assert read.town == "Hechingen"
    assert [(each.id, each.name, [line.id for line in each.guidelines]) for each in read.chapters] == [
        (3, {}, [4])
    ]
    assert from_json({"schema": 1, "plan": {}}) == EMPTY


@pytest.mark.parametrize(
    "data",
    [None, [], "", {}, {"plan": {}}, {"schema": 1}, {"schema": "1", "plan": {}}, {"schema": 99, "plan": {}}],
)
def test_another_kind_of_file_is_no_plan(data: Any) -> None:
    with pytest.raises(UnreadablePlan):
        from_json(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {"de": 3}},
        {"town": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)},
        {"partners": ({"de": 1.5},)},
        {"town": True},
    ],
)
def test_the_writer_takes_nothing_that_the_reader_would_lose(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        to_json(dataclasses.replace(EMPTY, **wrong))


def test_filled_details_come_in_the_order_in_which_they_are_read() -> None:
    measure = MeasureContent(1, "1.1.1", {"de": "Kurse"}, indicator="30 Plätze", purpose="Sprache")
    assert list(measure.details.items()) == [("purpose", "Sprache"), ("indicator", "30 Plätze")]
    assert list(Chapter(1, "x", 1, {}).measures) == []
