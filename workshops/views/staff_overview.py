"""The process on one page: what is there, and what comes next. Reads only."""

import dataclasses
import datetime
from dataclasses import dataclass

from django.utils import timezone

from workshops.models import (
    ActionField,
    Meeting,
    Minutes,
    ParticipationProcess,
    ProposedMeasure,
    Survey,
    SurveyImport,
    Workshop,
    WorkshopSeries,
)
from workshops.models.minutes import minutes_are_overdue
from workshops.operations import public_pages
from workshops.views.staff_survey import gate_sentence


@dataclass(slots=True)
class FieldOverview:
    """An action field with its workshops (with seats and moderators)."""

    field: ActionField
    series: WorkshopSeries | None
    workshops: list[Workshop] = dataclasses.field(default_factory=list)

    @property
    def drafts(self) -> int:
        return sum(workshop.is_draft for workshop in self.workshops)

    @property
    def published(self) -> int:
        return sum(workshop.is_published for workshop in self.workshops)

    @property
    def planned(self) -> int:
        return self.series.workshop_count if self.series else 0


@dataclass(slots=True)
class Overview:
    process: ParticipationProcess
    survey: Survey | None
    has_answers: bool
    fields: list[FieldOverview]
    moderator_count: int
    undecided_count: int
    failing: list[Meeting]
    # What the law asks for on the public pages, in words.
    missing: list[str]
    open_barriers: int
    now: datetime.datetime

    @property
    def gate_is_open(self) -> bool:
        return self.survey is not None and self.survey.gate_is_open(self.now)

    @property
    def workshops(self) -> list[Workshop]:
        return [workshop for each in self.fields for workshop in each.workshops]

    @property
    def upcoming(self) -> list[Workshop]:
        ahead = [workshop for workshop in self.workshops if workshop.is_published]
        return sorted(
            (workshop for workshop in ahead if workshop.ends_at > self.now), key=lambda one: one.starts_at
        )

    @property
    def seats(self) -> int:
        return sum(workshop.capacity for workshop in self.upcoming)

    @property
    def seats_taken(self) -> int:
        return sum(workshop.seats_taken for workshop in self.upcoming)

    @property
    def waits_taken(self) -> int:
        return sum(workshop.waits_taken for workshop in self.upcoming)

    @property
    def without_minutes(self) -> list[Workshop]:
        """Their minutes are overdue: nobody has submitted them yet."""
        overdue = [workshop for workshop in self.workshops if minutes_are_overdue(workshop, self.now)]
        return [workshop for workshop in overdue if workshop not in self.in_review]

    @property
    def in_review(self) -> list[Workshop]:
        return [
            workshop
            for workshop in self.workshops
            if hasattr(workshop, "minutes") and workshop.minutes.status == Minutes.Status.IN_REVIEW
        ]

    @property
    def being_read(self) -> list[Workshop]:
        """Those who came may still comment on their minutes."""
        return [workshop for workshop in self.in_review if workshop.minutes.takes_comments(self.now)]

    @property
    def to_publish(self) -> list[Workshop]:
        return [workshop for workshop in self.in_review if not workshop.minutes.takes_comments(self.now)]

    @property
    def gate_sentence(self) -> str:
        return gate_sentence(self.process, self.survey, self.now)


def overview(process: ParticipationProcess, *, now: datetime.datetime | None = None) -> Overview:
    """Everything the page says, in a fixed number of queries."""
    now = now or timezone.now()
    fields = [
        FieldOverview(field=each, series=getattr(each, "series", None))
        for each in process.fields.select_related("series")
    ]
    by_field = {each.field.pk: each for each in fields}
    workshops = (
        Workshop.objects.of_process(process)
        .with_seats()
        .select_related("series__field__process", "minutes")
        .prefetch_related("moderators")
    )
    for workshop in workshops:
        by_field[workshop.series.field_id].workshops.append(workshop)
    return Overview(
        process=process,
        survey=Survey.objects.filter(process=process).select_related("waived_by").first(),
        has_answers=SurveyImport.objects.filter(survey__process=process).exists(),
        fields=fields,
        moderator_count=process.moderators.filter(user__is_active=True).count(),
        undecided_count=ProposedMeasure.objects.undecided()
        .filter(item__workshop__series__field__process=process)
        .count(),
        failing=list(
            Meeting.objects.failing(now)
            .filter(workshop__series__field__process=process)
            .select_related("channel")
        ),
        missing=public_pages.missing(process, public_pages.of(process)),
        open_barriers=process.barrier_reports.filter(answered_at=None).count(),
        now=now,
    )
