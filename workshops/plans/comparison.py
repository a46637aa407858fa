"""What lies between two states of a plan, for a council: new, withdrawn, changed, moved, unchanged.

What was given up counts as withdrawn, what was taken up again as new: a measure is in the plan as long as it
is in force. Each measure is counted once; one that was moved and changed counts as changed and says both.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

from workshops.plans.content import (
    DETAILS,
    Chapter,
    GoalContent,
    GuidelineContent,
    MeasureContent,
    PlanContent,
    Texts,
)
from workshops.plans.word_diff import Piece, pieces_of

Node = GuidelineContent | GoalContent | MeasureContent


class Kind(enum.StrEnum):
    NEW = "new"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"


class Level(enum.StrEnum):
    GUIDELINE = "guideline"
    GOAL = "goal"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Other words. `name` is the field's, `language` "" where it has no language."""

    name: str
    language: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        return pieces_of(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one guideline, goal or measure.

    `chapter`: identity of the field under which it is read, the later one's. `path_before`, `path_after`:
    what it stands under, from the field down; empty where it isn't in that state.
    """

    kind: Kind
    level: Level
    id: int
    chapter: int
    title: Texts
    number_before: str = ""
    number_after: str = ""
    path_before: tuple[Texts, ...] = ()
    path_after: tuple[Texts, ...] = ()
    is_moved: bool = False
    words: tuple[FieldChange, ...] = ()

    @property
    def number(self) -> str:
        return self.number_after or self.number_before


@dataclass(frozen=True, slots=True)
class ChapterChange:
    """A field with all that became of what is in it; `kind` and `words` are its own."""

    kind: Kind
    id: int
    position: int
    name: Texts
    words: tuple[FieldChange, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.kind != Kind.UNCHANGED or any(each.kind != Kind.UNCHANGED for each in self.changes)

    @property
    def measure_changes(self) -> list[Change]:
        """Measures that are worth a line."""
        return [each for each in self.changes if each.level == Level.MEASURE and each.kind != Kind.UNCHANGED]

    @property
    def frame_changes(self) -> list[Change]:
        """Guidelines and goals that are worth a line."""
        return [each for each in self.changes if each.level != Level.MEASURE and each.kind != Kind.UNCHANGED]


@dataclass(frozen=True, slots=True)
class Comparison:
    words: tuple[FieldChange, ...] = ()
    chapters: tuple[ChapterChange, ...] = ()
    # Both contents are equal, down to what no line here tells.
    is_empty: bool = True

    @property
    def has_lines(self) -> bool:
        """Anything to be told one by one, numbers too."""
        return bool(self.words or self.renumbered or any(each.is_changed for each in self.chapters))

    @property
    def renumbered(self) -> list[Change]:
        """Measures of both states with another number: numbers say the order, and people quote them."""
        return [
            each
            for each in self.measures
            if each.number_before and each.number_after and each.number_before != each.number_after
        ]

    @property
    def counts(self) -> dict[Kind, int]:
        """Measures by what became of them."""
        found = dict.fromkeys(Kind, 0)
        for each in self.measures:
            found[each.kind] += 1
        return found

    @property
    def measures(self) -> Iterator[Change]:
        return (each for chapter in self.chapters for each in chapter.changes if each.level == Level.MEASURE)


@dataclass(frozen=True, slots=True)
class _Place:
    node: Node
    chapter: Chapter
    above: tuple[int, ...]
    path: tuple[Texts, ...]


@dataclass(slots=True)
class _State:
    chapters: dict[int, Chapter] = field(default_factory=dict)
    places: dict[tuple[Level, int], _Place] = field(default_factory=dict)


def compare(before: PlanContent, after: PlanContent) -> Comparison:
    old, new = _state(before), _state(after)
    words = (
        *_texts("process_name", before.process_name, after.process_name),
        *_text("town", before.town, after.town),
        *_text("plan_partners", "\n".join(before.partners), "\n".join(after.partners)),
        *_texts("title", before.title, after.title),
        *_texts("introduction", before.introduction, after.introduction),
    )
    changes = [_change(key, old.places.get(key), new.places.get(key)) for key in _all(old.places, new.places)]
    chapters = []
    for pk in _all(old.chapters, new.chapters):
        inside = tuple(each for each in changes if each.chapter == pk)
        chapters.append(_chapter(old.chapters.get(pk), new.chapters.get(pk), inside))
    return Comparison(words, tuple(chapters), is_empty=before == after)


def _all(old: dict, new: dict) -> list:  # type: ignore[type-arg]
    """Keys of both, the later state's order first."""
    return [*new, *(key for key in old if key not in new)]


def _state(plan: PlanContent) -> _State:
    found = _State()
    for chapter in plan.chapters:
        found.chapters[chapter.id] = chapter
        for line in chapter.guidelines:
            at: tuple[tuple[int, ...], tuple[Texts, ...]] = ((chapter.id,), (chapter.name,))
            found.places[Level.GUIDELINE, line.id] = _Place(line, chapter, *at)
            for goal in line.goals:
                under = ((*at[0], line.id), (*at[1], line.text))
                found.places[Level.GOAL, goal.id] = _Place(goal, chapter, *under)
                for measure in goal.measures:
                    if measure.is_in_force:
                        found.places[Level.MEASURE, measure.id] = _Place(
                            measure, chapter, (*under[0], goal.id), (*under[1], goal.text)
                        )
    return found


def _change(key: tuple[Level, int], old: _Place | None, new: _Place | None) -> Change:
    level, pk = key
    there = new or old
    assert there is not None
    words: tuple[FieldChange, ...] = ()
    # Whether what it stands under went elsewhere is that one's own news.
    is_moved = old is not None and new is not None and old.above[-1] != new.above[-1]
    if old is None:
        kind = Kind.NEW
    elif new is None:
        kind = Kind.WITHDRAWN
    else:
        words = _words(old.node, new.node)
        kind = Kind.CHANGED if words else Kind.MOVED if is_moved else Kind.UNCHANGED
    return Change(
        kind=kind,
        level=level,
        id=pk,
        chapter=there.chapter.id,
        title=there.node.title if isinstance(there.node, MeasureContent) else there.node.text,
        number_before=old.node.number if old else "",
        number_after=new.node.number if new else "",
        path_before=old.path if old else (),
        path_after=new.path if new else (),
        is_moved=is_moved,
        words=words,
    )


def _words(old: Node, new: Node) -> tuple[FieldChange, ...]:
    if isinstance(old, MeasureContent) and isinstance(new, MeasureContent):
        return (
            *_texts("title", old.title, new.title),
            *_texts("description", old.description, new.description),
            *(each for name in DETAILS for each in _text(name, getattr(old, name), getattr(new, name))),
            *_text("status", old.status, new.status),
            *_text("origins", _origins(old), _origins(new)),
            *_text("survey_comments", str(old.survey_comments), str(new.survey_comments)),
            *_text("milestones", _milestones(old), _milestones(new)),
        )
    assert not isinstance(old, MeasureContent)
    assert not isinstance(new, MeasureContent)
    return tuple(_texts("text", old.text, new.text))


def _chapter(old: Chapter | None, new: Chapter | None, inside: tuple[Change, ...]) -> ChapterChange:
    there = new or old
    assert there is not None
    words: tuple[FieldChange, ...] = ()
    if old is None:
        kind = Kind.NEW
    elif new is None:
        kind = Kind.WITHDRAWN
    else:
        words = (
            *_texts("name", old.name, new.name),
            *_texts("introduction", old.introduction, new.introduction),
            *_text("figures", _figures(old), _figures(new)),
        )
        kind = Kind.CHANGED if words else Kind.UNCHANGED
    return ChapterChange(kind, there.id, there.position, there.name, words, inside)


def _texts(name: str, old: Texts, new: Texts) -> Iterator[FieldChange]:
    for language in _all(dict(old), dict(new)):
        for each in _text(name, old.get(language, ""), new.get(language, "")):
            yield FieldChange(name, language, each.before, each.after)


def _text(name: str, old: str, new: str) -> Iterator[FieldChange]:
    if old != new:
        yield FieldChange(name, "", old, new)


def _origins(measure: MeasureContent) -> str:
    """A line each. Words of the first language only: a line says which origin it is, not how it is called."""
    return "\n".join(
        f"{each.on:%d.%m.%Y}, {_any(each.workshop_title)}: {each.item}" for each in measure.origins
    )


def _milestones(measure: MeasureContent) -> str:
    lines = (
        f"{each.on:%d.%m.%Y}: {_any(each.title)}"
        + (f" ({each.reached_on:%d.%m.%Y})" if each.reached_on else "")
        for each in measure.milestones
    )
    return "\n".join(lines)


def _figures(chapter: Chapter) -> str:
    return "\n".join(f"{_any(each.label)}: {each.value}" for each in chapter.figures)


def _any(texts: Texts) -> str:
    return texts.get("de") or next(iter(texts.values()), "")
