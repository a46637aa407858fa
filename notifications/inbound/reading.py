"""A mail's bytes → what it is and what matters of it. Pure; raises nothing but `Unreadable`."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from notifications.inbound import bounces, replies
from workshops.models import normalise_email

# Where a mail server notes to which address it delivered; To last.
_RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "mdaemon")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_INNER_MESSAGE_ID = re.compile(
    rb"^(?:X-Original-)?Message-ID:\s{1,3}(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE
)
MOST_PARTS = 60


class Unreadable(ValueError):
    """No mail that anyone could understand."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail of the mailbox. Addresses are normalised, and believed by nobody yet."""

    digest: str
    # The one author; "" if there is none or several.
    sender: str
    # Every address to which it was delivered, as far as the servers on its way noted that.
    recipients: tuple[str, ...]
    # The Message-IDs that it says it answers, and of mail that it carries inside.
    answers: frozenset[str]
    carries: frozenset[str]
    # Topmost first, as they stand in the mail.
    authentication_results: tuple[str, ...]
    reports: list[bounces.Report] | None
    reply: replies.Reply | None
    # A calendar calls itself a reply and isn't one that can be read.
    has_strange_reply: bool
    is_automatic: bool
    is_from_a_robot: bool


def read(content: bytes) -> Incoming:
    """Raises Unreadable for what has no headers, too many parts, or breaks the parser."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        parts = sum(1 for _part in message.walk())
    except Exception as error:
        raise Unreadable from error
    if not message.keys() or parts > MOST_PARTS:
        raise Unreadable
    reply, is_strange = None, False
    reports = bounces.reports_in(message)
    if reports is None:
        try:
            reply = replies.reply_in(message)
        except replies.NotUnderstood:
            is_strange = True
    sender = _only_address(_all(message, "From"))
    recipients = _addresses(value for name in _RECIPIENT_HEADERS for value in _all(message, name))
    return Incoming(
        digest=_digest(content, message),
        sender=sender,
        recipients=tuple(dict.fromkeys(recipients)),
        answers=frozenset(
            found
            for name in ("In-Reply-To", "References")
            for value in _all(message, name)
            for found in _MESSAGE_ID.findall(value)
        ),
        carries=frozenset(_inner_message_ids(content)),
        authentication_results=tuple(_all(message, "Authentication-Results")),
        reports=reports,
        reply=reply,
        has_strange_reply=is_strange,
        is_automatic=_is_automatic(message),
        is_from_a_robot=sender.rpartition("@")[0] in _ROBOTS or bool(_all(message, "X-Failed-Recipients")),
    )


def _inner_message_ids(content: bytes) -> list[str]:
    """Of the mail that a report brings back: as a part, as its headers, or copied below the robot's words."""
    _head, _gap, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    return [found.decode("ascii", "replace") for found in _INNER_MESSAGE_ID.findall(body)][:MOST_PARTS]


def _is_automatic(message: EmailMessage) -> bool:
    """Vacation notes and the like (RFC 3834), lists, read receipts."""
    submitted = " ".join(_all(message, "Auto-Submitted")).strip().lower()
    precedence = " ".join(_all(message, "Precedence")).strip().lower()
    return (
        (submitted != "" and not submitted.startswith("no"))
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(_all(message, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id"))
        or any(part.get_content_type() == "message/disposition-notification" for part in message.walk())
    )


def _digest(content: bytes, message: EmailMessage) -> str:
    """The same for one message wherever it lies: on its way a mail gets headers, never another body."""
    head, _gap, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    identity = " ".join(_all(message, "Message-ID")).strip().encode(errors="replace") or head
    return hashlib.sha256(identity + b"\0" + body.strip()).hexdigest()


def _all(message: EmailMessage, name: str) -> list[str]:
    # A header that the library can't parse is none.
    try:
        return [" ".join(str(value).split()) for value in message.get_all(name, [])]
    except Exception:  # it raises what its parser happens to raise
        return []


def _addresses(values: Iterable[str]) -> list[str]:
    return [normalise_email(address) for _name, address in getaddresses(list(values)) if "@" in address]


def _only_address(values: list[str]) -> str:
    """The one author; "" if there is none, or several."""
    found = _addresses(values)
    return found[0] if len(found) == 1 and len(values) == 1 else ""
