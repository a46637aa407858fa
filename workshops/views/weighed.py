"""The result of weighing proposals, for each audience's page: rows, chart, and what mustn't be told."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workshops.models import Prioritisation, ProposedMeasure, Workshop
from workshops.operations import priority_results
from workshops.operations.priority_results import Result
from workshops.survey_import.small_cells import LEAST_PEOPLE
from workshops.views import charts


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    # Of the title; "" if nobody said.
    language: str
    points: int | None
    hands: int | None
    # Titles with their languages, and points, of what it was merged from.
    shares: list[tuple[str, str, int | None]]


def shown(
    prioritisation: Prioritisation, *, now: datetime.datetime, to_public: bool = False
) -> dict[str, object]:
    """To the public a proposal has no title before the minutes in which it stands are published."""
    found = priority_results.result_of(prioritisation, now=now)
    lines = list(_lines(found, prioritisation.workshop_id if to_public else None))
    return {
        "prioritisation": prioritisation,
        "is_open": prioritisation.is_open(now),
        "result": found,
        "lines": lines,
        "chart": _chart(found, lines),
        "least": LEAST_PEOPLE,
    }


def published(workshop: Workshop, *, now: datetime.datetime) -> dict[str, object] | None:
    """For the page of published minutes; None if nobody was asked, or nothing came of it."""
    prioritisation = Prioritisation.objects.filter(workshop=workshop, frozen_at__isnull=False).first()
    if prioritisation is None:
        return None
    context = shown(prioritisation, now=now, to_public=True)
    return context if prioritisation.voters or context["chart"] else None


def _lines(found: Result, public_workshop: int | None) -> Iterator[Line]:
    for row in found.rows:
        yield Line(
            *_title(row.proposal, public_workshop),
            row.points,
            row.hands,
            [(*_title(share.proposal, public_workshop), share.points) for share in row.shares],
        )


def _title(proposal: ProposedMeasure, public_workshop: int | None) -> tuple[str, str]:
    """And its language."""
    workshop = proposal.item.workshop
    is_public = hasattr(workshop, "minutes") and workshop.minutes.is_published
    if public_workshop is None or workshop.pk == public_workshop or is_public:
        return proposal.title, proposal.language
    return _("ein Vorschlag, dessen Protokoll noch nicht veröffentlicht ist"), get_language() or ""


def _chart(found: Result, lines: list[Line]) -> charts.Chart | None:
    """Of points if there are any to show, else of hands."""
    if found.is_shown:
        return charts.below([(line.title, line.points) for line in lines])
    if found.has_hands:
        return charts.below([(line.title, line.hands) for line in lines])
    return None
