"""What the search shows: the best rows of a kind, and a hit's title, text and languages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.safestring import SafeString

from workshops import markup, search, stemming
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    LocalisedText,
    Measure,
    ParticipationProcess,
    ProposedMeasure,
    Workshop,
    localised,
)
from workshops.search import Piece, Term
from workshops.templatetags.localised import named

Row = TypeVar("Row", Workshop, AgendaItem, ProposedMeasure, Measure, Goal, Guideline)

# So many are looked at, the best of them shown; whoever gets more asks more precisely.
MOST_LOOKED_AT = 200
SHOWN_OF_EACH = 10


@dataclass(frozen=True, slots=True)
class Hit:
    title: list[Piece]
    text: list[Piece]
    url: str
    about: object
    # The languages of title and text; empty: nobody said.
    title_language: str = ""
    text_language: str = ""
    is_public: bool = True
    # The hit is a workshop: when it is, people ask first.
    workshop: Workshop | None = None

    @property
    def title_in(self) -> LocalisedText:
        """For `lang_attributes`: a text of that language."""
        return _in(self.title_language)

    @property
    def text_in(self) -> LocalisedText:
        return _in(self.text_language)

    @property
    def title_words(self) -> str:
        """For `typed_attributes`, where nobody said in which language."""
        return "".join(piece.text for piece in self.title)

    @property
    def text_words(self) -> str:
        return "".join(piece.text for piece in self.text)


@dataclass(slots=True)
class Group:
    code: str
    label: object
    count: int = 0
    # There are more than were looked at.
    is_cut: bool = False
    hits: list[Hit] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Others of the group aren't shown."""
        return self.count > len(self.hits)


def in_the_plan(
    process: ParticipationProcess,
    title: LocalisedText,
    asked: Sequence[Term],
    *,
    anchor: str,
    about: object,
    text: list[Piece] | None = None,
    text_language: str = "",
) -> Hit:
    """A place on the page of the whole plan."""
    language = title.shown_language()
    return Hit(
        title=search.marked(str(title), asked, language=language),
        text=text or [],
        url=f"{reverse('workshops:measures', args=[process.slug])}#{anchor}",
        about=about,
        title_language=language,
        text_language=text_language,
    )


def best(
    group: Group, rows: QuerySet[Row], asked: Sequence[Term], most: int, *, title: str = "title"
) -> list[Row]:
    """Titles that are met first, then the newest; two statements, the second for those that are shown."""
    titles = list(search.newest(rows).values_list("pk", title)[: MOST_LOOKED_AT + 1])
    group.count, group.is_cut = min(len(titles), MOST_LOOKED_AT), len(titles) > MOST_LOOKED_AT
    ranked = sorted(titles[:MOST_LOOKED_AT], key=lambda row: -search.weight(_words(row[1]), asked))
    chosen = [pk for pk, _title in ranked[:most]]
    found = rows.in_bulk(chosen) if chosen else {}
    return [found[pk] for pk in chosen if pk in found]


def _words(title: object) -> str:
    return " ".join(title.values()) if isinstance(title, dict) else str(title)


def excerpt(text: LocalisedText, asked: Sequence[Term]) -> tuple[str, list[Piece]]:
    """In the reader's language if the words stand there, else in the one in which they do: which it is."""
    if not text:
        return "", []
    shown = text.shown_language()
    for code in (shown, *text):
        pieces = search.excerpt(markup.plain(text.get(code, "")), asked, language=code)
        if any(piece.is_met for piece in pieces):
            return code, pieces
    return shown, search.excerpt(markup.plain(text.get(shown, "")), asked, language=shown)


# Written when the page is: so the page knows what it says in another language (`saying_fallbacks`).
in_its_words = lazy(named, SafeString)


def own_or_german(title: LocalisedText) -> str:
    """A workshop without a title is called in the reader's language after its field."""
    return title.shown_language() if title else stemming.GERMAN


def _in(language: str) -> LocalisedText:
    return localised({language: language}) if language else LocalisedText()
