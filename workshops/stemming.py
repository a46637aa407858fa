"""Words as the search compares them: folded, in German reduced to their stem. Pure.

The same on every database: what is compared is a column of words that this module wrote, not what the
database takes for a word.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import snowballstemmer

GERMAN = "de"
# No word that people read is longer; a pasted line without a space isn't one.
LONGEST_WORD = 60

# Hyphens and apostrophes tie what belongs together: "Sprach-Café", "Müller’s".
# Accents and vowel signs may follow a letter as signs of their own.
_PART = r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670])*"
_WORDS = re.compile(rf"{_PART}(?:[-’'‐‑]{_PART})*")
_PARTS = re.compile(_PART)
_UMLAUTS = frozenset("äöüß")
# Arabic: one letter in several forms, and the stroke that only lengthens; Turkish: ı.
_SAME = str.maketrans("أإآٱىةı", "اااايهi", "ـ")


def fold(word: str) -> str:
    """Letters and digits only, without case, accents, umlaut dots, Arabic vowels: "STRASSE" is "Straße"."""
    apart = unicodedata.normalize("NFKD", word.casefold().translate(_SAME))
    return "".join(sign for sign in apart if sign.isalnum())


@functools.lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """What the forms of a word have in common; in languages other than German the folded word.

    The stemmer takes "ue" for "ü" where it stands for it: "Fluechtlinge" and "Flüchtling" meet.
    """
    if language == GERMAN:
        known = unicodedata.normalize("NFC", word.lower())
        # The stemmer knows no letters but the German ones.
        word = _german().stemWord("".join(sign if sign in _UMLAUTS else fold(sign) for sign in known))
    return fold(word)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word as it stands there, with where it begins and ends."""
    for found in _WORDS.finditer(text):
        yield found[0], found.start(), found.end()


def forms_of(word: str, language: str) -> list[str]:
    """A single word's: its stem and, where it differs, the folded word.

    Both, because a stemmer isn't sure of itself: it makes "kurs" of "Kurse", but "kur" of "Kurs".
    """
    return [form for form in dict.fromkeys((stem(word, language), fold(word))) if form]


def parts_of(word: str) -> list[str]:
    """What stands between the hyphens of a word; the word itself if it has none."""
    return _PARTS.findall(word)


def stems_of(word: str, language: str) -> list[str]:
    """The forms of a text's word: of the whole without its hyphens, and of each part between them."""
    parts = parts_of(word)
    whole = ["".join(parts)] if len(parts) > 1 else []
    return [
        form for each in (*whole, *parts) if len(each) <= LONGEST_WORD for form in forms_of(each, language)
    ]


def indexed(texts: Iterable[tuple[str, str]]) -> str:
    """(language, text) … → " stem stem stem ", each once; "" if there is no word."""
    found: dict[str, None] = {}
    for language, text in texts:
        for word, _start, _end in words(text):
            found.update(dict.fromkeys(stems_of(word, language)))
    return f" {' '.join(found)} " if found else ""


@functools.cache
def _german() -> Any:
    return snowballstemmer.stemmer("german")
