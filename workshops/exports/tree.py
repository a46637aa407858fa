"""A document as a neutral tree: what the builders make and every writer understands. Pure.

All text that people typed sits in a `Run`, which takes out what no format may hold: a writer that forgets to
look still can't write a broken file.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

# What XML 1.0 forbids (its production 2), and the controls that turn a line around: inside a sentence
# they make it read as another one ("Trojan source"). Joiners and direction marks stay: Persian needs them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ud800-\udfff"
    + "".join(chr((plane << 16) + 0xFFFE + last) for plane in range(17) for last in (0, 1))
    + "]"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Letters of a title, which is also a property of the file (Word takes no more), and at the foot of a page.
_TITLE, _FOOT = 250, 80
_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ku", "prs", "ps", "sd", "ug", "ur", "yi"))


def clean(text: str) -> str:
    """Without what no document may hold; line ends are "\\n"."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def _line(text: str, longest: int = _TITLE) -> str:
    """In one line that ends with "…" if it had to be cut."""
    line = " ".join(clean(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def is_right_to_left(language: str) -> bool:
    return language.split("-")[0] in _RIGHT_TO_LEFT


def direction_of(text: str) -> str:
    """Of a text whose language nobody said, by its first strong letter (UAX 9, P2); empty: it has none."""
    for character in text:
        found = unicodedata.bidirectional(character)
        if found in ("R", "AL"):
            return "rtl"
        if found == "L":
            return "ltr"
    return ""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one kind. `language`: only where it isn't the block's own."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    # A small sign beside a text: "[DE]".
    is_mark: bool = False
    link: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))
        # Whatever else a link may be, it never runs and never reads a file.
        is_safe = self.link.lower().startswith(("https://", "http://", "mailto:"))
        object.__setattr__(self, "link", re.sub(r"\s", "", clean(self.link)) if is_safe else "")


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Levels 1 to 4, none left out. `number` stands before it and isn't part of its words."""

    level: int
    runs: Runs
    number: str = ""
    language: str = ""
    direction: str = ""
    # A level 1 that begins a page of its own.
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`style`: text, lead (larger), meta (smaller), quote, or code."""

    runs: Runs
    style: str = "text"
    language: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Each item is blocks: paragraphs and further lists."""

    items: "tuple[tuple[Block, ...], ...]"
    is_ordered: bool = False
    start: int = 1
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    runs: Runs
    language: str = ""
    direction: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`header`: the columns' names, repeated on each page. `widths` are shares of the line, one a column."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are; `are_figures`: headline numbers, each with what it counts."""

    pairs: tuple[tuple[str, Cell], ...]
    are_figures: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", tuple((clean(name), cell) for name, cell in self.pairs))


Block: TypeAlias = Heading | Paragraph | Listing | Table | Facts


@dataclass(frozen=True, slots=True)
class Picture:
    """PNG or JPEG, checked by whoever took it in; `alternative` is what it shows, in words."""

    content: bytes
    media_type: str
    width: int
    height: int
    alternative: str

    @property
    def suffix(self) -> str:
        return "png" if self.media_type == "image/png" else "jpg"


@dataclass(frozen=True, slots=True)
class Document:
    """`kicker`, `title`, `subtitle` open it; `facts` beneath are lines like the day. `made_at` has a zone."""

    title: str
    language: str
    town: str
    blocks: tuple[Block, ...]
    made_at: datetime.datetime
    kicker: str = ""
    subtitle: str = ""
    facts: tuple[str, ...] = ()
    contents_title: str = ""  # of the table of contents; empty: there is none
    contents_depth: int = 2
    has_cover: bool = False
    page_word: str = ""  # "Seite", at the foot
    colour: str = "#0b4a6f"
    logo: Picture | None = None

    def __post_init__(self) -> None:
        for name in ("title", "town", "kicker", "subtitle"):
            object.__setattr__(self, name, _line(getattr(self, name)))
        object.__setattr__(self, "facts", tuple(_line(text) for text in self.facts))

    @property
    def direction(self) -> str:
        return "rtl" if is_right_to_left(self.language) else "ltr"

    @property
    def short_title(self) -> str:
        """For the foot of each page: one line."""
        return _line(self.title, _FOOT)

    @property
    def heading_sizes(self) -> tuple[float, ...]:
        """Of the four levels, in points; beside a cover's title they may be large."""
        return (20, 14.5, 12, 11) if self.has_cover else (15, 12.5, 11.5, 11)

    @property
    def headings(self) -> list[Heading]:
        return [block for block in self.blocks if isinstance(block, Heading)]

    def language_of(self, block: Heading | Paragraph | Cell) -> str:
        return block.language or self.language

    def direction_of(self, block: Heading | Paragraph | Cell | Listing) -> str:
        if block.direction:
            return block.direction
        if not isinstance(block, Listing) and block.language:
            return "rtl" if is_right_to_left(block.language) else "ltr"
        return self.direction


def plain(text: str, **how: str) -> Runs:
    return (Run(text, **how),) if text else ()  # type: ignore[arg-type]


def words(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def numbered(block: Heading) -> Runs:
    """Its words with its number before them."""
    return (Run(f"{block.number}\u00a0\u00a0"), *block.runs) if block.number else block.runs


def texts_of(document: Document) -> Iterator[str]:
    """Every text that is shown, for those who must look at all characters."""
    yield from (document.title, document.town, document.kicker, document.subtitle, *document.facts)
    yield from _texts(document.blocks)


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield words(block.runs)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _texts(item)
        elif isinstance(block, Facts):
            for name, cell in block.pairs:
                yield from (name, words(cell.runs))
        else:
            for row in (block.header, *block.rows):
                yield from (words(cell.runs) for cell in row)
