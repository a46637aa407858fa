"""A document as PDF/UA-1: tagged, with bookmarks, languages, and headers of tables. Pure."""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshops.exports import typesetting
from workshops.exports.tree import (
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Run,
    clean,
    is_right_to_left,
    texts_of,
    words,
)
from workshops.exports.typesetting import Unprintable

_TEMPLATE = Path(__file__).parent / "document.typ"
_INSTEAD = "\ufffd"
# What Libertinus lacks and prints the same.
_SAME = {0x202F: "\u00a0", 0x2009: " ", 0x2011: "-", 0x0009: " "}
# A word longer than a line would run off the paper: it may break after each so many letters.
_LONG = re.compile(r"[^\s\u200b-]{25,}")
_STEP = 12
_LONG_TEXT = 10_000
# Letters beyond which facts may be parted by a page's end.
_LONG_FACTS = 1500
# Whatever no font has is named in one go; a second time only where a font lacks a combination.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Made:
    """The file, and the characters that no font has: "\ufffd" stands for each."""

    content: bytes
    missing: tuple[str, ...]

    @property
    def missing_names(self) -> list[str]:
        return [
            ", ".join(unicodedata.name(one, f"U+{ord(one):04X}") for one in each) for each in self.missing
        ]


def write(document: Document) -> Made:
    """RuntimeError, without the text, if typst can't set it."""
    missing: dict[str, None] = {}
    for _attempt in range(_TRIES):
        data = _Writer(document, missing).data()
        try:
            content = typesetting.compile_pdf(
                _TEMPLATE, {"document": json.dumps(data)}, made_at=document.made_at
            )
        except Unprintable as error:
            missing.update(dict.fromkeys(error.characters))
        else:
            return Made(content, tuple(missing))
    # Letter by letter then: nothing that the fonts surely have is lost.
    missing.update(dict.fromkeys(_beyond_latin(texts_of(document))))
    data = _Writer(document, missing).data()
    content = typesetting.compile_pdf(_TEMPLATE, {"document": json.dumps(data)}, made_at=document.made_at)
    return Made(content, tuple(missing))


def _beyond_latin(texts: Iterable[str]) -> list[str]:
    return sorted({character for text in texts for character in text if ord(character) > 0x17F})


class _Writer:
    def __init__(self, document: Document, missing: Iterable[str]) -> None:
        self._document = document
        longest_first = sorted(map(re.escape, missing), key=len, reverse=True)
        self._missing = re.compile("|".join(longest_first)) if longest_first else None

    def data(self) -> dict[str, Any]:
        document = self._document
        logo = document.logo
        return {
            "title": self._text(document.title),
            # The best lines of a paragraph take time with the square of its length.
            "lines": "simple" if max(map(len, texts_of(document))) > _LONG_TEXT else "optimized",
            "short_title": self._text(document.short_title),
            "kicker": self._text(document.kicker),
            "subtitle": self._text(document.subtitle),
            "town": self._text(document.town),
            "facts": [self._text(line) for line in document.facts],
            "language": typesetting.primary(document.language),
            "direction": document.direction,
            "colour": document.colour,
            "page_word": self._text(document.page_word),
            "contents": self._text(document.contents_title),
            "contents_depth": document.contents_depth,
            "cover": document.has_cover,
            "sizes": document.heading_sizes,
            "logo": None if logo is None else list(logo.content),
            "logo_text": "" if logo is None else self._text(clean(logo.alternative)),
            "blocks": [self._block(block) for block in document.blocks],
        }

    def _block(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Heading):
            return {
                "kind": "heading",
                "level": block.level,
                "number": self._text(block.number),
                "page": block.on_new_page,
                **self._said(block),
            }
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "style": block.style, **self._said(block)}
        if isinstance(block, Listing):
            return {
                "kind": "list",
                "ordered": block.is_ordered,
                "start": block.start,
                "direction": self._document.direction_of(block),
                "items": [[self._block(each) for each in item] for item in block.items],
            }
        if isinstance(block, Facts):
            return {
                "kind": "facts",
                "figures": block.are_figures,
                "long": sum(len(words(cell.runs)) for _name, cell in block.pairs) > _LONG_FACTS,
                "pairs": [{"name": self._text(name), "cell": self._cell(cell)} for name, cell in block.pairs],
            }
        return {
            "kind": "table",
            "widths": block.widths,
            "header": [self._cell(cell) for cell in block.header],
            "rows": [[self._cell(cell) for cell in row] for row in block.rows],
        }

    def _cell(self, cell: Cell, around: str = "") -> dict[str, Any]:
        return {"number": cell.is_number, **self._said(cell, around)}

    def _said(self, part: Heading | Paragraph | Cell, around: str = "") -> dict[str, Any]:
        """`around`: the direction of the line that it stands in, if it has none of its own."""
        direction = self._document.direction_of(part)
        return {
            "language": typesetting.primary(self._document.language_of(part)),
            "direction": direction,
            "runs": [self._run(run, around or direction, run.language or part.language) for run in part.runs],
        }

    def _run(self, run: Run, around: str, language: str) -> dict[str, Any]:
        text = self._text(run.text)
        if language and is_right_to_left(language) != (around == "rtl") and not run.is_mark:
            # An isolate: its direction is its own, and moves nothing beside it.
            isolate = "\u2067" if is_right_to_left(language) else "\u2066"
            text = f"{isolate}{text}\u2069"
        return {
            "text": text,
            "bold": run.bold,
            "italic": run.italic,
            "code": run.code,
            "mark": run.is_mark,
            "link": run.link,
            "language": typesetting.primary(run.language),
        }

    def _text(self, text: str) -> str:
        text = text.translate(_SAME)
        if self._missing is not None:
            text = self._missing.sub(_INSTEAD, text)
        return _LONG.sub(_breakable, text)


def _breakable(found: re.Match[str]) -> str:
    """With places to break, never before a mark that belongs to the letter ahead of it."""
    pieces: list[str] = []
    since = 0
    for character in found[0]:
        if since >= _STEP and not unicodedata.combining(character) and character.isalnum():
            pieces.append("\u200b")
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)
