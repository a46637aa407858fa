"""Moderators: one proposed measure on its own page, with all that may be said of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.errors import Refusal, RemovedMeanwhile
from workshops.forms.moderator_proposals import ProposalChangeForm, comments_of
from workshops.forms.staff_results import detail_field
from workshops.models import MeasureDetails, ProposedMeasure, SurveyComment, Workshop
from workshops.operations import proposals
from workshops.permissions import signed_in_user
from workshops.templatetags.workshops import language_name
from workshops.views import arrived
from workshops.views.moderator import context_of, workshop_page
from workshops.views.staff import attempt

# As many as somebody reads; whoever looks for more types a word.
MOST_COMMENTS = 30


@workshop_page
def proposal(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """Change a proposal that isn't decided. `find` searches the survey's comments and saves nothing."""
    found = _proposal_of(workshop, pk)
    taken_up = list(found.survey_comments.order_by("pk"))
    there = {name: getattr(found, name) for name in ("title", "description", "language")}
    details = {name: getattr(found, name) for name in MeasureDetails.DETAILS}
    form = ProposalChangeForm(
        request.POST or None,
        initial={**there, **details, **_seen(found)},
        workshop=workshop,
        chosen=taken_up,
    )
    conflict = False
    if "find" in request.POST:
        # What is half typed isn't a mistake yet.
        form = ProposalChangeForm(initial=form.typed, workshop=workshop, chosen=form.chosen)
    elif form.is_valid():
        try:
            proposals.change(found, by=signed_in_user(request), **form.cleaned_data)
        except Refusal as refusal:
            raise_if_removed(refusal)
            # The next try is made in sight of what is there now, which stands above the form.
            conflict = True
            again = request.POST.copy()
            for name, words in _seen(found).items():
                if name in again:
                    again[name] = words
            form = ProposalChangeForm(again, workshop=workshop)
            form.add_error("title", refusal.sentence)
            # Others may have chosen meanwhile.
            taken_up = list(found.survey_comments.order_by("pk"))
        else:
            arrived.tell(request)
            messages.success(request, _("Der Vorschlag ist geändert."))
            return redirect("workshops:moderate_item", workshop.pk, found.item_id)
    context = context_of(
        workshop,
        proposal=found,
        item=found.item,
        form=form,
        conflict=conflict,
        details=_details(found),
        taken_up=taken_up,
        is_unsaved="find" in request.POST,
        **_comments(request, workshop, form.chosen),
    )
    return render(request, "workshops/moderator/proposal.html", context, status=409 if conflict else 200)


@workshop_page
@require_POST
def withdraw_proposal(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    found = _proposal_of(workshop, pk)
    attempt(
        request,
        lambda: proposals.withdraw(found, by=signed_in_user(request)),
        done=_("Der Vorschlag ist zurückgenommen."),
    )
    return redirect("workshops:moderate_item", workshop.pk, found.item_id)


def raise_if_removed(refusal: Refusal) -> None:
    """Removed between our look and the lock: there is no form left that the words could stand in."""
    if refusal.code in ("item_removed", "withdrawn"):
        raise RemovedMeanwhile(refusal.sentence) from None


def _proposal_of(workshop: Workshop, pk: int) -> ProposedMeasure:
    found = ProposedMeasure.objects.select_related("item").filter(item__workshop=workshop, pk=pk).first()
    if found is None:
        raise RemovedMeanwhile(proposals.WITHDRAWN)
    found.item.workshop = workshop
    return found


def _seen(found: ProposedMeasure) -> dict[str, str]:
    return {
        "seen_title": found.title,
        "seen_description": found.description,
        "seen": proposals.edition(found),
    }


def _details(found: ProposedMeasure) -> list[tuple[object, str]]:
    """Those that say anything, the language too, with their labels."""
    named = [(detail_field(name).label, getattr(found, name)) for name in MeasureDetails.DETAILS]
    language = language_name(found.language) if found.language else ""
    return [(label, words) for label, words in [*named, (_("Sprache des Vorschlags"), language)] if words]


def _comments(request: HttpRequest, workshop: Workshop, chosen: list[SurveyComment]) -> dict[str, object]:
    """Those with all the words that somebody looks for, beside those that are chosen."""
    query = (request.POST if "q" in request.POST else request.GET).get("q", "")[:100].strip()
    found = comments_of(workshop).exclude(pk__in=[each.pk for each in chosen])
    for word in query.split():
        found = found.filter(text__icontains=word)
    shown = list(found[: MOST_COMMENTS + 1])
    return {
        "chosen": chosen,
        "comments": shown[:MOST_COMMENTS],
        "has_more_comments": len(shown) > MOST_COMMENTS,
        "query": query,
    }
