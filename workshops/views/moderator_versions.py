"""Moderators: what was saved under an agenda item, compared and taken up again."""

import datetime
from dataclasses import dataclass, field

from django.contrib import messages
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

LABELS = {"text": _("Diskussion"), "points": _("Ergebnisse"), "agreements": _("Vereinbarungen")}
QUARTER = datetime.timedelta(minutes=15)


@dataclass(slots=True)
class Sitting:
    """What one person saved within a quarter of an hour: a save every few seconds is no reading."""

    by: User | None
    versions: list[AgendaItemVersion] = field(default_factory=list)  # the latest first

    @property
    def last(self) -> AgendaItemVersion:
        return self.versions[0]

    @property
    def first(self) -> AgendaItemVersion:
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Part:
    label: object
    pieces: list[Piece]


@workshop_page
@require_safe
def versions(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """Each save, by sitting; `?old=…&new=…` compares two of them."""
    item = item_of(workshop, pk)
    saved = list(item.versions.defer(*AgendaItem.PARTS).select_related("saved_by").order_by("-version"))
    known = {version.version for version in saved}
    new = _number(request.GET.get("new"), known) or max(known, default=0)
    old = _number(request.GET.get("old"), known)
    sittings = _sittings(saved)
    context = context_of(workshop, item=item, sittings=sittings, saved=saved, old=old, new=new)
    if old:
        pair = {each.version: each for each in item.versions.filter(version__in=(old, new))}
        context["parts"] = _compared(pair[old], pair[new])
    return render(request, "workshops/moderator/versions.html", context)


@workshop_page
@require_POST
def restore(request: HttpRequest, workshop: Workshop, pk: int) -> HttpResponse:
    """An earlier text becomes a new version; what stands there now stays as a version too."""
    item = item_of(workshop, pk)
    wanted = _number(request.POST.get("version"), set(item.versions.values_list("version", flat=True)))
    seen = request.POST.get("seen_version", "")
    if not wanted or not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        return redirect("workshops:moderate_versions", workshop.pk, item.pk)
    version = item.versions.get(version=wanted)
    try:
        changed = minutes.save_item(
            item,
            by=signed_in_user(request),
            seen_version=int(seen),
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


def _sittings(saved: list[AgendaItemVersion]) -> list[Sitting]:
    sittings: list[Sitting] = []
    for version in saved:
        last = sittings[-1] if sittings else None
        if (
            last is None
            or last.by != version.saved_by
            or last.last.saved_at - version.saved_at > QUARTER
            or version.restored_from
            or last.first.restored_from
        ):
            last = Sitting(version.saved_by)
            sittings.append(last)
        last.versions.append(version)
    return sittings


def _compared(old: AgendaItemVersion, new: AgendaItemVersion) -> list[Part]:
    """Each part in which anything stands, word by word."""
    found = []
    for name in AgendaItem.PARTS:
        before, after = getattr(old, name), getattr(new, name)
        if before or after:
            found.append(Part(LABELS[name], pieces_of(before, after)))
    return found


def _number(typed: str | None, known: set[int]) -> int | None:
    return next((number for number in known if str(number) == typed), None)
