"""How far the town is: per field what is planned, held, written down, adopted and done. For everyone.

The same figures stand on a small page that other sites may show in a frame: no script, no cookie.
"""

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from workshops.models import ActionField, Measure, Minutes, ParticipationProcess, Workshop
from workshops.views.public import process_or_404

# Whoever wants it may show it: nothing on it can be clicked that changes anything.
EMBED_POLICY = "; ".join(
    (
        "default-src 'none'",
        # Says times by the reader's own clock too (zones.js).
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors *",
    )
)
NEXT_WORKSHOPS = 5

Status = Measure.Status
STAGES = {
    "scheduled": _("geplante Workshops"),
    "held": _("gehaltene Workshops"),
    "minutes": _("Protokolle"),
    "adopted": _("angenommene Maßnahmen"),
    "in_progress": _("in Arbeit"),
    "done": _("umgesetzt"),
    "abandoned": _("aufgegeben"),
}


@dataclasses.dataclass(slots=True)
class FieldProgress:
    """One action field's way; `counts` by the keys of `STAGES`."""

    field: ActionField
    counts: Counter[str] = dataclasses.field(default_factory=Counter)
    measures: list[Measure] = dataclasses.field(default_factory=list)

    @property
    def stages(self) -> list[tuple[str, object, int]]:
        return [(code, label, self.counts[code]) for code, label in STAGES.items()]


def progress_of(process: ParticipationProcess, *, now: datetime.datetime) -> list[FieldProgress]:
    """By field, in the process's order; in six statements, however many measures there are."""
    found = {each.pk: FieldProgress(each) for each in process.fields.all()}
    published = Workshop.objects.of_process(process).filter(status=Workshop.Status.PUBLISHED)
    for field_id, ends_at in published.values_list("series__field", "ends_at"):
        found[field_id].counts["held" if ends_at <= now else "scheduled"] += 1
    minutes = Minutes.objects.filter(workshop__series__field__in=found, status=Minutes.Status.PUBLISHED)
    for field_id in minutes.values_list("workshop__series__field", flat=True):
        found[field_id].counts["minutes"] += 1
    measures = (
        Measure.objects.filter(goal__guideline__field__in=found)
        .select_related("goal__guideline")
        .prefetch_related("changes", "milestones")
        .order_by("goal__guideline__position", "goal__position", "position")
    )
    for measure in measures:
        here = found[measure.goal.guideline.field_id]
        here.measures.append(measure)
        # What was given up is no promise any more: it has a column of its own.
        here.counts["adopted"] += measure.status != Status.ABANDONED
        here.counts[measure.status] += 1
    return list(found.values())


@require_safe
@conditional_page
def progress(request: HttpRequest, process: str) -> HttpResponse:
    shown = process_or_404(request, process)
    fields = progress_of(shown, now=timezone.now())
    context = {
        "process": shown,
        **_table(fields),
        "has_measures": any(each.measures for each in fields),
        "today": timezone.localdate(timezone=shown.zone),
    }
    return render(request, "workshops/public/progress.html", context)


def _table(fields: list[FieldProgress]) -> dict[str, object]:
    """What `_progress_table.html` expects."""
    has_abandoned = any(each.counts["abandoned"] for each in fields)
    return {"fields": fields, "stages": STAGES.items(), "has_abandoned": has_abandoned}


def for_frames(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """May be shown in a frame of any site. Around `conditional_page`: browsers believe a 304 too."""

    @wraps(view)
    def framed(request: HttpRequest, /, process: str) -> HttpResponse:
        response = view(request, process)
        response.headers["Content-Security-Policy"] = EMBED_POLICY
        return response

    return xframe_options_exempt(framed)


def _theme(request: HttpRequest) -> str:
    """Of the site around the frame, which no reader's device knows: light, unless its address says "dark"."""
    return "dark" if request.GET.get("theme") == "dark" else "light"


@require_safe
@for_frames
@conditional_page
def embed_progress(request: HttpRequest, process: str) -> HttpResponse:
    shown = process_or_404(request, process)
    context = {"process": shown, "theme": _theme(request), **_table(progress_of(shown, now=timezone.now()))}
    return render(request, "workshops/public/embed_progress.html", context)


@require_safe
@for_frames
@conditional_page
def embed_workshops(request: HttpRequest, process: str) -> HttpResponse:
    """The next workshops, each with the way to its page, which opens outside of the frame."""
    shown = process_or_404(request, process)
    now = timezone.now()
    upcoming = (
        Workshop.objects.of_process(shown)
        .filter(status=Workshop.Status.PUBLISHED, ends_at__gt=now)
        .select_related("series__field")
        .order_by("starts_at", "pk")
    )
    context = {
        "process": shown,
        "theme": _theme(request),
        "workshops": list(upcoming[:NEXT_WORKSHOPS]),
    }
    return render(request, "workshops/public/embed_workshops.html", context)
