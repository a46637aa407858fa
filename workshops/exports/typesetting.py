"""The one way to typst: our fonts, PDF/UA-1, and what happens to characters that no font has.

The only fonts are typst's own Libertinus (Latin, Greek, Cyrillic) and those in `fonts/`: Arabic, and Fira
Sans for what hangs on a wall. PDF/UA-1 (ISO 14289-1, 7.21.8) forbids characters without a glyph: typst
refuses them, and so do we.
"""

import datetime
import re
from collections.abc import Mapping
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
# typst names each of them, but only in the longer form of its error.
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.S)


class Unprintable(Exception):
    """No font has these `characters`; they are in the order of the text, each once."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__("characters without a glyph")
        self.characters = characters


def primary(language: str) -> str:
    """What typst takes for a language: the first part of its tag (RFC 5646, 2.2.1), without variants."""
    return language.split("-")[0]


def compile_pdf(
    template: Path,
    inputs: Mapping[str, str],
    *,
    root: Path | None = None,
    made_at: datetime.datetime | None = None,
) -> bytes:
    """A PDF/UA-1 file. `inputs` are what the template reads as `sys.inputs`; `root`: what it may open.

    Raises `Unprintable`; RuntimeError, without the text, if the template is broken.
    """
    try:
        return typst.compile(
            template,
            root=root or template.parent,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs=dict(inputs),
            timestamp=int(made_at.timestamp()) if made_at is not None else None,
        )
    except typst.TypstError as error:
        if found := _NO_GLYPH.findall(error.diagnostic):
            # The error's own words hold the text.
            raise Unprintable(tuple(dict.fromkeys(_unescaped(each) for each in found))) from None
        raise RuntimeError(f"{template.name} is broken") from error


def compile_png(template: Path, inputs: Mapping[str, str], *, pixels_per_inch: int) -> bytes:
    """The one page of a template as a picture. What no font has is a blank."""
    try:
        made = typst.compile(
            template,
            root=template.parent,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="png",
            ppi=pixels_per_inch,
            sys_inputs=dict(inputs),
        )
    except typst.TypstError as error:
        raise RuntimeError(f"{template.name} is broken") from error
    return made if isinstance(made, bytes) else made[0]


def _unescaped(shown: str) -> str:
    """As Rust's debug form shows a string: "\\u{e000}" for what isn't printable."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), shown)
