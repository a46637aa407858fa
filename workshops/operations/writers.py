"""Who has which agenda item open for writing. A hint for people, never a lock: nobody waits for anybody."""

import contextlib
import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from workshops.models import AgendaItem, ItemPresence, User

# An open page tells every 20 s that it is there; who missed two turns has gone.
STALE_AFTER = datetime.timedelta(seconds=50)


def note(item: AgendaItem, *, by: User, now: datetime.datetime | None = None) -> None:
    """This person has the item open at this moment."""
    now = now or timezone.now()
    if ItemPresence.objects.filter(item=item, user=by).update(seen_at=now):
        return
    # Whoever closed their browser without a word.
    ItemPresence.objects.filter(seen_at__lt=now - STALE_AFTER).delete()
    # Two windows of one person, or the item removed at this moment.
    with contextlib.suppress(IntegrityError), transaction.atomic():
        ItemPresence.objects.create(item=item, user=by, seen_at=now)


def leave(item: AgendaItem, *, by: User) -> None:
    ItemPresence.objects.filter(item=item, user=by).delete()


def others(item: AgendaItem, *, than: User, now: datetime.datetime | None = None) -> list[str]:
    """The names of the others who have it open; who closed their browser without a word drops out."""
    now = now or timezone.now()
    present = ItemPresence.objects.filter(item=item, seen_at__gt=now - STALE_AFTER).exclude(user=than)
    return [str(presence.user) for presence in present.select_related("user").order_by("user__name", "pk")]


def writer_of(user: User) -> str:
    """Names an account without saying whose: what lies in a browser shows no person (docs/adr/0030)."""
    return salted_hmac("workshops.drafts", str(user.pk), algorithm="sha256").hexdigest()[:24]
