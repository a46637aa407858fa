"""A plan as JSON and back.

The writer is strict: what it wrote is what it was given, or it raises. The reader is tolerant: versions are
kept for years, so what an older writer left out is empty, and what a newer one added is passed over.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from workshops.plans.content import (
    DETAILS,
    STATUSES,
    Chapter,
    Figure,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    MilestoneContent,
    Origin,
    PlanContent,
    Texts,
)

# Raised only when an older reader would misunderstand: a further key needs no new number.
SCHEMA = 1

T = TypeVar("T")


class UnreadablePlan(ValueError):
    """It isn't a plan, or one whose meaning this reader doesn't know."""


def to_json(plan: PlanContent) -> dict[str, Any]:
    """Dictionaries, lists, texts, integers, null; days as "2026-11-27". TypeError for anything else."""
    return {"schema": SCHEMA, "plan": _written(plan)}


def from_json(data: Any) -> PlanContent:
    """Raises `UnreadablePlan` if the frame is unknown; inside, what can't be read is left out."""
    if not isinstance(data, Mapping) or not isinstance(data.get("plan"), Mapping):
        raise UnreadablePlan("no plan in it")
    if not _int(data.get("schema")) or data["schema"] > SCHEMA:
        raise UnreadablePlan(f"schema {data.get('schema')!r}, known up to {SCHEMA}")
    plan = data["plan"]
    return PlanContent(
        process_name=_texts(plan.get("process_name")),
        town=_text(plan.get("town")),
        partners=tuple(each for each in _list(plan.get("partners")) if isinstance(each, str)),
        title=_texts(plan.get("title")),
        introduction=_texts(plan.get("introduction")),
        chapters=_rows(plan.get("chapters"), _chapter),
    )


def _written(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _written(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) and isinstance(text, str) for key, text in value.items()):
            raise TypeError("expected a text for each language")
        return dict(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value is None or type(value) in (str, int):
        return value
    raise TypeError(f"no place in a plan for {type(value).__name__}")


def _chapter(data: Mapping[str, Any]) -> Chapter | None:
    return Chapter(
        id=_int(data.get("id")),
        slug=_text(data.get("slug")),
        position=_int(data.get("position")),
        name=_texts(data.get("name")),
        introduction=_texts(data.get("introduction")),
        figures=_rows(data.get("figures"), _figure),
        guidelines=_rows(data.get("guidelines"), _guideline),
    )


def _figure(data: Mapping[str, Any]) -> Figure | None:
    return Figure(
        code=_text(data.get("code")),
        label=_texts(data.get("label")),
        value=_text(data.get("value")),
        note=_texts(data.get("note")),
    )


def _guideline(data: Mapping[str, Any]) -> GuidelineContent | None:
    goals = _rows(data.get("goals"), _goal)
    return GuidelineContent(_int(data.get("id")), _text(data.get("number")), _texts(data.get("text")), goals)


def _goal(data: Mapping[str, Any]) -> GoalContent | None:
    measures = _rows(data.get("measures"), _measure)
    return GoalContent(_int(data.get("id")), _text(data.get("number")), _texts(data.get("text")), measures)


def _measure(data: Mapping[str, Any]) -> MeasureContent | None:
    status = data.get("status")
    return MeasureContent(
        id=_int(data.get("id")),
        number=_text(data.get("number")),
        title=_texts(data.get("title")),
        description=_texts(data.get("description")),
        **{name: _text(data.get(name)) for name in DETAILS},
        status=status if status in STATUSES else STATUSES[0],
        adopted_on=_day(data.get("adopted_on")),
        origins=_rows(data.get("origins"), _origin),
        survey_comments=_int(data.get("survey_comments")),
        milestones=_rows(data.get("milestones"), _milestone),
    )


def _origin(data: Mapping[str, Any]) -> Origin | None:
    on = _day(data.get("on"))
    if on is None:
        return None
    return Origin(
        workshop_title=_texts(data.get("workshop_title")),
        field=_text(data.get("field")),
        number=_int(data.get("number")),
        on=on,
        item=_text(data.get("item")),
        version=_int(data.get("version")),
    )


def _milestone(data: Mapping[str, Any]) -> MilestoneContent | None:
    on = _day(data.get("on"))
    return (
        None if on is None else MilestoneContent(on, _texts(data.get("title")), _day(data.get("reached_on")))
    )


def _rows(value: Any, read: Callable[[Mapping[str, Any]], T | None]) -> tuple[T, ...]:
    found = (read(each) for each in _list(value) if isinstance(each, Mapping))
    return tuple(each for each in found if each is not None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> Texts:
    if not isinstance(value, Mapping):
        return {}
    return {key: text for key, text in value.items() if isinstance(key, str) and isinstance(text, str)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _int(value: Any) -> int:
    return value if type(value) is int else 0


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
