"""The mailbox (IMAP, RFC 3501, always over TLS): what is new in it is handled once.

A row for each message is written in the transaction that draws its consequences; only then is it flagged as
seen. A crash between the two, or two workers at once, change nothing: the row decides.
"""

import dataclasses
import datetime
import hashlib
import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from typing import Any, Protocol

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from notifications.inbound import handling, reading
from notifications.inbound.handling import Result
from notifications.models import InboundMessage, InboxState
from notifications.models.inbound import NEED_A_LOOK

logger = logging.getLogger(__name__)

# A bounce holds our mail (some 10 kB) and a few words; whatever is larger is for people.
LARGEST = 1_000_000
# Messages older than that are left alone, whether or not we know them: rows are deleted after KEPT.
OLDEST = datetime.timedelta(days=60)
KEPT = datetime.timedelta(days=90)
# One run ends before the clock's next tick.
RUN_SECONDS = 40.0
MOST_A_RUN = 500
TIMEOUT = 20.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Kind = InboundMessage.Kind
Outcome = InboundMessage.Outcome
# Left unseen, so that the people who read the mailbox find it.
FOR_PEOPLE = Q(kind=Kind.OTHER) | Q(outcome__in=NEED_A_LOOK)


class Account(Protocol):
    """What INBOX_URL says (`config.env.Inbox`)."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def folder(self) -> str: ...
    @property
    def uses_starttls(self) -> bool: ...


def name_of(account: Account) -> str:
    """Which mailbox this is, without saying whose."""
    where = f"{account.user}@{account.host}:{account.port}/{account.folder}"
    return hashlib.sha256(where.encode()).hexdigest()


def state() -> InboxState | None:
    """How reading goes; None without a mailbox, or before the first time."""
    return InboxState.objects.filter(mailbox=name_of(settings.INBOX)).first() if settings.INBOX else None


class Mailbox:
    """One signed-in connection with its folder open."""

    def __init__(self, account: Account) -> None:
        """Raises OSError or imaplib.IMAP4.error: no connection, no trust in the certificate, no sign-in."""
        self.name = name_of(account)
        host, port = account.host, account.port
        # The server's certificate is checked, against the host's own list of authorities.
        context = ssl.create_default_context()
        self._imap: imaplib.IMAP4
        if account.uses_starttls:
            self._imap = imaplib.IMAP4(host, port, timeout=TIMEOUT)
        else:
            self._imap = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=TIMEOUT)
        try:
            if account.uses_starttls:
                self._imap.starttls(context)
            if "AUTH=PLAIN" in self._imap.capabilities:
                # Unlike LOGIN, it takes passwords in any alphabet.
                secret = f"\0{account.user}\0{account.password}".encode()
                self._imap.authenticate("PLAIN", lambda _challenge: secret)
            else:
                self._imap.login(account.user, account.password)
            _ok(self._imap.select(f'"{account.folder}"'))
            validity = self._imap.response("UIDVALIDITY")[1]
            self.uid_validity = int(validity[0] or 0) if validity else 0
        except BaseException:
            self.close()
            raise

    def uids_since(self, day: datetime.date, *criteria: str) -> list[int]:
        since = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        (found,) = _ok(self._imap.uid("SEARCH", "SINCE", since, *criteria))
        return sorted(map(int, found.split())) if found else []

    def size_of(self, uid: int) -> int | None:
        """In bytes; None if it is gone."""
        answer = _ok(self._imap.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        text = b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
        match = re.search(rb"RFC822\.SIZE (\d+)", text)
        return int(match[1]) if match else None

    def fetch(self, uid: int) -> bytes | None:
        """The whole message, not flagged as seen by that; None if it is gone."""
        answer = _ok(self._imap.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def flag_as_seen(self, uids: Iterable[int]) -> None:
        wanted = [str(uid) for uid in uids]
        # In pieces: servers limit the length of a command.
        for start in range(0, len(wanted), 200):
            _ok(self._imap.uid("STORE", ",".join(wanted[start : start + 200]), "+FLAGS.SILENT", r"(\Seen)"))

    def close(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data


def read(*, now: datetime.datetime) -> int:
    """Handle what is new in the mailbox, and forget what is older than KEPT; how many messages were new.

    Without a mailbox (INBOX_URL) nothing is read. A mailbox that can't be read is noted, and shown to staff.
    """
    InboundMessage.objects.received_before(now - KEPT).delete()
    inbox = settings.INBOX
    if inbox is None:
        return 0
    try:
        with closing(Mailbox(inbox)) as mailbox:
            count = _read_new(mailbox, now=now)
    # UnicodeError: a password that LOGIN can't carry.
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
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


def _read_new(mailbox: Mailbox, *, now: datetime.datetime) -> int:
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
        count += _take(mailbox, uid, now=now)
        if time.monotonic() > ends:
            break
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
    row = InboundMessage(
        mailbox=mailbox.name,
        uid_validity=mailbox.uid_validity,
        uid=uid,
        received_at=now,
        kind=Kind.OTHER,
        outcome=outcome,
    )
    try:
        try:
            with transaction.atomic():
                _handle(row, content, now=now)
        except (OperationalError, InterfaceError, IntegrityError):
            raise
        except Exception as error:
            # A message must never stop those behind it. Its text isn't logged: it holds names.
            logger.error("inbound message could not be handled: %s", type(error).__name__)
            row.pk, row.digest, row.outcome = None, None, Outcome.UNREADABLE
            row.save(force_insert=True)
    except IntegrityError:
        # Another worker was faster, or someone was erased at this moment: then it is read again.
        return False
    return True


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
