"""Addresses, numbers and names inside a mail that runs the other way: unmarked, their parts swap."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from workshops.exports.tree import direction_of

register = template.Library()


@register.filter
def ltr(value: str) -> SafeString:
    """For HTML: set from left to right, whatever stands around it."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


@register.filter
def ltr_text(value: str) -> str:
    """For plain text: inside Unicode isolates, but only where the text around runs the other way."""
    return f"\u2066{value}\u2069" if get_language_bidi() else value


@register.filter
def isolated(value: object) -> str:
    """For plain text: what people wrote, in a line of ours that runs the other way (UAX 9, FSI and PDI)."""
    around = "rtl" if get_language_bidi() else "ltr"
    # An isolate ends with its line.
    return "\n".join(
        f"\u2068{line}\u2069" if direction_of(line) not in ("", around) else line
        for line in str(value).split("\n")
    )
