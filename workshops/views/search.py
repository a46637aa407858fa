"""Search in one process: workshops, minutes and measures, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from workshops import markup, search
from workshops.models import (
    AgendaItem,
    LocalisedText,
    Measure,
    Minutes,
    ParticipationProcess,
    Workshop,
)
from workshops.permissions import is_staff, visible_workshops
from workshops.search import Piece, Term
from workshops.views.public import process_or_404

Row = TypeVar("Row", Workshop, AgendaItem, Measure)

# So many are looked at, the best of them shown; whoever gets more asks more precisely.
MOST_LOOKED_AT = 200
SHOWN_OF_EACH = 10

KINDS = {"workshops": _("Workshops"), "minutes": _("Protokolle"), "measures": _("Maßnahmen")}


@dataclass(frozen=True, slots=True)
class Hit:
    title: list[Piece]
    text: list[Piece]
    url: str
    about: str
    language: str
    is_public: bool = True


@dataclass(slots=True)
class Group:
    code: str
    label: object
    count: int = 0
    # There are more than were looked at.
    is_cut: bool = False
    hits: list[Hit] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Others of the group aren't shown."""
        return self.count > len(self.hits)


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
    group, chosen = _best("workshops", matching.select_related("series__field"), asked, most)
    for workshop in chosen:
        is_public = workshop.status in announced
        address = [process.slug, workshop.field.slug, workshop.number]
        group.hits.append(
            Hit(
                title=search.marked(str(workshop), asked),
                text=_excerpt(workshop.description, asked),
                url=reverse("workshops:workshop", args=address)
                if is_public
                else reverse("workshops:staff_workshop", args=[process.slug, workshop.pk])
                if is_staff(request.user)
                else reverse("workshops:moderate_workshop", args=[workshop.pk]),
                about=str(workshop.field.name),
                language=workshop.description.shown_language(),
                is_public=is_public,
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
    group, chosen = _best("minutes", matching, asked, most)
    for item in chosen:
        workshop = item.workshop
        is_public = hasattr(workshop, "minutes") and workshop.minutes.is_published
        address = [process.slug, workshop.field.slug, workshop.number]
        text = "\n".join(getattr(item, part) for part in AgendaItem.PARTS)
        group.hits.append(
            Hit(
                title=search.marked(item.title, asked),
                text=search.excerpt(markup.plain(text), asked),
                url=reverse("workshops:minutes", args=address)
                if is_public
                else reverse("workshops:moderate_item", args=[workshop.pk, item.pk]),
                about=str(workshop),
                language="",
                is_public=is_public,
            )
        )
    return group


def _measures(request: HttpRequest, process: ParticipationProcess, asked: Sequence[Term], most: int) -> Group:
    rows = Measure.objects.filter(goal__guideline__field__process=process)
    matching = search.matching(rows, asked).select_related("goal__guideline__field")
    group, chosen = _best("measures", matching, asked, most)
    for measure in chosen:
        group.hits.append(
            Hit(
                title=search.marked(str(measure.title), asked, language=measure.title.shown_language()),
                text=_excerpt(measure.description, asked),
                url=f"{reverse('workshops:measures', args=[process.slug])}#measure-{measure.pk}",
                about=str(measure.goal.guideline.field.name),
                language=measure.title.shown_language(),
            )
        )
    return group


_GROUPS = {"workshops": _workshops, "minutes": _minutes, "measures": _measures}


def _best(code: str, rows: QuerySet[Row], asked: Sequence[Term], most: int) -> tuple[Group, list[Row]]:
    """Titles that are met first, then the newest; two statements, the second for those that are shown."""
    titles = list(rows.order_by("-pk").values_list("pk", "title")[: MOST_LOOKED_AT + 1])
    group = Group(
        code, KINDS[code], count=min(len(titles), MOST_LOOKED_AT), is_cut=len(titles) > MOST_LOOKED_AT
    )
    ranked = sorted(titles[:MOST_LOOKED_AT], key=lambda row: -search.weight(_words(row[1]), asked))
    chosen = [pk for pk, _title in ranked[:most]]
    found = rows.in_bulk(chosen) if chosen else {}
    return group, [found[pk] for pk in chosen if pk in found]


def _words(title: object) -> str:
    return " ".join(title.values()) if isinstance(title, dict) else str(title)


def _excerpt(text: LocalisedText, asked: Sequence[Term]) -> list[Piece]:
    """In the reader's language if the words stand there, else in the language in which they do."""
    language = text.shown_language()
    for code in (language, *text):
        pieces = search.excerpt(markup.plain(text.get(code, "")), asked, language=code)
        if any(piece.is_met for piece in pieces):
            return pieces
    return search.excerpt(markup.plain(text.get(language, "")), asked, language=language)
