"""The field's concepts in eight languages (concepts.tsv): the same thing said in another language.

A German compound that isn't in the list is taken apart into words that are: "Abendsprachkurs" is evening and
language course.
"""

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workshops.similarity import spelling
from workshops.similarity.words import LANGUAGES, stem, tokens
from workshops.stemming import fold

_FILE = Path(__file__).with_name("concepts.tsv")
LONGEST_PHRASE = 3
# A shorter word ends or begins too many others.
SHORTEST_PART = 4
# What stands between the parts of a German compound.
_JOINTS = ("", "s", "n", "es", "en", "er", "e")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concepts by their number; `phrases`: stems of a language → concepts."""

    names: tuple[str, ...]
    phrases: dict[str, dict[tuple[str, ...], int]]
    # Single words of a language, stemmed and folded: a stemmer makes "kur" of "Kurs", but "kurs" of "Kurse".
    singles: dict[str, dict[str, int]]
    # The German ones that are long enough to stand in a compound.
    parts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A concept, or a word that isn't in the list, and the words by which it stands in the text."""

    concept: int | None
    stem: str
    words: str


@functools.cache
def vocabulary() -> Vocabulary:
    with _FILE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))
    phrases: dict[str, dict[tuple[str, ...], int]] = {language: {} for language in LANGUAGES}
    singles: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    for number, row in enumerate(rows):
        for language in LANGUAGES:
            for phrase in row[language].split(";"):
                words = tokens(phrase)
                stems = tuple(stem(word, language) for word in words)
                if len(words) == 1:
                    for form in (stems[0], fold(words[0])):
                        singles[language].setdefault(form, number)
                elif words:
                    phrases[language].setdefault(stems, number)
    parts = {word: concept for word, concept in singles["de"].items() if len(word) >= SHORTEST_PART}
    return Vocabulary(tuple(row["name"] for row in rows), phrases, singles, parts)


def found_in(text: str, language: str) -> list[Found]:
    """Concepts and other words of a text in their order; the longest phrase wins."""
    phrases = vocabulary().phrases.get(language, {})
    present = tokens(text)
    stems = [stem(word, language) for word in present]
    result: list[Found] = []
    at = 0
    while at < len(present):
        for length in range(min(LONGEST_PHRASE, len(present) - at), 1, -1):
            concept = phrases.get(tuple(stems[at : at + length]))
            if concept is not None:
                words = " ".join(present[at : at + length])
                result.append(Found(concept, " ".join(stems[at : at + length]), words))
                at += length
                break
        else:
            concepts = _of_word(fold(present[at]), stems[at], language)
            result += [Found(concept, stems[at], present[at]) for concept in concepts or (None,)]
            at += 1
    return result


@functools.lru_cache(maxsize=50_000)
def has_concept(word: str, language: str) -> bool:
    """As it stands in the list, or as a German compound: no slip, no beginning."""
    singles = vocabulary().singles.get(language, {})
    folded = fold(word)
    if folded in singles or stem(word, language) in singles:
        return True
    return language == "de" and bool(_split(folded))


@functools.lru_cache(maxsize=50_000)
def _of_word(folded: str, word_stem: str, language: str) -> tuple[int, ...]:
    """The concepts of a single word: as it stands in the list, as a compound, or with a slip."""
    singles = vocabulary().singles.get(language, {})
    concept = singles.get(word_stem, singles.get(folded))
    if concept is not None:
        return (concept,)
    is_german = language == "de"
    compound = (_split(folded) or _split(word_stem)) if is_german else ()
    found = compound or _misspelt(folded, language) or (_beginning(folded) if is_german else ())
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=20_000)
def _misspelt(folded: str, language: str) -> tuple[int, ...]:
    """The concept that somebody meant with a slip: "Fahrad". Nothing if that could be two."""
    singles = vocabulary().singles.get(language, {})
    near = {concept for word, concept in singles.items() if spelling.alike(folded, word)}
    return tuple(near) if len(near) == 1 else ()


@functools.lru_cache(maxsize=20_000)
def _split(word: str) -> tuple[int, ...]:
    """The concepts of a compound: its end is what it is about, what stands before says more; () if unknown.

    "Musikschulbus" → bus, music, school. An end alone is enough: "Nähkurs" is a course.
    """
    parts = vocabulary().parts
    for start in range(1, len(word) - SHORTEST_PART + 1):
        concept = parts.get(word[start:])
        if concept is None:
            concept = next(
                (parts[word[start:-cut]] for cut in (1, 2) if parts.get(word[start:-cut]) is not None), None
            )
        if concept is not None:
            return (concept, *_head(word[:start]))
    return ()


def _beginning(word: str) -> tuple[int, ...]:
    """What is unknown at its end may still begin with what is known: "Praktikumsbörse"."""
    parts = vocabulary().parts
    for end in range(len(word) - 1, SHORTEST_PART, -1):
        if word[:end] in parts:
            return (parts[word[:end]],)
    return ()


def _head(head: str) -> Sequence[int]:
    parts = vocabulary().parts
    for joint in _JOINTS:
        bare = head.removesuffix(joint) if joint else head
        if bare in parts:
            return (parts[bare],)
    return _split(head) or _misspelt(head, "de")
