"""Delivery reports (RFC 3464): what another server says of one mail. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from workshops.models import normalise_email

# What RFC 3464 section 2.3.3 allows.
ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# About the mail, its size or our server's reputation (RFC 3463 section 3), not about the address.
_ABOUT_THE_MAIL = re.compile(r"5\.(?:2\.3|3\.4|6\.\d+|7\.\d+)")
MOST_REPORTS = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the mail at one recipient. Addresses are normalised; `words` hold none."""

    action: str
    status: str
    recipients: frozenset[str]
    words: str

    @property
    def has_failed(self) -> bool:
        return self.action == "failed"

    @property
    def is_for_good(self) -> bool:
        """No mail to this address will arrive, ever: not this mail's fault, and not a bad day."""
        return self.has_failed and self.status.startswith("5.") and not _ABOUT_THE_MAIL.fullmatch(self.status)


def reports_in(message: EmailMessage) -> list[Report] | None:
    """A report for each recipient that one is given for; None if this is no delivery report."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return list(_reports(part))[:MOST_REPORTS]
    return None


def _reports(part: Message) -> Iterator[Report]:
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return
    # The first block is about the whole mail; servers that leave it out begin with a recipient.
    for block in blocks:
        assert isinstance(block, Message)
        recipients = frozenset(
            address
            for name in ("Original-Recipient", "Final-Recipient")
            if (address := address_of(_text(block, name)))
        )
        action = _text(block, "Action").strip().lower()
        if not recipients or action not in ACTIONS:
            continue
        diagnostic = _text(block, "Diagnostic-Code").partition(";")
        said = diagnostic[2] or diagnostic[0]
        status = _STATUS.search(_text(block, "Status")) or _STATUS.search(said)
        yield Report(action, status[1] if status else "", recipients, without_addresses(said))


def address_of(typed: str) -> str:
    """`rfc822; <Hans@Example.org>` → `hans@example.org`; "" if there is none."""
    value = typed.rpartition(";")[2].strip().strip("<>").strip()
    return normalise_email(value) if "@" in value else ""


def without_addresses(text: str) -> str:
    """At most 500 characters of a server's words, with "…" for each address."""
    return " ".join(re.sub(r"[^\s<>()\"']+@[^\s<>()\"']+", "…", text).split())[:500]


def _text(block: Message, name: str) -> str:
    # A header that the library can't parse is none.
    try:
        return " ".join(str(block[name] or "").split())
    except Exception:  # it raises what its parser happens to raise
        return ""
