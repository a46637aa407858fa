"""What a process says of its own, and in which of its languages it doesn't say it yet. Reads only.

A few statements for the whole process, whatever its size. Nothing is counted that the public won't read any
more: cancelled workshops, and those that are over.
"""

import datetime
import enum
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from workshops.models import (
    Goal,
    Guideline,
    InterpretationChannel,
    LocalisedText,
    Measure,
    MeasureChange,
    Milestone,
    ParticipationProcess,
    Plan,
    PlanChapter,
    PublicPages,
    PurposeWording,
    Workshop,
)


class Part(enum.StrEnum):
    """Where staff publish a text."""

    PROCESS = "process"
    WORKSHOPS = "workshops"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class MissingText:
    """`text` is what there is of a row's column; `languages` are codes of those in which there is nothing."""

    part: Part
    row: Model
    column: str
    text: LocalisedText
    languages: tuple[str, ...]

    @property
    def label(self) -> str:
        """What staff's form calls it."""
        return str(getattr(self.row._meta.get_field(self.column), "verbose_name", self.column))


@dataclass(frozen=True, slots=True)
class _Source:
    part: Part
    columns: Sequence[str]
    rows: Callable[[ParticipationProcess, datetime.datetime], QuerySet[Any]]


_FIELDS = _Source(Part.PROCESS, ("name", "description"), lambda process, now: process.fields.all())

_SOURCES = (
    _Source(
        Part.PROCESS,
        ("name", "introduction", "imprint", "privacy_notice"),
        lambda process, now: ParticipationProcess.objects.filter(pk=process.pk),
    ),
    _Source(
        Part.PROCESS,
        ("reason", "who", "outlook", "known_limits", "sign_transcript"),
        lambda process, now: PublicPages.objects.filter(process=process),
    ),
    _Source(
        Part.PROCESS,
        ("text",),
        lambda process, now: PurposeWording.objects.filter(process=process).order_by("pk"),
    ),
    _FIELDS,
    _Source(
        Part.WORKSHOPS,
        ("title", "description"),
        lambda process, now: _to_come(process, now).order_by("starts_at", "pk"),
    ),
    _Source(
        Part.WORKSHOPS,
        ("how",),
        lambda process, now: InterpretationChannel.objects.filter(
            workshop__in=_to_come(process, now)
        ).order_by("workshop__starts_at", "pk"),
    ),
    _Source(Part.PLAN, ("title", "introduction"), lambda process, now: Plan.objects.filter(process=process)),
    _Source(
        Part.PLAN,
        ("introduction",),
        lambda process, now: (
            PlanChapter.objects.filter(field__process=process)
            .select_related("field")
            .order_by("field__position")
        ),
    ),
    _Source(
        Part.PLAN,
        ("text",),
        lambda process, now: Guideline.objects.filter(field__process=process).order_by(
            "field__position", "position"
        ),
    ),
    _Source(
        Part.PLAN,
        ("text",),
        lambda process, now: Goal.objects.filter(guideline__field__process=process).order_by(
            "guideline__field__position", "guideline__position", "position"
        ),
    ),
    _Source(
        Part.PLAN,
        ("title", "description"),
        lambda process, now: Measure.objects.filter(goal__guideline__field__process=process).order_by(
            "goal__guideline__field__position", "goal__guideline__position", "goal__position", "position"
        ),
    ),
    _Source(
        Part.PLAN,
        ("title",),
        lambda process, now: Milestone.objects.filter(
            measure__goal__guideline__field__process=process
        ).order_by("on", "pk"),
    ),
    _Source(Part.PLAN, ("note",), lambda process, now: _latest_notes(process)),
)


def offered(process: ParticipationProcess) -> list[str]:
    """The process's languages in the order of the settings; German is always among them."""
    codes = (code for code, _name in settings.LANGUAGES)
    return [code for code in codes if code == settings.LANGUAGE_CODE or code in process.content_languages]


def missing(
    process: ParticipationProcess,
    *,
    parts: Collection[Part] = tuple(Part),
    now: datetime.datetime | None = None,
) -> list[MissingText]:
    """Every text that has words, but not in each of the process's languages; one statement a kind of row."""
    return _missing_in([source for source in _SOURCES if source.part in parts], process, now)


def around_workshops(
    process: ParticipationProcess,
    workshop: Workshop | None = None,
    *,
    now: datetime.datetime | None = None,
) -> list[MissingText]:
    """What whoever publishes workshops shall know: a page of one without a title of its own says the words
    of its field, which may be missing as well. `workshop`: around this one alone."""
    sources = [source for source in _SOURCES if source is _FIELDS or source.part == Part.WORKSHOPS]
    found = _missing_in(sources, process, now)
    if workshop is None:
        return found
    return [each for each in found if _is_around(workshop, each.row)]


def _is_around(workshop: Workshop, row: Model) -> bool:
    if isinstance(row, InterpretationChannel):
        return row.workshop_id == workshop.pk
    return row in (workshop, workshop.field)


def _missing_in(
    sources: Iterable[_Source], process: ParticipationProcess, now: datetime.datetime | None
) -> list[MissingText]:
    now = now or timezone.now()
    wanted = offered(process)
    found = []
    for source in sources:
        for row in source.rows(process, now):
            for column in source.columns:
                text: LocalisedText = getattr(row, column)
                languages = tuple(code for code in wanted if not text.get(code))
                if text and languages:
                    found.append(MissingText(source.part, row, column, text, languages))
    return found


def count_by_language(texts: Iterable[MissingText]) -> dict[str, int]:
    """How many of these each language lacks, in the order of the settings; none that lacks nothing."""
    counted = Counter(code for text in texts for code in text.languages)
    return {code: counted[code] for code, _name in settings.LANGUAGES if counted[code]}


def _latest_notes(process: ParticipationProcess) -> QuerySet[MeasureChange]:
    """Each measure's newest sentence: the older ones are history, which nobody writes anew."""
    changes = MeasureChange.objects.filter(measure__goal__guideline__field__process=process)
    newest = changes.filter(measure=OuterRef("measure")).exclude(note={}).order_by("-changed_at", "-pk")
    return changes.filter(pk=Subquery(newest.values("pk")[:1])).order_by("changed_at", "pk")


def _to_come(process: ParticipationProcess, now: datetime.datetime) -> QuerySet[Workshop]:
    not_off = (Workshop.Status.DRAFT, Workshop.Status.PUBLISHED)
    return Workshop.objects.of_process(process).filter(ends_at__gt=now, status__in=not_off)
