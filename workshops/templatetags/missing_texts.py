"""What is missing in a language, said where staff publish."""

from typing import Any

from django import template
from django.db.models import Model
from django.utils.translation import get_language_info, ngettext

from workshops.models import ParticipationProcess
from workshops.operations import missing_texts as texts

register = template.Library()


@register.filter
def language_in_words(code: str) -> str:
    """„Arabisch“, in the reader's language."""
    return str(get_language_info(code)["name_translated"])


@register.inclusion_tag("workshops/staff/_missing_texts.html")
def missing_texts(process: ParticipationProcess, part: str, row: Model | None = None) -> dict[str, Any]:
    """A sentence about one part of the process (`Part`), or of its rows only this one; nothing if nothing is
    missing. As many statements as the part has kinds of rows."""
    found = texts.missing(process, parts=[texts.Part(part)])
    counted = texts.count_by_language(each for each in found if row is None or each.row == row)
    return {
        "process": process,
        "part": part,
        "counts": [
            ngettext("%(language)s %(n)d Text", "%(language)s %(n)d Texte", n)
            % {"language": language_in_words(code), "n": n}
            for code, n in counted.items()
        ],
    }
