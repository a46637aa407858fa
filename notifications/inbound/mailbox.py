"""The mailbox: what is new in it is handled once.

A row for each message is written in the transaction that draws its consequences; only then is it flagged as
seen. A crash between the two, or two workers at once, change nothing: the row decides.
"""

import dataclasses
import datetime
import imaplib
import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from notifications.inbound import handling, reading
from notifications.inbound.handling import Result
from notifications.inbound.imap import Mailbox, name_of
from notifications.models import InboundMessage, InboxState
from notifications.models.inbound import NEED_A_LOOK
from workshops.models import ParticipationProcess
from workshops.operations import deletions
from workshops.retention import PERIODS, Rule
from workshops.stopping import cutting_short

logger = logging.getLogger(__name__)

# A bounce holds our mail (some 10 kB) and a few words; whatever is larger is for people.
LARGEST = 1_000_000
# Messages older than that are left alone, whether or not we know them: rows are deleted after KEPT.
OLDEST = datetime.timedelta(days=60)
KEPT = datetime.timedelta(days=PERIODS[Rule.REPLIES].default)
# One run ends before the clock's next tick.
RUN_SECONDS = 40.0
MOST_A_RUN = 500
# After that the connection of a worker that is asked to end is cut: whoever is killed does no harm here, but
# what runs beside may need the time.
PARTING_SECONDS = 3.0
# A message that breaks a rule of the database is tried so often: somebody may be erased at this very moment.
TRIES = 3

Kind = InboundMessage.Kind
Outcome = InboundMessage.Outcome
# Left unseen, so that the people who read the mailbox find it.
FOR_PEOPLE = Q(kind=Kind.OTHER) | Q(outcome__in=NEED_A_LOOK)


def state() -> InboxState | None:
    """How reading goes; None without a mailbox, or before the first time."""
    return InboxState.objects.filter(mailbox=name_of(settings.INBOX)).first() if settings.INBOX else None


def read(*, now: datetime.datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Handle what is new in the mailbox, and forget what is older than KEPT; how many messages were new.

    Without a mailbox (INBOX_URL) nothing is read. A mailbox that can't be read is noted, and shown to staff.
    When `is_stopping` says yes, it ends after the message in hand; what is left is read by the next run.
    """
    _forget_old(now)
    inbox = settings.INBOX
    if inbox is None or is_stopping():
        return 0
    try:
        mailbox = Mailbox(inbox)
        with cutting_short(is_stopping, mailbox.cut, after=PARTING_SECONDS), closing(mailbox):
            mailbox.open()
            count = _read_new(mailbox, now=now, is_stopping=is_stopping)
    # UnicodeError: a password that LOGIN can't carry.
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        if is_stopping():
            return 0  # we have hung up ourselves
        # Without the error's own text: it may hold the user's name.
        failure = type(error).__name__
        logger.warning("the inbox can't be read: %s", failure)
        state, _is_new = InboxState.objects.get_or_create(mailbox=name_of(inbox))
        state.failing_since, state.failure = state.failing_since or now, failure
        state.save(update_fields=["failing_since", "failure"])
        return 0
    InboxState.objects.update_or_create(
        mailbox=name_of(inbox), defaults={"read_at": now, "failing_since": None, "failure": ""}
    )
    return count


@transaction.atomic
def _forget_old(now: datetime.datetime) -> None:
    old = InboundMessage.objects.received_before(now - KEPT)
    for process in ParticipationProcess.objects.filter(inbound_messages__in=old).distinct().order_by("pk"):
        count, _by_model = old.filter(process=process).delete()
        deletions.record(process, Rule.REPLIES, count, now=now, days=KEPT.days)
    # Of which nobody knows where they belong.
    old.filter(process__isnull=True).delete()


def _read_new(mailbox: Mailbox, *, now: datetime.datetime, is_stopping: Callable[[], bool]) -> int:
    ends = time.monotonic() + RUN_SECONDS
    since = (now - OLDEST).date()
    # Whatever a person has opened before us is new all the same: the rows say what we know, not the flag.
    uids = mailbox.uids_since(since)
    new = sorted(set(uids) - _known(mailbox, uids))
    before = state()
    if before is not None and before.failing_since is not None:
        # Whatever the last run broke off at must not hold up those behind it: from the other end this time.
        new.reverse()
    count = 0
    for uid in new[:MOST_A_RUN]:
        if time.monotonic() > ends or is_stopping():
            break
        count += _take(mailbox, uid, now=now)
    unseen = mailbox.uids_since(since, "UNSEEN")
    mailbox.flag_as_seen(sorted(_known(mailbox, unseen, those=~FOR_PEOPLE)))
    return count


def _known(mailbox: Mailbox, uids: list[int], *, those: Q | None = None) -> set[int]:
    if not uids:
        return set()
    rows = InboundMessage.objects.filter(
        those or Q(), mailbox=mailbox.name, uid_validity=mailbox.uid_validity, uid__gte=uids[0]
    )
    return set(rows.values_list("uid", flat=True)) & set(uids)


def _take(mailbox: Mailbox, uid: int, *, now: datetime.datetime) -> bool:
    """Handle one message; False if it is gone, or if another worker has it."""
    outcome, content = Outcome.TOO_LARGE, None
    try:
        size = mailbox.size_of(uid)
        if size is None:
            return False
        if size <= LARGEST:
            content = mailbox.fetch(uid)
            if content is None:
                return False
    except imaplib.IMAP4.abort:
        raise  # the connection is over
    except imaplib.IMAP4.error:
        # The server itself can't read it.
        outcome = Outcome.UNREADABLE

    def row(outcome: InboundMessage.Outcome) -> InboundMessage:
        return InboundMessage(
            mailbox=mailbox.name,
            uid_validity=mailbox.uid_validity,
            uid=uid,
            received_at=now,
            kind=Kind.OTHER,
            outcome=outcome,
        )

    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                _handle(row(outcome), content, now=now)
            return True
        except (OperationalError, InterfaceError):
            raise
        except IntegrityError as error:
            if _known(mailbox, [uid]):
                return False  # another worker was faster
            if left:
                continue
            failure = type(error).__name__
        except Exception as error:
            failure = type(error).__name__
        break
    # A message must never stop those behind it. Its text isn't logged: it holds names.
    logger.error("inbound message could not be handled: %s", failure)
    with suppress(IntegrityError), transaction.atomic():
        row(Outcome.UNREADABLE).save(force_insert=True)
        return True
    return False


def _handle(row: InboundMessage, content: bytes | None, *, now: datetime.datetime) -> None:
    """Insert the row, then draw the consequences: whoever loses the race for the row has changed nothing."""
    if content is None:
        row.save(force_insert=True)
        return
    try:
        incoming = reading.read(content)
    except reading.Unreadable:
        row.outcome = Outcome.UNREADABLE
        row.save(force_insert=True)
        return
    if InboundMessage.objects.filter(digest=incoming.digest).exists():
        row.kind, row.outcome = Kind.AUTOMATIC, Outcome.REPEATED
        row.save(force_insert=True)
        return
    row.digest = incoming.digest
    row.save(force_insert=True)
    _write_down(row, handling.handle(incoming, now=now))


def _write_down(row: InboundMessage, result: Result) -> None:
    columns = [each.name for each in dataclasses.fields(result)]
    for name in columns:
        setattr(row, name, getattr(result, name))
    row.save(update_fields=columns)
