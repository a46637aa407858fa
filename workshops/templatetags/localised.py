"""Texts that fall back to another language, marked so that they are read out and set rightly.

WCAG 3.1.2 (language of parts): a German name on an Arabic page says that it is German.
"""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from workshops.models import LocalisedText

register = template.Library()


@register.filter
def marked(text: LocalisedText | str) -> SafeString:
    """The text in the reader's language; a fallback stands in a `<bdi>` with its own language."""
    attributes = lang_attributes(text)
    if not attributes:
        return conditional_escape(str(text))
    return format_html("<bdi{}>{}</bdi>", attributes, str(text))


@register.filter
def lang_attributes(text: LocalisedText | str) -> SafeString:
    """For the element around a fallback (` lang="…" dir="…"`), else nothing.

    Use it as `<div{{ text|lang_attributes }}>{{ text|linebreaks }}</div>`.
    """
    if not isinstance(text, LocalisedText) or not text:
        return mark_safe("")
    shown = text.shown_language()
    if shown == (get_language() or "").split("-")[0]:
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', shown, "rtl" if get_language_info(shown)["bidi"] else "ltr")
