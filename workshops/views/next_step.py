"""One thing to do next, and the page where it is done."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next: a sentence, and the page where it is done."""

    sentence: str
    label: str = ""
    url: str = ""
    is_urgent: bool = False


def url_of(name: str, *args: object) -> str:
    """Empty if there is no such page: the sentence then stands alone."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
