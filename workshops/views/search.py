"""Search in one process: workshops, minutes, proposals and the plan, as far as the reader may see them."""

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from workshops import markup, search, stemming
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    Measure,
    Minutes,
    ParticipationProcess,
    ProposedMeasure,
    Workshop,
)
from workshops.permissions import is_staff, visible_workshops
from workshops.search import Term
from workshops.views.public import process_or_404
from workshops.views.search_hits import (
    MOST_LOOKED_AT,
    SHOWN_OF_EACH,
    Group,
    Hit,
    best,
    excerpt,
    in_its_words,
    in_the_plan,
    own_or_german,
)

KINDS = {
    "workshops": _("Workshops"),
    "minutes": _("Protokolle"),
    "proposals": _("Maßnahmenvorschläge"),
    "measures": _("Maßnahmen"),
    "goals": _("Ziele"),
    "guidelines": _("Leitlinien"),
}


@require_safe
def results(request: HttpRequest, process: str) -> HttpResponse:
    shown = process_or_404(request, process)
    question = " ".join(request.GET.get("q", "")[: search.LONGEST_QUESTION].split())
    asked = search.terms(question)
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in KINDS else list(KINDS)
    most = MOST_LOOKED_AT if kind in KINDS else SHOWN_OF_EACH
    groups = [_GROUPS[each](request, shown, asked, most) for each in kinds] if asked else []
    context = {
        "process": shown,
        "question": question,
        "is_asked": bool(asked),
        "kind": kind if kind in KINDS else "",
        "groups": [group for group in groups if group.count],
        "count": sum(group.count for group in groups),
        "is_cut": any(group.is_cut for group in groups),
    }
    return render(request, "workshops/public/search.html", context)


def _workshops(
    request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int
) -> Group:
    """A workshop without a title is called after its field, so the field's words count as its own."""
    announced = [Workshop.Status.PUBLISHED, Workshop.Status.CANCELLED]
    inside = visible_workshops(request.user).values("pk")
    rows = Workshop.objects.of_process(process).filter(Q(status__in=announced) | Q(pk__in=inside))
    matching = search.matching(rows, asked, columns=("search", "series__field__search"))
    group = Group("workshops", KINDS["workshops"])
    chosen = best(group, matching.select_related("series__field"), asked, most)
    for workshop in chosen:
        is_public = workshop.status in announced
        address = [process.slug, workshop.field.slug, workshop.number]
        language, text = excerpt(workshop.description, asked)
        group.hits.append(
            Hit(
                title=search.marked(str(workshop), asked, language=own_or_german(workshop.title)),
                text=text,
                url=reverse("workshops:workshop", args=address)
                if is_public
                else reverse("workshops:staff_workshop", args=[process.slug, workshop.pk])
                if is_staff(request.user)
                else reverse("workshops:moderate_workshop", args=[workshop.pk]),
                # Without a title it is called after its field.
                about=workshop.field.name if workshop.title else "",
                title_language=workshop.title.shown_language() if workshop.title else "",
                text_language=language,
                is_public=is_public,
                workshop=workshop,
            )
        )
    return group


def _minutes(request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int) -> Group:
    """Item by item. What isn't published yet is found by those who lead the workshop, and by staff."""
    inside = visible_workshops(request.user).values("pk")
    rows = AgendaItem.objects.written().filter(
        Q(workshop__minutes__status=Minutes.Status.PUBLISHED) | Q(workshop__in=inside),
        workshop__series__field__process=process,
    )
    matching = search.matching(rows, asked).select_related("workshop__series__field", "workshop__minutes")
    group = Group("minutes", KINDS["minutes"])
    chosen = best(group, matching, asked, most)
    for item in chosen:
        workshop = item.workshop
        text = "\n".join(getattr(item, part) for part in AgendaItem.PARTS)
        group.hits.append(
            Hit(
                title=search.marked(item.title, asked),
                text=search.excerpt(markup.plain(text), asked),
                url=_place_of(item, process),
                about=in_its_words(workshop),
                is_public=_is_public(workshop),
            )
        )
    return group


def _proposals(
    request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int
) -> Group:
    """As the items of the minutes in which they stand: a hit leads to the item."""
    inside = visible_workshops(request.user).values("pk")
    rows = ProposedMeasure.objects.filter(
        Q(item__workshop__minutes__status=Minutes.Status.PUBLISHED) | Q(item__workshop__in=inside),
        item__workshop__series__field__process=process,
    )
    matching = search.matching(rows, asked).select_related(
        "item__workshop__series__field", "item__workshop__minutes"
    )
    group = Group("proposals", KINDS["proposals"])
    chosen = best(group, matching, asked, most)
    for proposal in chosen:
        language = proposal.language or stemming.GERMAN
        group.hits.append(
            Hit(
                title=search.marked(proposal.title, asked, language=language),
                text=search.excerpt(markup.plain(proposal.description), asked, language=language),
                url=_place_of(proposal.item, process),
                about=in_its_words(proposal.item.workshop),
                title_language=proposal.language,
                text_language=proposal.language,
                is_public=_is_public(proposal.item.workshop),
            )
        )
    return group


def _place_of(item: AgendaItem, process: ParticipationProcess) -> str:
    """Where the reader finds the item: in published minutes, else where it is written."""
    workshop = item.workshop
    if not _is_public(workshop):
        return reverse("workshops:moderate_item", args=[workshop.pk, item.pk])
    address = [process.slug, workshop.field.slug, workshop.number]
    return f"{reverse('workshops:minutes', args=address)}#item-{item.pk}"


def _is_public(workshop: Workshop) -> bool:
    return hasattr(workshop, "minutes") and workshop.minutes.is_published


def _measures(request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int) -> Group:
    rows = Measure.objects.filter(goal__guideline__field__process=process)
    matching = search.matching(rows, asked).select_related("goal__guideline__field")
    group = Group("measures", KINDS["measures"])
    chosen = best(group, matching, asked, most)
    for measure in chosen:
        language, text = excerpt(measure.description, asked)
        group.hits.append(
            in_the_plan(
                process,
                measure.title,
                asked,
                anchor=f"measure-{measure.pk}",
                about=measure.goal.guideline.field.name,
                text=text,
                text_language=language,
            )
        )
    return group


def _goals(request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int) -> Group:
    rows = Goal.objects.filter(guideline__field__process=process)
    matching = search.matching(rows, asked).select_related("guideline__field")
    group = Group("goals", KINDS["goals"])
    chosen = best(group, matching, asked, most, title="text")
    group.hits += [
        in_the_plan(process, goal.text, asked, anchor=f"goal-{goal.pk}", about=goal.guideline.field.name)
        for goal in chosen
    ]
    return group


def _guidelines(
    request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int
) -> Group:
    rows = Guideline.objects.filter(field__process=process)
    matching = search.matching(rows, asked).select_related("field")
    group = Group("guidelines", KINDS["guidelines"])
    chosen = best(group, matching, asked, most, title="text")
    group.hits += [
        in_the_plan(process, each.text, asked, anchor=f"guideline-{each.pk}", about=each.field.name)
        for each in chosen
    ]
    return group


_GROUPS = {
    "workshops": _workshops,
    "minutes": _minutes,
    "proposals": _proposals,
    "measures": _measures,
    "goals": _goals,
    "guidelines": _guidelines,
}
