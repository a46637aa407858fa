"""What is missing in a language, said where staff publish."""

from typing import Any

from django import template
from django.utils.translation import get_language_info, ngettext

from workshops.lists import listed
from workshops.models import ParticipationProcess, Workshop
from workshops.operations import missing_texts as texts

register = template.Library()


@register.filter
def language_in_words(code: str) -> str:
    """„Arabisch“, in the reader's language."""
    return str(get_language_info(code)["name_translated"])


@register.inclusion_tag("workshops/staff/_missing_texts.html")
def missing_texts(
    process: ParticipationProcess, part: str, workshop: Workshop | None = None
) -> dict[str, Any]:
    """A sentence about one part of the process (`Part`), or around one workshop; nothing if nothing is
    missing. As many statements as the part has kinds of rows."""
    if part == texts.Part.WORKSHOPS:
        found = texts.around_workshops(process, workshop)
    else:
        found = texts.missing(process, parts=[texts.Part(part)])
    counted = texts.count_by_language(found)
    return {
        "process": process,
        # Those of fields stand among the process's own.
        "part": next(iter(parts)) if len(parts := {each.part for each in found}) == 1 else "",
        "counts": listed(
            ngettext("%(language)s %(n)d Text", "%(language)s %(n)d Texte", n)
            % {"language": language_in_words(code), "n": n}
            for code, n in counted.items()
        ),
    }
