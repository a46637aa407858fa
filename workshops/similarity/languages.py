"""Which language a text is in, if nobody said: enough to compare it with others, not to show it as such.

By script first. Among languages of one script by the words that only fill a sentence, by letters that the
others don't have, and by the concepts that it would name.
"""

import functools
import unicodedata

from workshops.similarity.concepts import has_concept
from workshops.similarity.words import FILLING_OF, LANGUAGES, words_of
from workshops.stemming import GERMAN, fold

# Letters that tell the languages of one script apart.
_LETTERS = {
    "uk": frozenset("іїєґ"),
    "ru": frozenset("ыэёъ"),
    "de": frozenset("ß"),
    "tr": frozenset("ğşı"),
    "ro": frozenset("șţțăşţ"),
    "fr": frozenset("œçèêàù"),
}
_CYRILLIC = ("uk", "ru")
_LATIN = tuple(code for code in LANGUAGES if code not in (*_CYRILLIC, "ar"))
# More of a text says nothing new about its language.
_ENOUGH_WORDS = 40


@functools.lru_cache(maxsize=20_000)
def guess(text: str) -> str:
    """A code of `LANGUAGES`; German if nothing speaks for another one."""
    script = _script_of(text)
    if script == "ARABIC":
        return "ar"
    codes = _CYRILLIC if script == "CYRILLIC" else _LATIN
    said = words_of(text)[:_ENOUGH_WORDS]
    letters = frozenset(unicodedata.normalize("NFC", text.casefold()))
    points = {code: _points(code, said, letters) for code in codes}
    # Among equals the first: German, and Ukrainian before Russian.
    return max(codes, key=lambda code: points[code])


def may_be_german(text: str) -> bool:
    """Its letters are Latin ones, and nothing speaks for another language than the town's own."""
    return _script_of(text) == "LATIN" and guess(text) == GERMAN


def _points(code: str, said: list[str], letters: frozenset[str]) -> float:
    own = 2.0 if letters & _LETTERS.get(code, frozenset()) else 0.0
    known = sum((fold(word) in FILLING_OF[code]) + has_concept(word, code) for word in said)
    return own + known + (0.5 if code == GERMAN else 0.0)


def _script_of(text: str) -> str:
    """The script of most letters, as Unicode names them: "LATIN", "CYRILLIC", "ARABIC" …"""
    counts: dict[str, int] = {}
    for sign in text:
        if sign.isalpha():
            script = unicodedata.name(sign, "").partition(" ")[0]
            counts[script] = counts.get(script, 0) + 1
    return max(counts, key=lambda script: counts[script], default="LATIN")
