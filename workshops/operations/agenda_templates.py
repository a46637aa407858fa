"""Agendas to begin with: kept once for a process, appended to any of its workshops."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    AgendaTemplate,
    AgendaTemplateItem,
    ParticipationProcess,
    User,
    Workshop,
)
from workshops.operations import ordering
from workshops.operations.minutes import lock_to_write

# An evening has about eight.
MOST_ITEMS = 60

REMOVED = _("Diese Vorlage gibt es nicht mehr.")
REWRITTEN = _("Diese Vorlage wurde inzwischen geändert. Bitte die Seite neu laden.")


@dataclass(frozen=True, slots=True)
class Point:
    """`minutes`: how long it takes, None if that is open."""

    title: str
    minutes: int | None = None


@transaction.atomic
def save_as(workshop: Workshop, *, name: str, by: User) -> AgendaTemplate:
    """The workshop's present agenda, without what was written under it."""
    points = [Point(item.title, item.minutes_planned) for item in workshop.agenda.all()]
    if not points:
        raise Refusal("empty_agenda", _("Die Tagesordnung ist noch leer: Es gibt nichts aufzuheben."))
    return create(workshop.process, name=name, points=points, by=by)


@transaction.atomic
def create(process: ParticipationProcess, *, name: str, points: Sequence[Point], by: User) -> AgendaTemplate:
    """Refuses with `name_taken`, `no_points` or `too_many_points`."""
    _refuse_unusable(points)
    try:
        with transaction.atomic():
            template = AgendaTemplate.objects.create(process=process, name=" ".join(name.split()))
    except IntegrityError:
        raise _name_taken() from None
    _write(template, points)
    return template


@transaction.atomic
def change(
    template: AgendaTemplate, *, name: str, points: Sequence[Point], seen: Sequence[Point], by: User
) -> None:
    """Other name and points. Refuses with `edited_meanwhile` if the points aren't those the person saw."""
    _lock(template)
    _refuse_unusable(points)
    now_there = points_of(template)
    if now_there not in (list(seen), list(points)):
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes diese Vorlage geändert. Bitte vergleichen und neu speichern."),
        )
    template.name = " ".join(name.split())
    try:
        with transaction.atomic():
            template.save(update_fields=["name"])
    except IntegrityError:
        raise _name_taken() from None
    template.items.all().delete()
    _write(template, points)


@transaction.atomic
def move_item(item: AgendaTemplateItem, *, up: bool, by: User) -> None:
    """Change places with the item above or below; the first and the last stay where they are."""
    _lock(item.template)
    ordering.move(item, among=item.template.items.all(), up=up)


@transaction.atomic
def place_item(item: AgendaTemplateItem, *, position: int, by: User) -> None:
    """To that place of the template, 1 is the first; beyond the ends is the end."""
    _lock(item.template)
    ordering.place(item, among=item.template.items.all(), position=position)


def delete(template: AgendaTemplate, *, by: User) -> None:
    """Agendas that began with it stay as they are."""
    template.delete()


@transaction.atomic
def apply(template: AgendaTemplate, *, to: Workshop, by: User) -> int:
    """Append its points to the workshop's agenda; returns how many."""
    lock_to_write(to)
    points = points_of(template)
    first = ordering.next_position(to.agenda.all())
    AgendaItem.objects.bulk_create(
        AgendaItem(workshop=to, position=position, title=point.title, minutes_planned=point.minutes)
        for position, point in enumerate(points, start=first)
    )
    return len(points)


def points_of(template: AgendaTemplate) -> list[Point]:
    """In their order."""
    return [Point(item.title, item.minutes_planned) for item in template.items.order_by("position")]


def _write(template: AgendaTemplate, points: Sequence[Point]) -> None:
    AgendaTemplateItem.objects.bulk_create(
        AgendaTemplateItem(
            template=template, position=position, title=point.title, minutes_planned=point.minutes
        )
        for position, point in enumerate(points, start=1)
    )


def _lock(template: AgendaTemplate) -> None:
    try:
        template.refresh_from_db(from_queryset=AgendaTemplate.objects.select_for_update())
    except AgendaTemplate.DoesNotExist:
        raise Refusal("template_removed", REMOVED) from None


def _refuse_unusable(points: Sequence[Point]) -> None:
    if not points:
        raise Refusal("no_points", _("Bitte mindestens einen Punkt angeben."))
    if len(points) > MOST_ITEMS:
        raise Refusal(
            "too_many_points", _("Eine Vorlage hat höchstens %(most)d Punkte.") % {"most": MOST_ITEMS}
        )


def _name_taken() -> Refusal:
    return Refusal("name_taken", _("So heißt schon eine andere Vorlage. Bitte einen anderen Namen wählen."))
