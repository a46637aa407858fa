"""Rows in an order that people choose: `position` is 1, 2, 3 …, unique among siblings at every moment.

The caller holds the lock on what the siblings belong to.
"""

from typing import TypeVar

from django.db.models import Max, Model, QuerySet

from workshops.models import AgendaItem, AgendaTemplateItem, Goal, Guideline, Measure

Row = TypeVar("Row", AgendaItem, AgendaTemplateItem, Guideline, Goal, Measure)
Sibling = TypeVar("Sibling", bound=Model)


def next_position(siblings: QuerySet[Sibling]) -> int:
    last: int = siblings.aggregate(last=Max("position"))["last"] or 0
    return last + 1


def move(row: Row, *, among: QuerySet[Row], up: bool) -> bool:
    """Change places with the neighbour; False if there is none (the first, the last, or gone meanwhile)."""
    here = among.filter(pk=row.pk).first()
    if here is None:
        return False
    row.position = here.position
    if up:
        neighbour = among.filter(position__lt=row.position).order_by("-position").first()
    else:
        neighbour = among.filter(position__gt=row.position).order_by("position").first()
    if neighbour is None:
        return False
    mine, theirs = row.position, neighbour.position
    # By way of 0, which is nobody's.
    for moved, position in ((neighbour, 0), (row, theirs), (neighbour, mine)):
        moved.position = position
        moved.save(update_fields=["position"])
    return True


def place(row: Row, *, among: QuerySet[Row], position: int) -> bool:
    """Put the row at that place (1 = first; beyond the ends: the end), the others close up.

    False if it stands there already, or is gone meanwhile.
    """
    rows = list(among.order_by("position"))
    old = next((index for index, other in enumerate(rows) if other.pk == row.pk), None)
    if old is None:
        return False
    new = min(max(position, 1), len(rows)) - 1
    if new == old:
        return False
    slots = [other.position for other in rows]
    row.position = 0  # By way of 0, which is nobody's …
    row.save(update_fields=["position"])
    # … and one by one into the slot that has just become free, so that no two ever share one.
    step = 1 if new > old else -1
    for index in range(old, new, step):
        rows[index + step].position = slots[index]
        rows[index + step].save(update_fields=["position"])
    row.position = slots[new]
    row.save(update_fields=["position"])
    return True
