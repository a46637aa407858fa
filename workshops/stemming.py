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
# "Bürger:innen", "Lehrer*in", "Schüler/-innen", "Bürger_innenrat": one word, however it is written.
_FOR_ALL = r"[*:_/·]-?in(?:nen[^\W_]*)?(?![^\W_])"
_WORDS = re.compile(rf"{_PART}(?:{_FOR_ALL}|[-’'‐‑]{_PART})*")
_PARTS = re.compile(_PART)
_FOR_ALL_AT_THE_END = re.compile(r"[*:_/·]-?in(?:nen)?(?![^\W_])")
_FOR_ALL_INSIDE = re.compile(r"[*:_/·]-?(?=innen)")
# "busse", "kenntnissen" → the place where the singular ends.
_DOUBLED = re.compile(r"(?<=[aiu])s(?=se[ns]?$)")
# Short words that German compounds end with; the word itself would end too many. With each, the ends of
# words that it is no part of: "Antwort" is no "Ort".
SHORT_ENDS: dict[str, tuple[str, ...]] = {
    "amt": ("gesamt", "allesamt", "mitsamt", "beamt"),
    "bad": ("abad",),
    "bau": (),
    "bus": ("globus", "columbus", "kolumbus", "airbus", "syllabus"),
    "hof": ("bischof",),
    "job": (),
    "ort": ("wort", "port", "komfort", "sofort", "hort", "ressort", "sorte", "sorten"),
    "rad": ("grad", "kamerad", "konrad", "gerad", "parad"),
    "rat": (
        *("heirat", "vorrat", "verrat", "hausrat", "quadrat", "parat", "karat", "akkurat", "krat", "trat"),
        *("referat", "inserat", "moderat", "literat", "pirat", "hydrat"),
    ),
    "tor": (
        *("ator", "ktor", "itor", "utor", "ptor", "motor", "mentor", "kantor", "kontor", "investor"),
        *("pastor", "inventor"),
    ),
    "weg": (
        *("beweg", "norweg", "keinesweg", "unterweg", "durchweg", "hinweg", "verweg"),
        *("deswegen", "weswegen", "etwegen"),
    ),
    "zug": (
        *("bezug", "vorzug", "verzug", "vollzug", "entzug", "einzug", "auszug", "aufzug"),
        *("uberzug", "schriftzug"),
    ),
}
# Letters of the compound before its short end.
SHORTEST_BEFORE = 3
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
    if _is_german(language):
        known = unicodedata.normalize("NFC", word.lower())
        # The stemmer knows no letters but the German ones.
        word = _german().stemWord("".join(sign if sign in _UMLAUTS else fold(sign) for sign in known))
    return fold(word)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word as it stands there, with where it begins and ends."""
    for found in _WORDS.finditer(text):
        yield found[0], found.start(), found.end()


def forms_of(word: str, language: str) -> list[str]:
    """A single word's: its stem and, where it differs, the folded word; none longer than `LONGEST_WORD`.

    Both, because a stemmer isn't sure of itself: it makes "kurs" of "Kurse", but "kur" of "Kurs". The folded
    word is the last. In German "Busse" is a "Bus" too, "Kenntnisse" a "Kenntnis".
    """
    folded = fold(word)
    forms = [stem(word, language), folded]
    if _is_german(language) and (ending := _DOUBLED.search(folded)):
        forms.insert(1, folded[: ending.start() + 1])
    # Cut, as a sign can fold to eighteen letters, and PostgreSQL takes no word of more than 2,046 bytes.
    return [form for form in dict.fromkeys(each[:LONGEST_WORD] for each in forms) if form]


def parts_of(word: str) -> list[str]:
    """What stands between the hyphens of a word; the word itself if it has none.

    Of "Bürger:innen" it is "Bürger", which the forms for women begin with.
    """
    return _PARTS.findall(_FOR_ALL_INSIDE.sub("", _FOR_ALL_AT_THE_END.sub("", word)))


def stems_of(word: str, language: str) -> list[str]:
    """The forms of a text's word: of the whole without its hyphens, and of each part between them.

    In German also the short word that a compound ends with.
    """
    parts = parts_of(word)
    whole = "".join(_PARTS.findall(word))
    found: list[str] = []
    for each in (*([whole] if [whole] != parts else []), *parts):
        if len(each) <= LONGEST_WORD:
            forms = forms_of(each, language)
            found += [*forms, *(_short_ends(forms) if _is_german(language) else ())]
    return found


def _short_ends(forms: list[str]) -> list[str]:
    """ "bad" of "hallenbad"; nothing of words that only sound like it."""
    return [
        end
        for end, others in SHORT_ENDS.items()
        if any(len(form) >= len(end) + SHORTEST_BEFORE and form.endswith(end) for form in forms)
        and not any(form.endswith(others) for form in forms)
    ]


def _is_german(language: str) -> bool:
    """Easy language ("de-simple") is German."""
    return language.split("-")[0] == GERMAN


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
