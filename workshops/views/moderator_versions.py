"""Moderators: what was saved under an agenda item, compared and taken up again."""

from collections.abc import Container
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from workshops.errors import Refusal
from workshops.models import AgendaItem, AgendaItemVersion, User, Workshop
from workshops.operations import minutes
from workshops.permissions import signed_in_user
from workshops.plans.word_diff import Piece, pieces_of
from workshops.views.moderator import context_of, workshop_page
from workshops.views.moderator_agenda import item_of
from workshops.views.numbers import row_number
from workshops.views.sittings import COLUMNS, Save, sittings_of

LABELS = {"text": _("Diskussion"), "points": _("Ergebnisse"), "agreements": _("Vereinbarungen")}
# An evening of two hours has about ten; an opened one of a fast writer some hundred saves.
SITTINGS_A_PAGE = 30
SAVES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Part:
    label: object
    pieces: list[Piece]
    # Of the later text, or, where it is gone, of the earlier: in which language the pieces are.
    words: str


@workshop_page
@require_safe
def versions(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """By sitting; `?sitting=…` opens the one with that version; `?old=…&new=…` compares two versions.

    However long the evening was, a page draws a bounded number of rows.
    """
    item = item_of(workshop, pk)
    saves = [Save(*row) for row in item.versions.order_by("-version").values_list(*COLUMNS)]
    known = {save.version: save for save in saves}
    new = _number(request, "new", known) or max(known, default=0)
    old = _number(request, "old", known)
    asked = _number(request, "sitting", known)
    sittings = sittings_of(saves)
    places = {save.version: place for place, sitting in enumerate(sittings) for save in sitting.saves}
    # An opened sitting's links lead back to its own page.
    number = places[asked] // SITTINGS_A_PAGE + 1 if asked else request.GET.get("page")
    page = Paginator(sittings, SITTINGS_A_PAGE).get_page(number)
    opened = sittings[places[asked]] if asked else None
    offered = {sitting.last.version for sitting in page} | {old or new, new}
    shown = [known[version] for version in sorted(offered - {0}, reverse=True)]
    people = User.objects.in_bulk({save.by for save in shown if save.by})
    context = context_of(
        workshop,
        item=item,
        old=old,
        new=new,
        page=page,
        sittings=[(sitting, people.get(sitting.last.by or 0)) for sitting in page],
        offered=[(save, people.get(save.by or 0)) for save in shown],
        opened=opened,
        opened_page=Paginator(opened.saves, SAVES_A_PAGE).get_page(request.GET.get("part"))
        if opened
        else None,
    )
    if old:
        pair = {each.version: each for each in item.versions.filter(version__in=(old, new))}
        context["parts"] = _compared(pair[old], pair[new])
    return render(request, "workshops/moderator/versions.html", context)


@workshop_page
@require_POST
def restore(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """An earlier text becomes a new version; what stands there now stays as a version too."""
    item = item_of(workshop, pk)
    wanted = row_number(request.POST.get("version", ""))
    seen = row_number(request.POST.get("seen_version", ""))
    version = item.versions.filter(version=wanted).first() if wanted else None
    if version is None or seen is None:
        return redirect("workshops:moderate_versions", workshop.pk, item.pk)
    try:
        changed = minutes.save_item(
            item,
            by=signed_in_user(request),
            seen_version=seen,
            restored_from=wanted,
            text=version.text,
            points=version.points,
            agreements=version.agreements,
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("workshops:moderate_versions", workshop.pk, item.pk)
    if changed:
        messages.success(request, gettext("Fassung %(n)d steht wieder da.") % {"n": wanted})
    else:
        messages.info(request, gettext("Diese Fassung steht schon da."))
    return redirect("workshops:moderate_item", workshop.pk, item.pk)


def _compared(old: AgendaItemVersion, new: AgendaItemVersion) -> list[Part]:
    """Each part in which anything stands, word by word."""
    found = []
    for name in AgendaItem.PARTS:
        before, after = getattr(old, name), getattr(new, name)
        if before or after:
            found.append(Part(LABELS[name], pieces_of(before, after), after or before))
    return found


def _number(request: HttpRequest, name: str, known: Container[int]) -> int | None:
    number = row_number(request.GET.get(name, ""))
    return number if number in known else None
