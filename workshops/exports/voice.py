"""Texts kept per language, in the language of one document; what falls back to another one says so."""

from collections.abc import Mapping

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from workshops.exports.markdown import blocks_of
from workshops.exports.tree import Block, Cell, Heading, Paragraph, Run, Runs, clean, direction_of
from workshops.models import LocalisedText


class Voice:
    """`language`: the document's, and the active one. Remembers which other languages it had to take."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._borrowed: dict[str, None] = {}

    def line(self, text: Mapping[str, str]) -> tuple[Runs, str]:
        """In one line, with a mark behind a fallback, and the language that it is in if another."""
        words, other = self._find(text)
        runs: Runs = (Run(" ".join(clean(words).split())),) if words else ()
        return (*runs, *_mark(other)), other

    def plain(self, text: Mapping[str, str]) -> str:
        """For titles and spreadsheets, with the same mark."""
        runs, _other = self.line(text)
        return "".join(run.text for run in runs)

    def whole(self, text: Mapping[str, str]) -> str:
        """With its line ends, as it was written; for spreadsheets."""
        words, other = self._find(text)
        return words + "".join(run.text for run in _mark(other))

    def heading(
        self, level: int, text: Mapping[str, str], *, number: str = "", on_new_page: bool = False
    ) -> Heading:
        runs, other = self.line(text)
        return Heading(level, runs or (Run("–"),), number=number, language=other, on_new_page=on_new_page)

    def cell(self, text: Mapping[str, str]) -> Cell:
        runs, other = self.line(text)
        return Cell(runs, language=other)

    def blocks(self, text: Mapping[str, str], *, style: str = "text") -> list[Block]:
        """Markdown; the mark stands behind the first paragraph."""
        words, other = self._find(text)
        found = list(blocks_of(words, language=other or self.language, style=style)) if words else []
        for place, block in enumerate(found):
            if other and isinstance(block, Paragraph):
                found[place] = Paragraph((*block.runs, *_mark(other)), style=block.style, language=other)
                break
        return found

    def notes(self) -> list[Block]:
        """What the marks mean; nothing if there is none. To be asked after everything else was said."""
        return [
            Paragraph(
                (
                    Run(
                        _("[%(code)s]: Diesen Text gibt es hier noch nicht; er steht auf %(language)s da.")
                        % {"code": code.upper(), "language": get_language_info(code)["name_translated"]}
                    ),
                ),
                style="meta",
            )
            for code in self._borrowed
        ]

    def _find(self, text: Mapping[str, str]) -> tuple[str, str]:
        found = LocalisedText(text)
        shown = found.shown_language(self.language)
        words = found.in_language(self.language)
        if not words or shown == self.language:
            return words, ""
        self._borrowed[shown] = None
        return words, shown


def _mark(other: str) -> Runs:
    return (Run(f"\u00a0[{other.upper()}]", is_mark=True),) if other else ()


def typed(text: str) -> Cell:
    """What somebody wrote in a language that nobody said."""
    line = " ".join(clean(text).split())
    return Cell((Run(line),) if line else (), direction=direction_of(line))
