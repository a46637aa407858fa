"""What the words in an export mean: weekdays, parts of the day, languages, needs, yes and no."""

import re
import unicodedata
from collections.abc import Iterable

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYPARTS = ("morning", "afternoon", "evening")
ANY = "*"
OTHER = "other"

_WEEKDAY_WORDS = (
    r"montags?|mo|mondays?|mon",
    r"dienstags?|di|tuesdays?|tue?s?",
    r"mittwochs?|mi|wednesdays?|wed",
    r"donnerstags?|do|thursdays?|thu(?:rs?)?",
    r"freitags?|fr|fridays?|fri",
    r"samstags?|sonnabends?|sa|saturdays?|sat",
    r"sonntags?|so|sundays?|sun",
)
_DAYPART_WORDS = (
    r"vormittags?|morgens?|früh|mornings?",
    r"nachmittags?|mittags?|afternoons?|noon",
    r"abends?|evenings?|nights?",
)
_WORKDAYS = (
    r"werktags?|werktagen|wochentags?|unter der woche|weekdays?|mo(?:ntag)?\s?(?:bis|-)\s?fr(?:eitag)?"
)
_WEEKEND = r"wochenendes?|weekends?"
_DAY_IN_TWO = re.compile(
    rf"^({'|'.join(_WEEKDAY_WORDS)})({'|'.join(_DAYPART_WORDS)})$"  # "dienstagabend"
)

# Names in German, English and the language itself.
_LANGUAGES = {
    "am": "amharisch amharic",
    "ar": "arabisch arabic العربية عربي",
    "bg": "bulgarisch bulgarian български",
    "bs": "bosnisch bosnian bosanski",
    "cs": "tschechisch czech cestina",
    "de": "deutsch german",
    "el": "griechisch greek ελληνικα",
    "en": "englisch english",
    "es": "spanisch spanish espanol",
    "fa": "persisch persian farsi dari فارسی",
    "fr": "franzosisch french francais",
    "hi": "hindi",
    "hr": "kroatisch croatian hrvatski",
    "hu": "ungarisch hungarian magyar",
    "it": "italienisch italian italiano",
    "ku": "kurdisch kurdish kurmandschi kurdi",
    "mk": "mazedonisch macedonian",
    "nl": "niederlandisch dutch nederlands",
    "pl": "polnisch polish polski",
    "ps": "paschtu pashto paschto",
    "pt": "portugiesisch portuguese portugues",
    "ro": "rumanisch romanian romana",
    "ru": "russisch russian русскии",
    "so": "somali somalisch",
    "sq": "albanisch albanian shqip",
    "sr": "serbisch serbian srpski",
    "ta": "tamil tamilisch",
    "th": "thai thailandisch",
    "ti": "tigrinya tigrinisch tigrinja",
    "tr": "turkisch turkish turkce",
    "uk": "ukrainisch ukrainian українська",
    "ur": "urdu",
    "vi": "vietnamesisch vietnamese",
    "zh": "chinesisch chinese mandarin",
}
LANGUAGES = tuple(_LANGUAGES)

_NEEDS = {
    "sign_language": r"gebardensprach|sign lang|\bdgs\b",
    "captions": r"untertitel|schriftdolmetsch|caption|subtitle",
    "easy_language": r"leichte[rn]? sprache|einfache[rn]? sprache|easy lang|easy read|plain lang",
    "phone": r"telefon|einwahl|dial|by phone",
    "interpretation": r"dolmetsch|ubersetz|interpret|translat|sprachmittl",
}
NEEDS = (*_NEEDS, OTHER)

_YES = {"ja", "yes", "y", "gerne", "ja gerne", "true", "wahr", "ja bitte", "yes please"}
_NO = {"nein", "no", "n", "false", "falsch", "nein danke", "no thanks"}
_OTHER = re.compile(
    r"^(other|sonstige|andere|etwas anderes|weitere)|bitte angeben|please specify", re.IGNORECASE
)


def fold(text: str) -> str:
    """Lower case, no accents, single spaces, no punctuation: "Übersetzung, bitte!" → "ubersetzung bitte"."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " und "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", plain).strip()


_LANGUAGE_NAMES = {code: set(fold(names).split()) for code, names in _LANGUAGES.items()}


def is_other(label: str) -> bool:
    return bool(_OTHER.search(fold(label)))


def yes_or_no(label: str) -> bool | None:
    folded = fold(label)
    if folded in _YES or folded.startswith("ja "):
        return True
    if folded in _NO or folded.startswith("nein "):
        return False
    return None


def language(label: str) -> str | None:
    """The ISO 639-1 code of the one language that the label names."""
    words = set(fold(label).split())
    named = [code for code, names in _LANGUAGE_NAMES.items() if words & names]
    return named[0] if len(named) == 1 else None


def need(label: str) -> str | None:
    folded = fold(label)
    for code, pattern in _NEEDS.items():
        if re.search(pattern, folded):
            return code
    return None


def times(label: str) -> tuple[str, ...]:
    """The times that a label names, as "tue-evening", "tue-*" or "*-evening"; empty if it names none.

    "Werktags abends" gives five. "Montag, Dienstag" gives "mon-*" and "tue-*".
    """
    folded = _split_day_words(_fold_keeping_umlauts(label))
    days = [
        code
        for code, pattern in zip(WEEKDAYS, _WEEKDAY_WORDS, strict=True)
        if re.search(rf"\b(?:{pattern})\b", folded)
    ]
    if re.search(rf"\b(?:{_WORKDAYS})\b", folded):
        days = list(WEEKDAYS[:5])
    elif re.search(rf"\b(?:{_WEEKEND})\b", folded):
        days = list(WEEKDAYS[5:])
    parts = [
        code
        for code, pattern in zip(DAYPARTS, _DAYPART_WORDS, strict=True)
        if re.search(rf"\b(?:{pattern})\b", folded)
    ] or _part_of_hour(folded)
    if not days and not parts:
        return ()
    return tuple(f"{day}-{part}" for day in days or [ANY] for part in parts or [ANY])


def slots(named: Iterable[str]) -> tuple[str, ...]:
    """Complete what one person named to whole slots, in the order of the week.

    Days and parts of the day asked in two questions are combined; a day alone means the whole day,
    a part of the day alone means Monday to Friday.
    """
    found: set[tuple[str, str]] = set()
    days: set[str] = set()
    parts: set[str] = set()
    for name in named:
        day, _, part = name.partition("-")
        if day == ANY:
            parts.add(part)
        elif part == ANY:
            days.add(day)
        else:
            found.add((day, part))
    if days or parts:
        found |= {(day, part) for day in days or WEEKDAYS[:5] for part in parts or DAYPARTS}
    return tuple(f"{day}-{part}" for day in WEEKDAYS for part in DAYPARTS if (day, part) in found)


def _fold_keeping_umlauts(text: str) -> str:
    return re.sub(r"[^\w:\-]+", " ", text.casefold().replace("–", "-")).strip()


def _split_day_words(folded: str) -> str:
    words = (_DAY_IN_TWO.sub(r"\1 \2", word) for word in folded.split())
    return " ".join(words)


def _part_of_hour(folded: str) -> list[str]:
    """ "ab 18 uhr" → evening, "14:00" → afternoon."""
    hour = re.search(r"\b([01]?\d|2[0-3])(?::[0-5]\d|(?=\s*(?:-\s*\d+\s*)?uhr))", folded)
    if hour is None:
        return []
    value = int(hour.group(1))
    return ["morning" if value < 12 else "afternoon" if value < 17 else "evening"]
