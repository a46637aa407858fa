"""Moderators: one page for the evening, on a tablet beside the video conference."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshops import search
from workshops.forms.moderator import AttendanceForm, ItemTextForm
from workshops.forms.moderator_proposals import comments_of
from workshops.models import AgendaItem, ProposedMeasure, SurveyComment, Workshop
from workshops.permissions import is_staff, signed_in_user
from workshops.views.agenda_times import Timed, timetable
from workshops.views.moderator import context_of, workshop_page
from workshops.views.moderator_attendance import people_of
from workshops.views.moderator_item import capture_form, chosen_comments, editing, text_form

# As many as somebody reads during an evening; whoever looks for more types a word.
MOST_COMMENTS = 30


@dataclass(frozen=True, slots=True)
class Row:
    timed: Timed
    form: ItemTextForm
    capture: forms.Form
    proposals: list[ProposedMeasure]

    @property
    def item(self) -> AgendaItem:
        return self.timed.item


@workshop_page
@never_cache
@require_safe
def desk(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """Agenda with minutes, who is there and what they need, what the survey said. With htmx: its comments.

    `?comment=…` brings a survey comment along into the forms where proposals are captured.

    Not kept by the browser: it names people and what they need.
    """
    query = request.GET.get("q", "")[:100].strip()
    if request.headers.get("HX-Request"):
        times = timetable(workshop, list(workshop.agenda.defer(*AgendaItem.PARTS)), now=timezone.now())
        found = context_of(workshop, taking=_taking(times), **_comments(workshop, query))
        return render(request, "workshops/moderator/_desk_comments.html", found)
    items = list(workshop.agenda.select_related("edited_by").prefetch_related("proposed_measures"))
    for item in items:
        item.workshop = workshop
    times = timetable(workshop, items, now=timezone.now())
    chosen = chosen_comments(request, workshop)
    rows = [
        Row(
            timed,
            text_form(timed.item),
            capture_form(timed.item, chosen=chosen),
            list(timed.item.proposed_measures.all()),
        )
        for timed in times
    ]
    total = sum(item.minutes_planned or 0 for item in items)
    length = int((workshop.ends_at - workshop.starts_at).total_seconds()) // 60
    context = context_of(
        workshop,
        rows=rows,
        taking=_taking(times),
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


def _taking(times: list[Timed]) -> AgendaItem | None:
    """The item under which a survey comment becomes a proposal first of all: what is talked about now."""
    current = [timed.item for timed in times if timed.is_current]
    return next(iter(current or [timed.item for timed in times]), None)


def _comments(workshop: Workshop, query: str) -> dict[str, object]:
    """What people wrote in the survey about the workshop's field, or about none: those with all the words."""
    found: Iterable[SurveyComment] = comments_of(workshop).select_related(None)[: MOST_COMMENTS + 1]
    if query:
        rows = comments_of(workshop).select_related(None).iterator()
        found = islice(
            search.meeting(((row, row.text) for row in rows), search.terms(query)), MOST_COMMENTS + 1
        )
    shown = list(found)
    return {
        "comments": shown[:MOST_COMMENTS],
        "has_more_comments": len(shown) > MOST_COMMENTS,
        "query": query,
    }
