"""A mail made ready once for thousands of readers, in which only the person's own parts are placed.

It is rendered with marks where those parts will be. Each part is escaped as its place demands, and what
depends on lengths (folding, encoding) is done after it is placed: the bytes are those that rendering the mail
for this person alone would have given.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import escape

from notifications import calendars
from notifications.invitations import Written

# A link that looks the same in a text, in HTML, and in every property of a calendar.
_PLAIN_LINK = re.compile(r"[A-Za-z0-9:/?=._~%+\-]*")


def is_plain(link: str) -> bool:
    return _PLAIN_LINK.fullmatch(link) is not None


class _Pattern:
    """A text with gaps."""

    def __init__(self, text: str, marks: Mapping[str, str]) -> None:
        """`marks`: what stands in the text → the name of the part that comes there."""
        found = re.split("|".join(map(re.escape, marks)), text) if marks else [text]
        self._literals = found
        self._parts = [marks[mark] for mark in re.findall("|".join(map(re.escape, marks)), text)]

    @property
    def is_fixed(self) -> bool:
        return not self._parts

    def filled(self, parts: Mapping[str, str]) -> str:
        if not self._parts:
            return self._literals[0]
        pieces = [self._literals[0]]
        for part, literal in zip(self._parts, self._literals[1:], strict=True):
            pieces += (parts[part], literal)
        return "".join(pieces)


class Prepared:
    """Subject, text and HTML with marks."""

    def __init__(self, written: Written, marks: Mapping[str, str]) -> None:
        self._subject, self._text, self._html = (
            _Pattern(text, marks) for text in (written.subject, written.text, written.html)
        )

    def placed(self, parts: Mapping[str, str]) -> Written:
        return Written(
            self._subject.filled(parts),
            self._text.filled(parts),
            self._html.filled({name: escape(value) for name, value in parts.items()}),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """What a calendar says of one reader. `name` may be empty; `link` is a plain one, or empty."""

    changed_at: datetime.datetime
    address: str
    name: str
    link: str


class PreparedCalendar:
    """A calendar with marks for ADDRESS, NAME and LINK; whether there is a name, and a link, is settled."""

    def __init__(self, content: bytes, *, address: str, name: str, link: str) -> None:
        marks = {mark: part for mark, part in ((address, "address"), (name, "name"), (link, "link")) if mark}
        self._lines: list[bytes | _Pattern] = []
        for line in calendars.unfolded(content):
            head, _colon, _value = line.partition(":")
            if head in ("DTSTAMP", "LAST-MODIFIED"):
                self._lines.append(_Pattern(f"{head}:\0", {"\0": "moment"}))
                continue
            pattern = _Pattern(line, marks)
            if not pattern.is_fixed:
                self._lines.append(pattern)
                continue
            folded = calendars.folded(line)
            if self._lines and isinstance(self._lines[-1], bytes):
                self._lines[-1] += folded
            else:
                self._lines.append(folded)

    def placed(self, place: Place) -> bytes:
        parts = {
            "moment": calendars.written_moment(place.changed_at),
            "address": calendars.written_address(place.address),
            "name": calendars.written_name(place.name),
            "link": place.link,
        }
        return b"".join(
            line if isinstance(line, bytes) else calendars.folded(line.filled(parts)) for line in self._lines
        )
