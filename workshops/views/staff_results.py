"""Staff: proposed measures and what becomes of them, and the minutes that are still to come."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from workshops.errors import Refusal
from workshops.forms.staff_results import AdoptForm, DeclineForm, FilterForm, MergeForm, detail_field, typed
from workshops.models import MeasureDetails, ParticipationProcess, ProposedMeasure, Workshop
from workshops.models.minutes import minutes_are_overdue
from workshops.operations import priority_results, proposals
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

PROPOSALS_A_PAGE = 50


@process_page
@require_safe
def proposed_measures(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """All proposals of the process, those without a decision unless the filter says otherwise."""
    wanted = request.GET if "status" in request.GET else {"status": ProposedMeasure.Status.PROPOSED}
    form = FilterForm(wanted, process=process)
    found = (
        ProposedMeasure.objects.filter(item__workshop__series__field__process=process)
        .select_related("item__workshop__series__field", "item__workshop__minutes")
        .prefetch_related(
            Prefetch(
                "merged_proposals", ProposedMeasure.objects.select_related("item__workshop__series__field")
            )
        )
        .order_by("item__workshop__series__field__position", "item__workshop__starts_at", "created_at", "pk")
    )
    if form.is_valid():
        if form.cleaned_data["field"]:
            found = found.filter(item__workshop__series__field__slug=form.cleaned_data["field"])
        if form.cleaned_data["status"]:
            found = found.filter(status=form.cleaned_data["status"])
    page = Paginator(found, PROPOSALS_A_PAGE).get_page(request.GET.get("page"))
    weights = priority_results.weights(page, now=timezone.now())
    for each in page:
        each.weight = weights.get(each.pk)  # type: ignore[attr-defined]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "process": process,
        "form": form,
        "page": page,
        "query": query.urlencode(),
    }
    return render(request, "workshops/staff/proposals.html", context)


@process_page
def proposal(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """One proposal with its origin, and the three ways to decide."""
    found = get_object_or_404(
        ProposedMeasure.objects.select_related(
            "item__workshop__series__field__process", "measure__goal", "merged_into", "decided_by"
        ),
        item__workshop__series__field__process=process,
        pk=pk,
    )
    chosen = request.POST.get("decision", "")
    adopt = AdoptForm(
        request.POST if chosen == "adopt" else None,
        process=process,
        initial={
            "title": proposals.in_its_language(found, found.title),
            "description": proposals.in_its_language(found, found.description),
            **{name: getattr(found, name) for name in MeasureDetails.DETAILS},
        },
    )
    decline = DeclineForm(request.POST if chosen == "decline" else None)
    merge = MergeForm(request.POST if chosen == "merge" else None, proposal=found)
    user = signed_in_user(request)
    try:
        if chosen == "adopt" and adopt.is_valid():
            proposals.adopt(found, by=user, **adopt.cleaned_data)
            return _decided(request, process, _("„%(title)s“ ist jetzt eine Maßnahme."), found)
        if chosen == "decline" and decline.is_valid():
            proposals.decline(found, by=user, **decline.cleaned_data)
            return _decided(request, process, _("„%(title)s“ ist abgelehnt."), found)
        if chosen == "merge" and merge.is_valid():
            proposals.merge(found, by=user, **merge.cleaned_data)
            return _decided(request, process, _("„%(title)s“ ist zusammengeführt."), found)
    except Refusal as refusal:
        if refusal.code == "withdrawn":
            messages.error(request, refusal.sentence)
            return redirect("workshops:staff_proposals", process.slug)
        {"adopt": adopt, "decline": decline, "merge": merge}[chosen].add_error(None, refusal.sentence)
        found.refresh_from_db(fields=["status"])
    context = {
        "process": process,
        "proposal": found,
        "adopt": adopt,
        "decline": decline,
        "merge": merge,
        "merged": list(found.merged_proposals.select_related("item__workshop__series__field")),
        "comments": list(found.survey_comments.order_by("pk")),
        "details": _details(found),
        "weight": priority_results.weights([found], now=timezone.now()).get(found.pk),
        "history": list(found.decisions.select_related("decided_by", "undone_by", "into")),
        "needs_german": settings.LANGUAGE_CODE not in proposals.in_its_language(found, found.title),
        "typed": typed({"adopt": adopt, "decline": decline, "merge": merge}[chosen])
        if found.is_decided and chosen in ("adopt", "decline", "merge")
        else [],
        "has_goals": adopt.fields["goal"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "workshops/staff/proposal.html", context)


@process_page
@require_safe
def all_minutes(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """Workshops that are over, with how far their minutes are; the overdue first, the oldest on top."""
    now = timezone.now()
    past = list(
        Workshop.objects.of_process(process)
        .over(now)
        .select_related("series__field__process", "minutes")
        .prefetch_related("moderators")
        .annotate(
            written=Count(
                "agenda", filter=~Q(agenda__text="", agenda__points="", agenda__agreements=""), distinct=True
            )
        )
        .order_by("starts_at", "pk")
    )
    unpublished = [
        workshop for workshop in past if not (hasattr(workshop, "minutes") and workshop.minutes.is_published)
    ]
    context = {
        "process": process,
        "overdue": [workshop for workshop in unpublished if minutes_are_overdue(workshop, now)],
        "coming": [workshop for workshop in unpublished if not minutes_are_overdue(workshop, now)],
        "published": [workshop for workshop in past if workshop not in unpublished],
    }
    return render(request, "workshops/staff/minutes.html", context)


def _details(found: ProposedMeasure) -> list[tuple[object, str]]:
    """The filled ones with their labels."""
    named = ((detail_field(name).label, getattr(found, name)) for name in MeasureDetails.DETAILS)
    return [(label, words) for label, words in named if words]


def _decided(
    request: HttpRequest, process: ParticipationProcess, done: str, found: ProposedMeasure
) -> HttpResponse:
    messages.success(request, done % {"title": found.title})
    return redirect("workshops:staff_proposals", process.slug)
