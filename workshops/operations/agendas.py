"""The points of a workshop's agenda, and their order.

Every function locks the workshop's row first, so that nothing changes once the minutes are published.
"""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import AgendaItem, User, Workshop
from workshops.operations import ordering
from workshops.operations.minutes import lock_item, lock_to_write


@transaction.atomic
def add_item(workshop: Workshop, *, title: str, by: User, minutes_planned: int | None = None) -> AgendaItem:
    """A further item, last on the agenda. `minutes_planned`: its length, None if it has none."""
    lock_to_write(workshop)
    return AgendaItem.objects.create(
        workshop=workshop,
        title=_clean_title(title),
        minutes_planned=minutes_planned,
        position=ordering.next_position(workshop.agenda.all()),
    )


@transaction.atomic
def change_item(
    item: AgendaItem,
    *,
    title: str,
    minutes_planned: int | None,
    seen_title: str,
    seen_minutes_planned: int | None,
    by: User,
) -> None:
    """Another title or length. Refuses with `edited_meanwhile` if it isn't what the person saw.

    The item's own fields are then what stands there now.
    """
    lock_to_write(item.workshop)
    lock_item(item)
    wanted = (_clean_title(title), minutes_planned)
    now_there = (" ".join(item.title.split()), item.minutes_planned)
    if now_there == wanted:
        return
    if now_there != (" ".join(seen_title.split()), seen_minutes_planned):
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes diesen Punkt geändert. Bitte vergleichen und neu speichern."),
        )
    item.title, item.minutes_planned = wanted
    item.save(update_fields=["title", "minutes_planned"])


@transaction.atomic
def move_item(item: AgendaItem, *, up: bool, by: User) -> None:
    """Change places with the item above or below; the first and the last stay where they are."""
    lock_to_write(item.workshop)
    ordering.move(item, among=item.workshop.agenda.all(), up=up)


@transaction.atomic
def place_item(item: AgendaItem, *, position: int, by: User) -> None:
    """To that place of the agenda, 1 is the first; beyond the ends is the end."""
    lock_to_write(item.workshop)
    ordering.place(item, among=item.workshop.agenda.all(), position=position)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User, now: datetime.datetime | None = None) -> None:
    """Only an item under which nothing stands: neither a proposed measure nor a word.

    Once something stood there, it is kept with its versions, off the agenda: `restore_item` puts it back.
    """
    lock_to_write(item.workshop)
    lock_item(item)
    if item.proposed_measures.exists():
        raise Refusal(
            "proposals_hang_on_it",
            _("Zu diesem Punkt sind Maßnahmen vorgeschlagen. Er kann nicht entfernt werden."),
        )
    if item.comments.exists():
        raise Refusal(
            "comments_hang_on_it",
            _("Zu diesem Punkt gibt es Rückmeldungen. Er kann nicht entfernt werden."),
        )
    if item.is_written:
        raise Refusal(
            "text_stands_under_it",
            _("Unter diesem Punkt steht ein Protokoll. Bitte den Text leeren und dann entfernen."),
        )
    if not item.versions.exists():
        item.delete()
        return
    item.removed_at, item.removed_by = now or timezone.now(), by
    item.save(update_fields=["removed_at", "removed_by"])
    item.presences.all().delete()


@transaction.atomic
def restore_item(item: AgendaItem, *, by: User) -> None:
    """Back on the agenda, as its last item; one that stands there already stays where it is."""
    workshop = item.workshop
    lock_to_write(workshop)
    item.refresh_from_db(from_queryset=AgendaItem.with_removed.all())
    item.workshop = workshop
    if item.removed_at is None:
        return
    item.removed_at = item.removed_by = None
    item.position = ordering.next_position(workshop.agenda.all())
    item.save(update_fields=["removed_at", "removed_by", "position"])


def _clean_title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refusal("no_title", _("Bitte einen Titel angeben."))
    return title
