"""Words of eight languages, folded and stemmed, so that the forms of one word are the same."""

import functools
from pathlib import Path
from typing import Any

import snowballstemmer

from workshops import stemming
from workshops.stemming import GERMAN, LONGEST_WORD, fold, parts_of, words

_ALGORITHMS = {
    "en": "english",
    "tr": "turkish",
    "ar": "arabic",
    "ru": "russian",
    "ro": "romanian",
    "fr": "french",
}
LANGUAGES = (GERMAN, *_ALGORITHMS, "uk")

# There is no Snowball stemmer for Ukrainian: the commonest endings of nouns, adjectives and verbs.
_UKRAINIAN = tuple(
    sorted(
        {
            fold(ending)
            for ending in (
                *("ами", "ями", "ів", "їв", "ей", "ах", "ях", "ові", "еві", "ою", "ею", "єю", "ам", "ям"),
                *("ом", "ем", "ого", "ому", "ими", "их", "ий", "ій", "им", "ої", "ні", "не", "на", "ти"),
                *("ння", "нням", "нню", "ня", "ень", "а", "я", "у", "ю", "и", "і", "ї", "о", "е"),
                *("є", "ь", "й"),
            )
        },
        key=len,
        reverse=True,
    )
)
# The article and "and" are written with the word.
_ARABIC_BEGINNINGS = ("وال", "بال", "لل", "ال")


def _filling() -> dict[str, frozenset[str]]:
    """By language, whose code is a comment before its words. Written as people do, kept folded."""
    found: dict[str, set[str]] = {code: set() for code in LANGUAGES}
    code = ""
    for line in Path(__file__).with_name("filling.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            code = line.removeprefix("#").strip()
        else:
            found[code].update(fold(word) for word in line.split())
    return {code: frozenset(words) for code, words in found.items()}


# They say nothing about what is proposed.
FILLING_OF = _filling()
FILLING = frozenset().union(*FILLING_OF.values())


@functools.lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """What the forms of a word have in common, folded; for an unknown language the folded word."""
    if language == "uk":
        return _ukrainian(fold(word))
    if language == GERMAN:
        return stemming.stem(word, GERMAN)
    if language == "ar":
        folded = fold(word)
        for beginning in _ARABIC_BEGINNINGS:
            if folded.startswith(beginning) and len(folded) - len(beginning) >= 3:
                folded = folded.removeprefix(beginning)
                break
        return folded[:-1] if len(folded) > 3 and folded.endswith("ه") else folded
    if language not in _ALGORITHMS:
        return fold(word)
    return fold(_stemmer(language).stemWord(word.casefold())) or fold(word)


def words_of(text: str) -> list[str]:
    """All words of a text in order, those of compounds with hyphens each."""
    found = (part for word, _start, _end in words(text) for part in parts_of(word))
    return [part for part in found if len(part) <= LONGEST_WORD]


def tokens(text: str) -> list[str]:
    """The words of a text as they stand there, in order, without those that only fill a sentence."""
    return [
        part for part in words_of(text) if fold(part) not in FILLING and (len(part) > 1 or part.isdigit())
    ]


@functools.cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_ALGORITHMS[language])


def _ukrainian(folded: str) -> str:
    for ending in _UKRAINIAN:
        if folded.endswith(ending) and len(folded) - len(ending) >= 3:
            return folded.removesuffix(ending)
    return folded
