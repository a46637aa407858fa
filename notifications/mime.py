"""The bytes of a mail (RFC 5322, 2045–2047, 6047): small, ASCII only, CRLF, the same for the same input.

Written by hand because `email` needs more time for one mail than everything else together.
"""

import base64
import binascii
import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from email.header import Header

CALENDAR_FILE = "termin.ics"
# Headers that say an address (RFC 5322, section 3.6).
ADDRESSES = frozenset(("From", "To", "Reply-To"))


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iCalendar with its METHOD, which the MIME header repeats: without it no program obeys."""

    method: str
    content: bytes


@functools.lru_cache(maxsize=256)
def header(name: str, value: str) -> str:
    """One header line without its end. ValueError for a value that would begin another header."""
    if any(char in value for char in "\r\n\0"):
        raise ValueError(f"line break in the header {name}")
    if value.isascii() and len(name) + len(value) <= 76:
        return f"{name}: {value}"
    if name in ADDRESSES:
        return _folded_address(name, value)
    if value.isascii() and " " not in value:
        return f"{name}: {value}"  # a link: it has no place to fold
    folded = Header(value, "utf-8", header_name=name, maxlinelen=76).encode(linesep="\r\n")
    return f"{name}: {folded}"


def _folded_address(name: str, value: str) -> str:
    """What says an address is never encoded as a whole: nobody would find the address in it."""
    value.encode("ascii")  # or UnicodeEncodeError, which is a ValueError
    lines = [f"{name}:"]
    for number, word in enumerate(value.split(" ")):
        if number and len(lines[-1]) + 1 + len(word) > 76:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def display_address(name: str, address: str) -> str:
    """`name <address>`, the name encoded where it must be; for one of the headers in ADDRESSES."""
    name = " ".join(name.split())
    if not name:
        return address
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    # Words that fit into lines of 76 characters (RFC 2047, section 2); a space between two isn't the name's.
    encoded = Header(name, "utf-8", maxlinelen=68).encode(linesep="")
    return f"{encoded} <{address}>"


def message(
    headers: Iterable[tuple[str, str]], *, text: str, html: str, calendar: CalendarPart | None, seed: str
) -> bytes:
    """mixed( alternative( plain, html, calendar ), the calendar as a file ), or the alternative alone.

    `seed` makes the boundaries; the Message-ID will do.
    """
    inner = _boundary("alternative", seed)
    parts = [_text_part("plain", text), _text_part("html", html)]
    if calendar:
        encoded = _base64(calendar.content)
        parts.append(
            _part(
                f'Content-Type: text/calendar; charset="utf-8"; method={calendar.method}',
                "Content-Transfer-Encoding: base64",
                body=encoded,
            )
        )
    body_type, body = f'multipart/alternative; boundary="{inner}"', _multipart(inner, parts)
    if calendar:
        outer = _boundary("mixed", seed)
        file = _part(
            f'Content-Type: application/ics; name="{CALENDAR_FILE}"',
            f'Content-Disposition: attachment; filename="{CALENDAR_FILE}"',
            "Content-Transfer-Encoding: base64",
            body=encoded,
        )
        alternative = _part(f"Content-Type: {body_type}", body=body)
        body_type = f'multipart/mixed; boundary="{outer}"'
        body = _multipart(outer, [alternative, file])
    lines = [header(name, value) for name, value in headers]
    return _part(*lines, "MIME-Version: 1.0", f"Content-Type: {body_type}", body=body)


def _part(*lines: str, body: bytes) -> bytes:
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _multipart(boundary: str, parts: Iterable[bytes]) -> bytes:
    mark = b"--" + boundary.encode("ascii")
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return _part(
        f'Content-Type: text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        body=binascii.b2a_qp(content, istext=True),
    )


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _boundary(level: str, seed: str) -> str:
    # "=_" can't appear in quoted-printable or base64.
    return f"=_{hashlib.sha256(f'{level}:{seed}'.encode()).hexdigest()[:32]}"
