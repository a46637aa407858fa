"""Closing reports: of one workshop for its moderators, of the process for staff; each also to take away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from workshops.dates import day_text
from workshops.exports.spreadsheet import table_csv
from workshops.models import AttendanceSource, Minutes, OrganisationKind, ParticipationProcess, Workshop
from workshops.operations import kept_counts, reports
from workshops.operations.reports import Report, Reports, Shown
from workshops.survey_import import small_cells
from workshops.templatetags.workshops import language_name
from workshops.views.moderator import context_of, workshop_page
from workshops.views.staff import process_page


@dataclass(frozen=True, slots=True)
class Group:
    """One way to tell apart those who came: a heading, and each part's name with its count."""

    heading: str
    rows: list[tuple[str, Shown]]


@workshop_page
@require_safe
def of_workshop(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    found = reports.of_process(workshop.process, now=timezone.now()).of(workshop)
    context = context_of(
        workshop,
        report=found,
        groups=_groups(found) if found else [],
        least=small_cells.LEAST_PEOPLE,
    )
    return render(request, "workshops/moderator/report.html", context)


@workshop_page
@require_safe
def of_workshop_csv(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    found = reports.of_process(workshop.process, now=timezone.now())
    one = found.of(workshop)
    if one is None:
        raise Http404
    return _file(_table(Reports(found.total, [one]), with_total=False), _name(workshop))


@process_page
@require_safe
def of_process(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = reports.of_process(process, now=timezone.now())
    context = {
        "process": process,
        "reports": found,
        "report": found.total,
        "groups": _groups(found.total),
        "states": [(_state(code), n) for code, n in sorted(found.total.minutes.items())],
        "least": small_cells.LEAST_PEOPLE,
    }
    return render(request, "workshops/staff/report.html", context)


@process_page
@require_safe
def of_process_csv(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    found = reports.of_process(process, now=timezone.now())
    return _file(_table(found, with_total=True), f"{process.slug}-report.csv")


def _groups(report: Report) -> list[Group]:
    return [
        Group(_("Für wen sie da waren"), _named(report.kinds, _kinds())),
        Group(_("Sprache"), [(language_name(code), n) for code, n in report.languages.items()]),
        Group(_("Woher wir es wissen"), _named(report.sources, dict(AttendanceSource.choices))),
    ]


def _kinds() -> dict[str, object]:
    return {
        kept_counts.PRIVATE: _("für sich selbst"),
        kept_counts.FOR_AN_ORGANISATION: _("für eine Einrichtung ohne Angabe der Art"),
        **dict(OrganisationKind.choices),
    }


def _named(cells: Mapping[str, Shown], names: Mapping[str, object]) -> list[tuple[str, Shown]]:
    return [(str(names.get(code, code)), n) for code, n in cells.items()]


def _state(code: str) -> str:
    return str(Minutes.Status(code).label) if code else _("noch kein Protokoll")


def _table(found: Reports, *, with_total: bool) -> list[list[str]]:
    """A row for each workshop, and below the sum of all. The columns are those of the whole process."""
    head = [_("Workshop"), _("Tag"), _("Mit Platz"), _("Gekommen"), _("Anteil in Prozent"), _("Per Telefon")]
    for group in _groups(found.total):
        head += [f"{group.heading}: {label}" for label, _count in group.rows]
    head += [_("Protokoll"), _("Vorschläge"), _("Rückmeldungen"), _("davon offen")]
    lines = [*found.of_workshops, *([found.total] if with_total else [])]
    return [head, *(_line(report) for report in lines)]


def _line(report: Report) -> list[str]:
    workshop = report.workshop
    line = [
        str(workshop) if workshop else _("Alle Workshops"),
        day_text(workshop.starts_at, workshop.process) if workshop else "",
        *(str(report.registered), str(report.attended)),
        "" if report.share is None else str(report.share),
        str(report.by_phone),
    ]
    line += [_number(n) for group in _groups(report) for _label, n in group.rows]
    states = "" if workshop is None else _state(next(iter(report.minutes)))
    return [*line, states, str(report.proposals), str(report.comments), str(report.open_comments)]


def _number(count: Shown) -> str:
    return _("verdeckt, weil wenige") if count is None else str(count)


def _name(workshop: Workshop) -> str:
    return f"{workshop.field.slug}-{workshop.number}-report.csv"


def _file(rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    return HttpResponse(
        table_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
