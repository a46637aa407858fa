"""Words in a row, and names of languages, as the reader's language writes them inside a sentence."""

from collections.abc import Iterable

from babel import Locale
from django.utils.translation import get_language, get_language_info


def comma() -> str:
    """What stands between the parts of a list, with its space. A Latin comma is a mistake in Arabic."""
    return "، " if (get_language() or "").partition("-")[0] == "ar" else ", "


def listed(parts: Iterable[object]) -> str:
    return comma().join(str(part) for part in parts)


def language_named(code: str) -> str:
    """As in "so far only in German": Django's names begin with a capital, which most languages have for
    the first word of a sentence only. The CLDR knows no Leichte Sprache."""
    reader = (get_language() or "de").partition("-")[0]
    named: str | None = Locale(reader).languages.get(code)
    return named or str(get_language_info(code)["name_translated"])
