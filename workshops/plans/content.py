"""The plan's content at one moment: chapter (action field) → guideline → goal → measure.

Identities are the primary keys that the rows had: two versions are compared by them. Numbers are for people.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

# {language: text}; a language without a text has no key.
Texts: TypeAlias = Mapping[str, str]

# What a measure says beside title and description, in the order in which it is read.
DETAILS = (
    *("purpose", "target_group", "responsible", "partners"),
    *("cost", "funding", "time_frame", "indicator"),
)

# As `workshops.models.Measure.Status`; what is unknown in a file reads as the first.
STATUSES = ("planned", "in_progress", "done", "abandoned")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands before a chapter's guidelines. `value` is shown as it is: "124", "18 %"."""

    code: str
    label: Texts
    value: str
    note: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a measure was said: workshop, its local day, agenda item, version of the minutes.

    `number` is the workshop's in its field, `field` the field's slug: together its address.
    """

    workshop_title: Texts
    field: str
    number: int
    on: datetime.date
    item: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class MilestoneContent:
    on: datetime.date
    title: Texts
    reached_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class MeasureContent:
    """`number` is unique in the plan: "3.2.1" is the first measure of the second goal of guideline 3."""

    id: int
    number: str
    title: Texts
    description: Texts = field(default_factory=dict)
    purpose: str = ""
    target_group: str = ""
    responsible: str = ""
    partners: str = ""
    cost: str = ""
    funding: str = ""
    time_frame: str = ""
    indicator: str = ""
    status: str = STATUSES[0]
    adopted_on: datetime.date | None = None
    origins: tuple[Origin, ...] = ()
    # How many comments of the survey it takes up.
    survey_comments: int = 0
    milestones: tuple[MilestoneContent, ...] = ()

    @property
    def details(self) -> dict[str, str]:
        """The filled ones, by name, in the order of `DETAILS`."""
        return {name: text for name in DETAILS if (text := getattr(self, name))}

    @property
    def is_in_force(self) -> bool:
        """Not given up."""
        return self.status != "abandoned"


@dataclass(frozen=True, slots=True)
class GoalContent:
    id: int
    number: str
    text: Texts
    measures: tuple[MeasureContent, ...] = ()


@dataclass(frozen=True, slots=True)
class GuidelineContent:
    """Numbered through the whole plan, so that no measure of two fields has the same number."""

    id: int
    number: str
    text: Texts
    goals: tuple[GoalContent, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """An action field: `id` and `slug` are the field's, `position` its place (and its colour)."""

    id: int
    slug: str
    position: int
    name: Texts
    introduction: Texts = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    guidelines: tuple[GuidelineContent, ...] = ()

    @property
    def measures(self) -> Iterator[MeasureContent]:
        return (measure for line in self.guidelines for goal in line.goals for measure in goal.measures)


@dataclass(frozen=True, slots=True)
class PlanContent:
    process_name: Texts
    town: str
    partners: tuple[str, ...] = ()
    title: Texts = field(default_factory=dict)
    introduction: Texts = field(default_factory=dict)
    chapters: tuple[Chapter, ...] = ()

    @property
    def measures(self) -> Iterator[MeasureContent]:
        return (measure for chapter in self.chapters for measure in chapter.measures)
