"""Moderators: one page for the evening, on a tablet beside the video conference."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops.forms.moderator import AttendanceForm, CaptureForm, ItemTextForm
from workshops.models import AgendaItem, ProposedMeasure, SurveyComment, Workshop
from workshops.permissions import is_staff, signed_in_user
from workshops.views.agenda_times import Timed, timetable
from workshops.views.moderator import context_of, workshop_page
from workshops.views.moderator_attendance import people_of
from workshops.views.moderator_item import capture_form, editing, text_form

# As many as somebody reads during an evening; whoever looks for more types a word.
MOST_COMMENTS = 30


@dataclass(frozen=True, slots=True)
class Row:
    timed: Timed
    form: ItemTextForm
    capture: CaptureForm
    proposals: list[ProposedMeasure]

    @property
    def item(self) -> AgendaItem:
        return self.timed.item


@workshop_page
@never_cache
@require_safe
def desk(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Agenda with minutes, who is there and what they need, what the survey said. With htmx: its comments.

    Not kept by the browser: it names people and what they need.
    """
    query = request.GET.get("q", "")[:100].strip()
    if request.headers.get("HX-Request"):
        return render(request, "workshops/moderator/_desk_comments.html", _comments(workshop, query))
    items = list(workshop.agenda.select_related("edited_by").prefetch_related("proposed_measures"))
    for item in items:
        item.workshop = workshop
    rows = [
        Row(timed, text_form(timed.item), capture_form(timed.item), list(timed.item.proposed_measures.all()))
        for timed in timetable(workshop, items, now=timezone.now())
    ]
    total = sum(item.minutes_planned or 0 for item in items)
    length = int((workshop.ends_at - workshop.starts_at).total_seconds()) // 60
    context = context_of(
        workshop,
        rows=rows,
        templates=[] if rows else list(workshop.process.agenda_templates.all()),
        total=total,
        length=length,
        is_long=total > length,
        is_staff=is_staff(request.user),
        # A draft's agenda may be prepared; its room and people are not there yet.
        **people_of(workshop, AttendanceForm(None)),
        **editing(signed_in_user(request)),
        **_comments(workshop, query),
    )
    return render(request, "workshops/moderator/desk.html", context)


def _comments(workshop: Workshop, query: str) -> dict[str, object]:
    """What people wrote in the survey about the workshop's field, those with all the words."""
    found = SurveyComment.objects.filter(field=workshop.series.field_id).order_by("pk")
    for word in query.split():
        found = found.filter(text__icontains=word)
    shown = list(found[: MOST_COMMENTS + 1])
    return {
        "comments": shown[:MOST_COMMENTS],
        "has_more_comments": len(shown) > MOST_COMMENTS,
        "query": query,
    }
