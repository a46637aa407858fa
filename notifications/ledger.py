"""May mail go out at all? Not from a database that doesn't know what was sent (docs/adr/0026).

A restored backup brings back rows as waiting whose mails went out long ago. The ledger counts the windows of
mails; witnesses outside the database know the count. A database behind its witness, of another epoch than
its witness, or without any although it has sent mail, is held until an operator releases it.
"""

import datetime
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from notifications import witness
from notifications.models import Channel, Delivery, Ledger
from notifications.witness import Mark

logger = logging.getLogger(__name__)

# `outcome_code` of a mail that an operator says had gone out before the database was restored.
BEFORE_RESTORE = "before_restore"

Why = Ledger.Why
_ROW = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """The mails that wait: how many, and when the oldest and the newest of them were written down."""

    count: int
    first: datetime.datetime | None
    last: datetime.datetime | None


# --- asked by the sender --------------------------------------------------------------------------


def opens(now: datetime.datetime) -> bool:
    """May this run send, as far as database and witnesses go? Holds everything if they contradict."""
    # The witnesses first: what they know, the database has known before. The other way round, a window that
    # another worker counts in between would look like a restored backup.
    marks = witness.read()
    ledger = Ledger.objects.filter(pk=_ROW).first() or begin()
    doubt = _doubt(ledger, marks)
    if doubt == Why.NO_WITNESS:
        # Another worker may have begun the ledger, and had it witnessed, in between.
        marks = witness.read()
        doubt = _doubt(ledger, marks)
    if ledger.held_at is not None:
        if ledger.held_why != Why.NO_WITNESS or doubt:
            return False
        # Another machine has a witness, which this one hadn't.
        Ledger.objects.filter(pk=_ROW, held_why=Why.NO_WITNESS).update(held_at=None, held_why="")
    elif doubt:
        at = max((mark.at for mark in marks), default=None)
        hold(doubt, now=now, witnessed_at=at, doubted=_strangers(ledger, marks))
        return False
    if strangers := _strangers(ledger, marks):
        Ledger.objects.filter(pk=_ROW).update(former=[*ledger.former, *strangers])
    if ledger.count > ledger.opened_count:
        _refresh(ledger, marks, now)
    return True


def advance(now: datetime.datetime, *, after: int = 0, is_probe: bool = False) -> int | None:
    """Count one more window, and have it witnessed, before its first mail goes out; the new count.

    None: it must not go out. `after` is the last count that this process was told: a lower one now means
    that the database was put back under its feet.
    """
    condition = "" if is_probe else " AND refused_since IS NULL"
    told = _count_up(condition)
    if told is None and not Ledger.objects.exists():
        begin()
        told = _count_up(condition)
    if told is None:
        return None
    epoch, count = told
    if count <= after:
        hold(Why.BEHIND, now=now, witnessed_at=now)
        return None
    witness.bear(Mark(epoch, count, now))
    return count


def _count_up(condition: str) -> tuple[str, int] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Ledger._meta.db_table} SET count = count + 1"  # noqa: S608 - names from the model
            f" WHERE id = %s AND held_at IS NULL{condition} RETURNING epoch, count",
            [_ROW],
        )
        told: tuple[str, int] | None = cursor.fetchone()
        return told


def _doubt(ledger: Ledger, marks: list[Mark]) -> str:
    """Why this database can't be trusted to know what was sent, or ""."""
    if strangers := _strangers(ledger, marks):
        # A database that never sent anything and whose mails are all younger is a new one: what the
        # witness knows is another's past.
        latest = max(mark.at for mark in marks if mark.epoch in strangers)
        is_new = ledger.count == 0 and not Delivery.objects.filter(created_at__lte=latest).exists()
        return "" if is_new else Why.OTHER_EPOCH
    if any(mark.is_copy and mark.epoch == ledger.epoch for mark in marks):
        return Why.COPIED
    if any(mark.epoch == ledger.epoch and mark.count > ledger.count for mark in marks):
        return Why.BEHIND
    if not marks and witness.places() and ledger.count > ledger.opened_count:
        return Why.NO_WITNESS
    return ""


def _strangers(ledger: Ledger, marks: list[Mark]) -> list[str]:
    """Epochs that this database has never heard of."""
    return sorted({mark.epoch for mark in marks} - {ledger.epoch, *ledger.former})


def _refresh(ledger: Ledger, marks: list[Mark], now: datetime.datetime) -> None:
    """Each machine has a file of its own, and the broker may have been emptied."""
    current = [mark for mark in marks if (mark.epoch, mark.count) == (ledger.epoch, ledger.count)]
    if len(current) < witness.places():
        at = max((mark.at for mark in marks), default=now)
        witness.bear(Mark(ledger.epoch, ledger.count, at))


def begin() -> Ledger:
    Ledger.objects.bulk_create([Ledger(pk=_ROW, epoch=secrets.token_hex(16))], ignore_conflicts=True)
    return Ledger.objects.get(pk=_ROW)


# --- the operator's --------------------------------------------------------------------------------


def hold(
    why: str,
    *,
    now: datetime.datetime,
    note: str = "",
    witnessed_at: datetime.datetime | None = None,
    doubted: Iterable[str] = (),
) -> None:
    """Nothing goes out until `release`. What a connection has in its hand goes out still."""
    begin()
    changed = Ledger.objects.filter(pk=_ROW, held_at__isnull=True).update(
        held_at=now,
        held_why=why,
        held_note=note[:300],
        witnessed_at=witnessed_at,
        doubted=list(doubted),
    )
    if changed:
        logger.error("mail is held: %s", why)


def release(*, now: datetime.datetime, skip_before: datetime.datetime | None = None) -> int:
    """Let mail go again, in a new epoch. What was due before `skip_before` counts as sent before the restore
    and is skipped; how many mails that were.
    """
    with transaction.atomic():
        begin()
        ledger = Ledger.objects.select_for_update().get(pk=_ROW)
        skipped = 0
        if skip_before is not None:
            skipped = _skip(skip_before, now=now)
        ledger.former = [*ledger.former, *ledger.doubted, ledger.epoch]
        ledger.doubted = []
        ledger.epoch = secrets.token_hex(16)
        ledger.opened_count = ledger.count
        ledger.held_at, ledger.held_why, ledger.held_note, ledger.witnessed_at = None, "", "", None
        ledger.save(
            update_fields=[
                *("former", "doubted", "epoch", "opened_count"),
                *("held_at", "held_why", "held_note", "witnessed_at"),
            ]
        )
    witness.begin_anew(Mark(ledger.epoch, ledger.count, now))
    logger.warning("mail is released; %s mails are skipped", skipped)
    return skipped


def _skip(before: datetime.datetime, *, now: datetime.datetime) -> int:
    open_ones = Delivery.objects.filter(channel=Channel.EMAIL, next_attempt_at__lt=before)
    return open_ones.filter(status__in=(Delivery.Status.PENDING, Delivery.Status.SENDING)).update(
        status=Delivery.Status.SKIPPED,
        outcome_code=BEFORE_RESTORE,
        outcome_text="",
        ended_at=now,
        claim="",
        lease_until=None,
    )


def waiting() -> Waiting:
    found = Delivery.objects.filter(
        channel=Channel.EMAIL, status__in=(Delivery.Status.PENDING, Delivery.Status.SENDING)
    )
    told = found.aggregate(first=Min("created_at"), last=Max("created_at"))
    return Waiting(found.count(), told["first"], told["last"])


def standing() -> Ledger:
    """The row as it stands, or what a database says that has never sent anything."""
    return Ledger.objects.filter(pk=_ROW).first() or Ledger(pk=_ROW)


def alarm() -> str:
    """One line for whoever watches the machine, or ""."""
    ledger = standing()
    if ledger.held_at is not None:
        return f"mail: held since {timezone.localtime(ledger.held_at):%Y-%m-%d %H:%M} ({ledger.held_why})"
    if ledger.refused_since is not None:
        return f"mail: sign-in refused since {timezone.localtime(ledger.refused_since):%Y-%m-%d %H:%M}"
    if (since := ledger.no_server_since(timezone.now())) is not None:
        return f"mail: no mail server reachable since {timezone.localtime(since):%Y-%m-%d %H:%M}"
    return ""
