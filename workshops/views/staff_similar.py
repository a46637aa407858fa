"""Staff: proposals that may mean the same side by side; and decisions that are undone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workshops.models import ParticipationProcess, ProposedMeasure
from workshops.operations import alike, decisions, priority_results, proposals
from workshops.permissions import signed_in_user
from workshops.views.numbers import row_number
from workshops.views.staff import attempt, process_page

PAIRS_A_PAGE = 10
MOST_REASON = 2000


@process_page
def similar(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    if request.method == "POST":
        _settle(request, process)
        return redirect("workshops:staff_similar", process.slug)
    found = alike.find(process)
    page = Paginator(found.pairs, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    shown = [proposal for pair in page for proposal in (pair.one, pair.other)]
    weights = priority_results.weights(shown, now=timezone.now())
    for each in shown:
        each.weight = weights.get(each.pk)  # type: ignore[attr-defined]
    context = {
        "process": process,
        "page": page,
        "found": found,
        # Which goes into which: only what is undecided can go, so into the other.
        "pairs": [(pair, ((pair.one, pair.other), (pair.other, pair.one))) for pair in page],
    }
    return render(request, "workshops/staff/similar.html", context)


@process_page
@require_POST
def undo(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    """A merging is undone, or a declined or adopted proposal opened again."""
    found = _proposal(process, pk)
    user = signed_in_user(request)
    if "unmerge" in request.POST:
        done = _("„%(title)s“ steht wieder für sich.") % {"title": found.title}
        attempt(request, lambda: decisions.unmerge(found, by=user), done=done)
    else:
        done = _("„%(title)s“ ist wieder offen.") % {"title": found.title}
        attempt(request, lambda: decisions.reopen(found, by=user), done=done)
    return redirect("workshops:staff_proposal", process.slug, pk)


def _settle(request: HttpRequest, process: ParticipationProcess) -> None:
    one, other = (_proposal(process, _number(request.POST.get(name, ""))) for name in ("one", "other"))
    user = signed_in_user(request)
    if "merge" in request.POST:
        reason = request.POST.get("reason", "").strip()[:MOST_REASON]
        done = _("„%(one)s“ ist in „%(other)s“ aufgegangen.") % {"one": one.title, "other": other.title}
        is_done = attempt(
            request, lambda: proposals.merge(one, into=other, reason=reason, by=user), done=done
        )
        if reason and not is_done:
            messages.info(request, _("Ihre Begründung war: „%(reason)s“") % {"reason": reason})
    else:
        done = _("Diese beiden werden nicht mehr nebeneinandergestellt.")
        attempt(request, lambda: alike.tell_apart(one, other, by=user), done=done)


def _number(typed: str) -> int:
    if (number := row_number(typed)) is None:
        raise Http404
    return number


def _proposal(process: ParticipationProcess, pk: int) -> ProposedMeasure:
    return get_object_or_404(
        ProposedMeasure.objects.select_related("item__workshop__series__field__process", "measure"),
        item__workshop__series__field__process=process,
        pk=pk,
    )
