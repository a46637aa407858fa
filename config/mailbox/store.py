"""Mails as files, and what can be read from one. Mail is written by strangers: nothing here raises on it.

The old `email` policy is used on purpose: the new one parses headers on access and raises for some
malformed ones.
"""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

KEY = re.compile(r"\d{19}-[0-9a-f]{8}")
LONGEST_TEXT = 200_000  # characters shown of one part


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the list. `date` is None when the mail gives none that can be understood."""

    key: str
    subject: str
    sender: str
    recipient: str
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree, addressed by its place in it."""

    index: int
    type: str
    name: str
    content: bytes
    charset: str
    is_attachment: bool

    @property
    def text(self) -> str:
        try:
            text = self.content.decode(self.charset, errors="replace")
        except LookupError:
            text = self.content.decode("utf-8", errors="replace")
        return text[:LONGEST_TEXT]


@dataclass(frozen=True, slots=True)
class Mail:
    summary: Summary
    headers: list[tuple[str, str]]
    parts: list[Part]

    def first(self, content_type: str) -> Part | None:
        """What a mail program would show: the first such part that isn't an attachment."""
        found = (part for part in self.parts if part.type == content_type and not part.is_attachment)
        return next(found, None)

    def calendars(self) -> list[Part]:
        """Each calendar once: an invitation carries the same one in the mail and attached."""
        unique = {part.content: part for part in reversed(self.parts) if part.type == "text/calendar"}
        return list(reversed(unique.values()))


def keep(directory: Path, content: bytes) -> str:
    """Write a mail so that it is there whole or not at all; returns its key."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    draft = directory / f"{key}.draft"
    draft.write_bytes(content)
    draft.replace(directory / f"{key}.eml")
    return key


def keys(directory: Path) -> list[str]:
    """All mails, the newest first."""
    return sorted((path.stem for path in directory.glob("*.eml") if KEY.fullmatch(path.stem)), reverse=True)


def summary(directory: Path, key: str) -> Summary:
    with (directory / f"{key}.eml").open("rb") as file:
        return _summary(key, BytesHeaderParser().parse(file))


def read(directory: Path, key: str) -> Mail | None:
    """The mail, or None when there is none under that key."""
    if not KEY.fullmatch(key):
        return None
    try:
        content = (directory / f"{key}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = message_from_bytes(content)
    headers = [(name, _decoded(value)) for name, value in message.items()]
    return Mail(_summary(key, message), headers, list(_parts(message)))


def _summary(key: str, message: Message) -> Summary:
    try:
        date = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        date = None
    return Summary(
        key=key,
        subject=_decoded(message.get("Subject", "")),
        sender=_decoded(message.get("From", "")),
        recipient=_decoded(message.get("To", "")),
        date=date,
    )


def _decoded(value: object) -> str:
    raw = str(value).replace("\r", "").replace("\n", "")
    try:
        text = str(make_header(decode_header(raw)))
    except (ValueError, LookupError):  # UnicodeError and HeaderParseError are ValueErrors
        text = raw
    return text.encode("utf-8", errors="replace").decode()


def _parts(message: Message) -> Iterator[Part]:
    for index, part in enumerate(message.walk()):
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        yield Part(
            index=index,
            type=part.get_content_type(),
            name=_file_name(part, index),
            content=content if isinstance(content, bytes) else b"",
            charset=_charset(part),
            is_attachment=part.get_content_disposition() == "attachment",
        )


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("utf-8")
    except (ValueError, LookupError, AttributeError):
        return "utf-8"


def _file_name(part: Message, index: int) -> str:
    """A name that is safe in a header and on a disk."""
    try:
        name = _decoded(part.get_filename() or "")
    except (ValueError, LookupError, AttributeError):
        name = ""
    name = re.sub(r"[^\w.\- ]", "_", name).strip(". ")[:80]
    if name:
        return name
    endings = {"text/calendar": "ics", "text/plain": "txt", "text/html": "html"}
    return f"part-{index}.{endings.get(part.get_content_type(), 'bin')}"
