"""Finding rows by words: the same on SQLite and PostgreSQL.

Every word of the question must be met. A word meets one that begins with it ("Sprach" → "Sprachkurs") or,
from four letters on, ends with it ("Betreuung" → "Kinderbetreuung"): so compounds are found by their parts.
Of shorter ends the column has those that are words of their own (`stemming.SHORT_ENDS`).
Who may see what is decided before: the rows that come in are those that the reader may see.
"""

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet

from workshops import stemming
from workshops.models.searchable import Forms

Row = TypeVar("Row", bound=Model)
Found = TypeVar("Found")

MOST_WORDS = 8
LONGEST_QUESTION = 200
# A shorter one ends too many words: "rat" is no part of "Heirat".
SHORTEST_END = 4
EXCERPT = 240
# Nobody means them; alone they may be asked for.
_FILLING = frozenset(
    stemming.fold(word)
    for word in (
        *("am", "an", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine", "einen"),
        *("einer", "für", "im", "in", "ist", "mit", "nach", "oder", "um", "und", "von", "vom", "wie", "zu"),
        *("zum", "zur", "and", "for", "of", "on", "or", "the", "to", "with"),
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the question, in the forms in which it may stand in the column."""

    forms: tuple[str, ...]

    def meets(self, word: str) -> bool:
        """`word`: a stem, as the column has it."""
        return any(
            word.startswith(form) or (len(form) >= SHORTEST_END and word.endswith(form))
            for form in self.forms
        )

    @property
    def wanted(self) -> Forms:
        """As the column's lookup takes it."""
        return Forms(self.forms, tuple(form for form in self.forms if len(form) >= SHORTEST_END))


def terms(question: str) -> list[Term]:
    """The words of a question, at most `MOST_WORDS`; those that only fill a sentence are left out."""
    found: dict[tuple[str, ...], Term] = {}
    filling: list[Term] = []
    for word, _start, _end in stemming.words(question[:LONGEST_QUESTION]):
        for part in stemming.parts_of(word):
            # As a German word, and as it stands there: nobody says in which language they ask.
            forms = stemming.forms_of(part, stemming.GERMAN)
            # What the stemmer leaves of "Kurs" would begin too many words; "Bad" of "Bäder" is one.
            term = Term(
                tuple(
                    form
                    for form in forms
                    if len(form) >= SHORTEST_END or form == forms[-1] or form in stemming.SHORT_ENDS
                )
            )
            if not term.forms:
                continue
            if stemming.fold(part) in _FILLING:
                filling.append(term)
            else:
                found[term.forms] = term
    return (list(found.values()) or filling)[:MOST_WORDS]


def matching(
    rows: QuerySet[Row], asked: Sequence[Term], *, columns: Sequence[str] = ("search",)
) -> QuerySet[Row]:
    """Those in which each word is met, in any of the columns. Nothing was asked: none."""
    if not asked:
        return rows.none()
    for term in asked:
        in_one = (Q(**{f"{column}__met": term.wanted}) for column in columns)
        rows = rows.filter(reduce(operator.or_, in_one))
    return rows


def meeting(texts: Iterable[tuple[Found, str]], asked: Sequence[Term]) -> Iterator[Found]:
    """Of rows that have no such column, with their texts: those in which each word is met. None for no word.

    One after the other, so that whoever wants the first few needn't wait for all.
    """
    known: dict[str, frozenset[int]] = {}
    for found, text in texts if asked else ():
        left = set(range(len(asked)))
        for word, _start, _end in stemming.words(text):
            if word not in known:
                forms = stemming.stems_of(word, stemming.GERMAN)
                met = (number for number, term in enumerate(asked) if any(map(term.meets, forms)))
                known[word] = frozenset(met)
            left -= known[word]
        if not left:
            yield found


def newest(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The newest first.

    By an expression: PostgreSQL else walks its key backwards and reads every row until it has met enough of
    them, which for a rare word is the whole table.
    """
    return rows.order_by((F("pk") + 0).desc())


def weight(title: str, asked: Sequence[Term], *, language: str = stemming.GERMAN) -> int:
    """How many of the words the title meets: such rows come first."""
    present = [
        each for word, _from, _to in stemming.words(title) for each in stemming.stems_of(word, language)
    ]
    return sum(any(term.meets(word) for word in present) for term in asked)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an excerpt; `is_met`: a word of the question."""

    text: str
    is_met: bool = False


def marked(text: str, asked: Sequence[Term], *, language: str = stemming.GERMAN) -> list[Piece]:
    """The whole text, in pieces."""
    return _pieces(text, _met(text, asked, language), 0, len(text))


def excerpt(text: str, asked: Sequence[Term], *, language: str = stemming.GERMAN) -> list[Piece]:
    """About `EXCERPT` characters around the first word that is met, from word to word; else the beginning."""
    text = " ".join(text.split())
    met = _met(text, asked, language)
    start = max(0, met[0][0] - EXCERPT // 3) if met else 0
    if start:
        start = text.find(" ", start) + 1 or start
    end = min(len(text), start + EXCERPT)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + EXCERPT // 2)
    pieces = _pieces(text, met, start, end)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return [Piece(before), *pieces, Piece(after)] if before or after else pieces


def _met(text: str, asked: Sequence[Term], language: str) -> list[tuple[int, int]]:
    return [
        (start, end)
        for word, start, end in stemming.words(text)
        if any(term.meets(each) for each in stemming.stems_of(word, language) for term in asked)
    ]


def _pieces(text: str, met: Iterable[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces: list[Piece] = []
    here = start
    for begin, stop in met:
        if begin < start or stop > end:
            continue
        if begin > here:
            pieces.append(Piece(text[here:begin]))
        pieces.append(Piece(text[begin:stop], is_met=True))
        here = stop
    if here < end:
        pieces.append(Piece(text[here:end]))
    return pieces
