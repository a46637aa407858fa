"""Moderators: open and close the weighing of proposals, type in a show of hands, see the result."""

from collections import Counter

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import Refusal
from workshops.forms.priorities import ClosingForm, HandsForm, OpeningForm
from workshops.models import ContactBy, Prioritisation, Registration, Workshop
from workshops.operations import points, priorities, priority_counts
from workshops.operations.priority_results import Result
from workshops.permissions import signed_in_user
from workshops.views import weighed
from workshops.views.moderator import context_of, workshop_page
from workshops.views.staff import attempt, carried_out


@workshop_page
def weighing(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """What stands for choice, or what was chosen; a POST opens it, for points or for raised hands only."""
    prioritisation = _of(workshop)
    is_opening = request.method == "POST" and (prioritisation is None or prioritisation.is_by_hands_only)
    by_hands = is_opening and "hands" in request.POST
    initial = {"points_each": workshop.process.points_each}
    form = OpeningForm(request.POST if is_opening and not by_hands else None, initial=initial)
    if is_opening:
        by = signed_in_user(request)
        if by_hands:
            attempt(
                request,
                lambda: priorities.open_(workshop, by=by, points_each=None),
                done=_("Hier tragen Sie jetzt Handzeichen ein. Es gehen keine E-Mails hinaus."),
            )
            return redirect("workshops:moderate_priorities", workshop.pk)
        if carried_out(form, lambda: priorities.open_(workshop, by=by, **form.cleaned_data)):
            messages.success(
                request,
                _("Die Gewichtung ist eröffnet. Alle, die da sind oder da waren, bekommen ihren Link."),
            )
            return redirect("workshops:moderate_priorities", workshop.pk)
    return _page(request, workshop, prioritisation, opening=form)


@workshop_page
@require_POST
def close(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    attempt(
        request,
        lambda: priorities.close(workshop, by=signed_in_user(request)),
        done=_("Die Gewichtung ist beendet."),
    )
    return redirect("workshops:moderate_priorities", workshop.pk)


@workshop_page
@require_POST
def reopen(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    form, by = ClosingForm(request.POST), signed_in_user(request)
    if carried_out(form, lambda: priorities.reopen(workshop, by=by, **form.cleaned_data), at="closes_at"):
        messages.success(request, _("Die Gewichtung läuft wieder."))
        return redirect("workshops:moderate_priorities", workshop.pk)
    return _page(request, workshop, _of(workshop), closing=form)


@workshop_page
@require_POST
def take_up(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    attempt(
        request,
        lambda: priorities.take_up(workshop, by=signed_in_user(request)),
        done=_("Die neuen Vorschläge stehen jetzt mit zur Wahl."),
    )
    return redirect("workshops:moderate_priorities", workshop.pk)


@workshop_page
@require_POST
def hands(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    prioritisation = _of(workshop)
    if prioritisation is None:
        return redirect("workshops:moderate_priorities", workshop.pk)
    form = HandsForm(request.POST, options=list(prioritisation.options.select_related("proposal")))
    if form.is_valid():
        try:
            changed = priorities.note_hands(
                workshop, counts=form.counts, seen=form.seen, by=signed_in_user(request)
            )
        except Refusal as refusal:
            _show_conflict(form, refusal)
        else:
            messages.success(
                request,
                ngettext("%(n)d Zahl gespeichert.", "%(n)d Zahlen gespeichert.", changed) % {"n": changed},
            )
            return redirect("workshops:moderate_priorities", workshop.pk)
    return _page(request, workshop, prioritisation, hands_form=form)


@workshop_page
@require_safe
def result(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The part that an open page asks for again and again."""
    prioritisation = _of(workshop)
    if prioritisation is None:
        return redirect("workshops:moderate_priorities", workshop.pk)
    shown = weighed.shown(prioritisation, now=timezone.now())
    found = shown["result"]
    assert isinstance(found, Result)
    if shown["is_open"] and request.GET.get("seen") == str(found.voters or 0):
        return HttpResponse(status=204)  # Nothing new to read out.
    return render(request, "workshops/moderator/_priorities_result.html", context_of(workshop) | shown)


def _unmailed(workshop: Workshop, there: QuerySet[Registration]) -> dict[str, int]:
    """Those who are there and get no link by mail: told on paper or by telephone by staff, or not at all."""
    ways = Counter(there.values_list("participant__contact_by", flat=True))
    mail = ContactBy.EMAIL
    return {
        "by_staff": sum(number for way, number in ways.items() if way != mail),
        "guests": workshop.phone_guests.count(),
    }


def _of(workshop: Workshop) -> Prioritisation | None:
    return Prioritisation.objects.filter(workshop=workshop).select_related("closed_by").first()


def _show_conflict(form: HandsForm, refusal: Refusal) -> None:
    now_there = refusal.details.get("hands", {})
    form.saw(now_there)
    form.add_error(None, refusal.sentence)
    for pk, count in now_there.items():
        sentence = _("Dort steht jetzt: %(count)s") % {"count": "–" if count is None else count}
        form.add_error(f"hands-{pk}", sentence)


def _page(
    request: HttpRequest,
    workshop: Workshop,
    prioritisation: Prioritisation | None,
    *,
    opening: OpeningForm | None = None,
    closing: ClosingForm | None = None,
    hands_form: HandsForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    offered = list(priorities.proposals_of_field(workshop))
    there = points.who_came(workshop, now=now)
    context = context_of(
        workshop,
        prioritisation=prioritisation,
        has_begun=workshop.starts_at <= now,
        came_count=there.count(),
        offered=offered,
    )
    if prioritisation is None or prioritisation.is_by_hands_only:
        context |= {"opening": opening, "form": opening, "unmailed": _unmailed(workshop, there)}
    if prioritisation is None:
        return render(request, "workshops/moderator/priorities.html", context)
    options = list(prioritisation.options.select_related("proposal__item__workshop__series__field"))
    known = {option.proposal_id for option in options}
    context |= weighed.shown(prioritisation, now=now) | {
        "closing": closing or ClosingForm(),
        "form": hands_form or closing or opening,
        "not_seen": 0 if prioritisation.frozen_at else priority_counts.not_seen(prioritisation),
        "hands": hands_form or HandsForm(None, options=options),
        "new": [proposal for proposal in offered if proposal.pk not in known],
    }
    return render(request, "workshops/moderator/priorities.html", context)
