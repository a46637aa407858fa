"""Whose a row is: taking due rows, recording what became of them, taking over from the dead.

A claim is the name of a run's journal and the number of its window: `<token>:<window>`.
"""

import datetime
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from notifications import envelopes, journal, pace, smtp, verdicts
from notifications.models import Delivery
from notifications.verdicts import GIVEN_BACK, Verdict
from workshops.operations.retrying import tried_again

logger = logging.getLogger(__name__)

# A row is free again so long after its claim, if nothing else tells that its worker is gone.
LEASE = datetime.timedelta(seconds=settings.MAIL_LEASE)

# `outcome_code` of a claimed row: where its journal can't be asked, it may have been handed over.
HANDING_OVER = "handing_over"

_Status = Delivery.Status


@tried_again
@transaction.atomic
def claim(name: str, *, most: int, now: datetime.datetime) -> list[int]:
    """Take up to `most` due rows so that no one else sends them; their primary keys in sending order.

    All are marked at once as being handed over: which of them really were is the journal's to say.
    """
    waiting = Delivery.objects.waiting(now)
    if choose := pace.chooser(now):
        keys = choose(waiting, most)
    else:
        due = waiting.order_by("priority", "next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[:most])
    if not keys:
        return []
    # The condition stands again in the UPDATE: the database, not the SELECT above, decides who has it.
    taken = Delivery.objects.waiting(now).filter(pk__in=keys)
    count = taken.update(
        status=_Status.SENDING, claim=name, lease_until=now + LEASE, outcome_code=HANDING_OVER
    )
    if count == len(keys):
        return keys
    mine = set(Delivery.objects.filter(pk__in=keys, claim=name).values_list("pk", flat=True))
    return [key for key in keys if key in mine]


# column → its type where PostgreSQL can't guess it, and what it becomes
_COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("bigint", ""),
    "claim": ("text", "''"),
    "status": ("text", "v.status"),
    "outcome_code": ("text", "v.outcome_code"),
    "outcome_text": ("text", "v.outcome_text"),
    "next_attempt_at": ("timestamptz", "COALESCE(v.next_attempt_at, d.next_attempt_at)"),
    "sent_at": ("timestamptz", "v.sent_at"),
    "ended_at": ("timestamptz", "v.ended_at"),
    "is_ambiguous": ("boolean", "(d.is_ambiguous OR v.is_ambiguous)"),
    "attempts": ("integer", "d.attempts + v.attempts"),
    "message_id": ("text", "COALESCE(NULLIF(v.message_id, ''), d.message_id)"),
}


@tried_again
def _update(rows: list[list[Any]]) -> None:
    """One statement for all. Names come from the model, values are parameters."""
    table = connection.ops.quote_name(Delivery._meta.db_table)
    names = ", ".join(_COLUMNS)
    becomes = ", ".join(f"{name} = {value}" for name, (_type, value) in _COLUMNS.items() if value)
    params: list[Any]
    if connection.vendor == "postgresql":
        # A column's values travel as one parameter: a thousand of them cost more than the statement.
        arrays = ", ".join(f"%s::{type_}[]" for type_, _becomes in _COLUMNS.values())
        told = f"SELECT * FROM unnest({arrays})"  # noqa: S608
        params = [list(column) for column in zip(*rows, strict=True)]
    else:
        one = f"({', '.join(['%s'] * len(_COLUMNS))})"
        told = f"VALUES {', '.join([one] * len(rows))}"
        params = [value for row in rows for value in row]
    sql = f"WITH v({names}) AS ({told}) UPDATE {table} AS d SET {becomes}, lease_until = NULL FROM v"  # noqa: S608
    sql += " WHERE d.id = v.id AND d.claim = v.claim"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def record(recorded: Iterable[tuple[int, str, Verdict]]) -> None:
    """Write down what became of rows (row, its claim, verdict): those that are still that claim's."""
    now = timezone.now()
    moment = connection.ops.adapt_datetimefield_value
    rows: list[list[Any]] = []
    # In one order for everyone: two statements never wait for each other's rows.
    for key, name, verdict in sorted(recorded, key=lambda each: each[0]):
        ended = (verdict.at or now) if verdict.status != _Status.PENDING else None
        rows.append(
            [
                key,
                name,
                verdict.status.value,
                verdict.code,
                verdict.text,
                moment(verdict.next_attempt_at),
                moment(ended) if verdict.status == _Status.SENT else None,
                moment(ended),
                verdict.is_ambiguous,
                verdict.attempts,
                verdict.message_id,
            ]
        )
        if verdict.status == _Status.FAILED:
            logger.warning("delivery %s failed: %s", key, verdict.code)
    if rows:
        _update(rows)


def take_over(directory: Path, *, now: datetime.datetime) -> None:
    """Settle what dead workers left: accepted is sent, begun is ambiguous, the rest is simply due again."""
    claims = Delivery.objects.stranded(now).values_list("claim", flat=True).distinct()
    tokens = {claim.partition(":")[0] for claim in claims} | set(journal.left_behind(directory))
    for token in sorted(tokens):
        with journal.found(directory, token) as found:
            if found.state != journal.State.ALIVE:
                _settle(token, found, now=now)


def _settle(token: str, found: journal.Found, *, now: datetime.datetime) -> None:
    rows = Delivery.objects.filter(status=_Status.SENDING, claim__startswith=token)
    if found.state != journal.State.DEAD:
        # Nothing tells that the worker is gone but its lease.
        rows = rows.stranded(now).filter(claim__startswith=token)
    left = list(rows)
    if not left:
        found.forget()
        return
    record((row.pk, row.claim, _left(row, found, now=now)) for row in left)
    logger.warning("took over %s mails of a worker that is gone", len(left))


def _left(row: Delivery, found: journal.Found, *, now: datetime.datetime) -> Verdict:
    """What becomes of a row that a dead worker had."""
    place = int(row.claim.partition(":")[2] or 0), row.pk
    message_id = envelopes.message_id_of(row)
    if ended := found.ended.get(place):
        outcome = smtp.Outcome(smtp.Stage(ended.stage), smtp.Reply(ended.reply), "")
        return verdicts.of_outcome(row, outcome, now=now, message_id=message_id)
    is_silent = found.state == journal.State.DEAD or row.outcome_code != HANDING_OVER
    if place not in found.begun and is_silent:
        return GIVEN_BACK
    return verdicts.of_silence(row, now=now, message_id=message_id)
