"""Letters as one PDF: pure, data in, bytes out. Knows typst, DIN 5008 and PDF/UA.

Names, addresses and texts travel as JSON and are only shown: nothing in them is read as markup. PDF/UA-1
(ISO 14289-1) forbids characters that no font has, so a text that could not be printed is refused with the
character, instead of coming out as boxes (`workshops.exports.typesetting` has the fonts).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from workshops.exports import qr, typesetting

_TEMPLATE = Path(__file__).parent / "letters.typ"
# What Libertinus lacks and prints the same; controls and the marks that turn a line around say nothing here.
_PLAIN = {0x202F: "\u00a0", 0x2009: " ", 0x2011: "-"}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


class Unprintable(Exception):
    """No font has `character`."""

    def __init__(self, character: str) -> None:
        super().__init__("a character without a glyph")
        self.character = character


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, or a text as it stands in a mail: paragraphs, and links on lines of their own."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's. `language` is a code; `link` is printed, and as a QR code; all lines are plain text."""

    recipient: Sequence[str]
    sender: str
    information: Sequence[str]
    language: str
    is_right_to_left: bool
    subject: str
    greeting: str
    parts: Sequence[Part]
    link: str
    link_text: str
    qr_text: str
    closing: Sequence[str]


def pdf(letters: Iterable[Letter], *, title: str) -> bytes:
    """One document, each letter on a page of its own. Raises `Unprintable`."""
    data = json.dumps({"title": _clean(title), "letters": [_as_data(letter) for letter in letters]})
    try:
        return typesetting.compile_pdf(_TEMPLATE, {"letters": data})
    except typesetting.Unprintable as error:
        raise Unprintable(error.characters[0]) from None


def _as_data(letter: Letter) -> dict[str, object]:
    lines = {
        name: [_clean(line) for line in value] if isinstance(value, list | tuple) else _clean(str(value))
        for name, value in asdict(letter).items()
        if name not in ("parts", "is_right_to_left")
    }
    return {
        **lines,
        "language": typesetting.primary(letter.language),
        "direction": "rtl" if letter.is_right_to_left else "ltr",
        "parts": [piece for part in letter.parts for piece in _pieces(part)],
        "qr": qr.svg(letter.link) if letter.link else "",
    }


def _pieces(part: Part) -> list[dict[str, object]]:
    pieces: list[dict[str, object]] = []
    if part.heading:
        pieces.append({"kind": "heading", "text": _clean(part.heading)})
    for paragraph in re.split(r"\n\s*\n", part.text.strip()):
        lines: list[str] = []
        for line in (_clean(raw) for raw in paragraph.splitlines()):
            if re.fullmatch(r"https?://\S+", line):
                if lines:
                    pieces.append({"kind": "text", "lines": lines})
                lines = []
                pieces.append({"kind": "link", "text": line})
            elif line:
                lines.append(line)
        if lines:
            pieces.append({"kind": "text", "lines": lines})
    return pieces


def _clean(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text.translate(_PLAIN)).split(" ")).strip()
