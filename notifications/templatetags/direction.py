"""Addresses and numbers inside a right-to-left mail: unmarked, the groups of a phone number swap."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

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
def own_direction(value: str) -> SafeString:
    """For HTML: what people wrote, in the direction of its own first letter."""
    return format_html('<bdi dir="auto">{}</bdi>', value)
