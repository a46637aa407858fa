"""Claim → still wanted? → build → send → record.

At least once, and provably near exactly once: a row is claimed by one conditional UPDATE with a short
lease; just before its dot can go out it is marked as being handed over, under the same condition; what
became of it is recorded in the very next statement. A worker that dies leaves at most one mail of which
nobody knows whether it was accepted, and that one goes once more under the same Message-ID, flagged.
"""

import datetime
import logging
import secrets
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from notifications import emails, smtp, wanted
from notifications.models import Delivery

logger = logging.getLogger(__name__)

# A dead worker's mails are taken over this long after. It covers one mail at its slowest
# (`smtp.PATIENCE`) and the rest of what its chunk may take.
LEASE = datetime.timedelta(seconds=settings.MAIL_LEASE)
CHUNK = 50
# A chunk is given back after so many seconds, so that an urgent mail overtakes a slow campaign.
CHUNK_SECONDS = 5.0
# One run of a worker: it must end soon when a deploy asks it to.
RUN_SECONDS = 20.0
# About two days of greylisting or outage at the longest pause.
MOST_ATTEMPTS = 200

# `outcome_code` of a row that is not at its end.
HANDING_OVER = "handing_over"

_Status = Delivery.Status
_AGAIN_AFTER = (10, 30, 60, 120, 300, 600, 900)  # seconds


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a row becomes. `status` PENDING: it waits until `next_attempt_at`."""

    status: Delivery.Status
    code: str
    text: str = ""
    next_attempt_at: datetime.datetime | None = None
    is_ambiguous: bool = False
    counts: bool = True


def deliver_due(*, seconds: float = RUN_SECONDS) -> bool:
    """Send what is due, urgent mail first, until nothing is or the time is over. True: more is due."""
    ends = time.monotonic() + seconds
    with smtp.Session() as session:
        writer = emails.Writer()
        while time.monotonic() < ends:
            now = timezone.now()
            # Looked at without a lock first: most ticks find nothing.
            if Delivery.objects.pausing(now).exists() or not Delivery.objects.due(now).exists():
                return False
            claim = secrets.token_hex(8)
            keys = _claim(claim, now=now)
            if not keys:
                return False
            try:
                if not _send_chunk(keys, claim, session=session, writer=writer, ends=ends):
                    return False
            finally:
                _give_back(claim)
    return Delivery.objects.due(timezone.now()).exists()


@transaction.atomic
def _claim(claim: str, *, now: datetime.datetime) -> list[int]:
    """Take up to CHUNK due rows so that no one else sends them; their primary keys in sending order."""
    due = Delivery.objects.due(now).order_by("priority", "next_attempt_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:CHUNK])
    # The condition stands again in the UPDATE: the database, not the SELECT above, decides who has it.
    taken = Delivery.objects.due(now).filter(pk__in=keys)
    count = taken.update(
        status=_Status.SENDING,
        claim=claim,
        lease_until=now + LEASE,
        # Taken over from a worker that died in the middle of this very mail.
        is_ambiguous=Case(
            When(status=_Status.SENDING, outcome_code=HANDING_OVER, then=Value(True)),
            default=F("is_ambiguous"),
        ),
        outcome_code="",
    )
    if count == len(keys):
        return keys
    mine = set(Delivery.objects.filter(claim=claim).values_list("pk", flat=True))
    return [key for key in keys if key in mine]


def _give_back(claim: str) -> None:
    """Rows of this claim whose sending never began are due again at once, for anyone."""
    Delivery.objects.filter(claim=claim, status=_Status.SENDING).exclude(outcome_code=HANDING_OVER).update(
        status=_Status.PENDING, claim="", lease_until=None
    )


def _send_chunk(
    keys: list[int], claim: str, *, session: smtp.Session, writer: emails.Writer, ends: float
) -> bool:
    """Send the claimed rows one by one; False when going on makes no sense (no server, no sign-in)."""
    ends = min(ends, time.monotonic() + CHUNK_SECONDS)
    done: tuple[Delivery, _Verdict] | None = None
    goes_on = True
    try:
        for delivery in _fresh(keys, claim, writer):
            written = _write(delivery, writer)
            # One transaction, so one flush to disk: what became of the last mail, and that this one begins.
            with transaction.atomic():
                if done:
                    _record(*done, claim=claim)
                begun = not isinstance(written, _Verdict) and _begin(delivery, written, claim=claim)
                if isinstance(written, _Verdict):
                    _record(delivery, written, claim=claim)
            done = None
            if isinstance(written, _Verdict) or not begun:
                continue  # not wanted; or the lease ran out and someone else has it; or erased meanwhile
            outcome = session.send(
                sender=written.sender, recipient=written.recipient, content=written.content
            )
            done = (delivery, _verdict(delivery, outcome))
            if outcome.fate in (smtp.Fate.AGAIN, smtp.Fate.PAUSE) and outcome.stage in (
                smtp.Stage.CONNECT,
                smtp.Stage.AUTH,
            ):
                logger.warning("mail server: %s, run ends", outcome.code)
                goes_on = False
                break
            if time.monotonic() > ends:
                break
    finally:
        if done:
            _record(*done, claim=claim)
    return goes_on


def _fresh(keys: list[int], claim: str, writer: emails.Writer) -> Iterator[Delivery]:
    """The rows in order, read at most a second before: whether a mail is still wanted changes."""
    rows: dict[int, Delivery] = {}
    read_at = 0.0
    for position, key in enumerate(keys):
        if not rows or time.monotonic() - read_at > 1:
            found = Delivery.objects.filter(pk__in=keys[position:], claim=claim)
            rows = {delivery.pk: delivery for delivery in emails.with_what_they_need(found)}
            # One of them is being erased at this moment: each mail then gets its links alone.
            with suppress(IntegrityError):
                writer.expect(rows.values())
            read_at = time.monotonic()
        if key in rows:
            yield rows[key]


def _write(delivery: Delivery, writer: emails.Writer) -> emails.Mail | _Verdict:
    """The mail, or why there will be none. A mail whose making breaks fails alone."""
    try:
        try:
            return _wanted_mail(delivery, writer)
        except IntegrityError:
            # The person was erased at this moment, and the row with them. Or another worker made the same
            # personal link: now it is there.
            if not Delivery.objects.filter(pk=delivery.pk).exists():
                return _Verdict(_Status.SKIPPED, "erased")
            return _wanted_mail(delivery, writer)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the whole run ends, its rows are taken over
    except Exception as error:
        # Without the exception's own text: it may hold a name or an address.
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("delivery %s could not be made: %s\n%s", delivery.pk, type(error).__name__, frames)
        return _Verdict(_Status.FAILED, "broken_mail", type(error).__name__)


@transaction.atomic
def _wanted_mail(delivery: Delivery, writer: emails.Writer) -> emails.Mail | _Verdict:
    obsolete = wanted.obsolete_because(delivery, now=timezone.now())
    return _Verdict(_Status.SKIPPED, obsolete) if obsolete else writer.write(delivery)


def _begin(delivery: Delivery, mail: emails.Mail, *, claim: str) -> bool:
    """Mark the row as being handed over, if it is still ours; the lease begins anew."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk=delivery.pk, claim=claim, status=_Status.SENDING, lease_until__gt=now)
    return bool(
        mine.update(
            outcome_code=HANDING_OVER,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            message_id=mail.message_id,
        )
    )


def _verdict(delivery: Delivery, outcome: smtp.Outcome) -> _Verdict:
    """What a fate makes of a row (the table itself is `smtp.FATES`)."""
    now = timezone.now()
    attempt = delivery.attempts + 1
    soon = now + datetime.timedelta(seconds=_AGAIN_AFTER[min(attempt, len(_AGAIN_AFTER)) - 1])
    code, text, kept = outcome.code, outcome.text, delivery.is_ambiguous
    match outcome.fate:
        case smtp.Fate.SENT:
            return _Verdict(_Status.SENT, code, text, is_ambiguous=kept)
        case smtp.Fate.UNREACHABLE | smtp.Fate.REFUSED:
            return _Verdict(_Status.FAILED, code, text, is_ambiguous=kept)
        case smtp.Fate.PAUSE:
            later = now + datetime.timedelta(minutes=5)
            code = Delivery.SIGN_IN_REFUSED
            return _Verdict(_Status.PENDING, code, text, later, is_ambiguous=kept, counts=False)
        case smtp.Fate.AMBIGUOUS if kept:
            # A third copy would surely be one too many.
            return _Verdict(_Status.FAILED, "perhaps_delivered", text, is_ambiguous=True)
        case smtp.Fate.AMBIGUOUS:
            soon = now + datetime.timedelta(minutes=1)
            return _Verdict(_Status.PENDING, code, text, soon, is_ambiguous=True)
        case _ if attempt >= MOST_ATTEMPTS:
            return _Verdict(_Status.FAILED, "given_up", text, is_ambiguous=kept)
        case smtp.Fate.LATER:
            soon = now + datetime.timedelta(minutes=min(5 * attempt, 15))
    return _Verdict(_Status.PENDING, code, text, soon, is_ambiguous=kept)


def _record(delivery: Delivery, verdict: _Verdict, *, claim: str) -> None:
    """Write down what became of a row that is ours."""
    now = timezone.now()
    columns: dict[str, object] = {
        "status": verdict.status,
        "claim": "",
        "lease_until": None,
        "outcome_code": verdict.code,
        "outcome_text": verdict.text,
    }
    match verdict.status:
        case _Status.PENDING:
            columns["next_attempt_at"] = verdict.next_attempt_at
        case _Status.SENT:
            columns["sent_at"] = columns["ended_at"] = now
        case _:
            columns["ended_at"] = now
    if verdict.is_ambiguous:
        columns["is_ambiguous"] = True
    if not verdict.counts:
        columns["attempts"] = F("attempts") - 1
    Delivery.objects.filter(pk=delivery.pk, claim=claim).update(**columns)
    if verdict.status == _Status.FAILED:
        logger.warning("delivery %s failed: %s", delivery.pk, verdict.code)
