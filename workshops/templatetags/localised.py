"""Texts that fall back to another language, marked so that they are read out and set rightly.

WCAG 3.1.2 (language of parts): a German name on an Arabic page says that it is German.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar

from django import template
from django.template import Context
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext

from workshops import lists
from workshops.exports.tree import is_right_to_left
from workshops.models import LocalisedText, Workshop
from workshops.similarity import may_be_german

register = template.Library()

# So many characters tell whether somebody wrote German; minutes have far more.
_ENOUGH = 1000
_PART = re.compile(r"%\((\w+)\)[sd]")
# The languages that took the place of the reader's, in what `saying_fallbacks` is just writing.
_fallbacks: ContextVar[set[str] | None] = ContextVar("fallbacks", default=None)


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
    if shown == get_language():
        return mark_safe("")
    if (noted := _fallbacks.get()) is not None:
        noted.add(shown)
    return format_html(' lang="{}" dir="{}"', shown, "rtl" if get_language_info(shown)["bidi"] else "ltr")


@register.simple_tag
def comma() -> str:
    """What stands between the parts of a list: Arabic has a sign of its own."""
    return lists.comma()


@register.filter
def listed(parts: Iterable[object]) -> str:
    return lists.listed(parts)


@register.filter
def named(workshop: Workshop) -> SafeString:
    """As `str(workshop)`: its title, or its field's name and its number, each marked as it needs."""
    if workshop.title:
        return marked(workshop.title)
    words = gettext("%(field)s: Workshop %(number)d") % {"field": "\0", "number": workshop.number}
    before, _field, after = words.partition("\0")
    return format_html("{}{}{}", before, marked(workshop.field.name), after)


@register.filter
def typed_attributes(text: str, language: str = "") -> SafeString:
    """For the element around what somebody typed: direction, and language if it isn't the reader's.

    `language`: of the text, where it was said. Else German is taken for the language of what the town's
    people write, as the search does; not if anything speaks for another one.
    """
    reader = (get_language() or "").partition("-")[0]
    if not language and reader == "de":
        # Taken for German or for none we know, it isn't marked: nobody need guess.
        return mark_safe(' dir="auto"')
    spoken = language or ("de" if may_be_german(str(text)[:_ENOUGH]) else "")
    if not spoken or spoken == reader:
        return mark_safe(' dir="auto"')
    return format_html(' lang="{}" dir="{}"', spoken, "rtl" if is_right_to_left(spoken) else "ltr")


@register.filter
def typed(text: str, language: str = "") -> SafeString:
    """What somebody typed, inside a sentence of ours."""
    return format_html("<bdi{}>{}</bdi>", typed_attributes(text, language), text)


def sentence(words: str, **parts: object) -> SafeString:
    """A sentence of ours with `marked` or `typed` parts, where no template makes it: "%(name)s" is one."""
    pattern = escape(words).replace("{", "{{").replace("}", "}}")
    return format_html(_PART.sub(r"{\1}", pattern), **parts)


@register.simple_tag
def always_in(language: str) -> str:
    """Writes nothing: the page's content is in `language` whatever the reader's is, and is said to be."""
    reader = (get_language() or "").partition("-")[0]
    if language.partition("-")[0] != reader and (noted := _fallbacks.get()) is not None:
        noted.add(language)
    return ""


class _SayingFallbacks(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        token = _fallbacks.set(set())
        try:
            inner = self.nodelist.render(context)
            # What is another language's inside a piece in Leichte Sprache may well be the reader's.
            noted = sorted((_fallbacks.get() or set()) - {get_language() or ""})
        finally:
            _fallbacks.reset(token)
        if not noted:
            return inner
        names = [lists.language_named(code) for code in noted]
        return render_to_string("_fallbacks.html", {"names": names}) + inner


@register.tag
def saying_fallbacks(parser: Parser, token: Token) -> _SayingFallbacks:
    """Around a page's content: says above it that some of it is not there in the reader's language."""
    nodelist = parser.parse(("endsaying_fallbacks",))
    parser.delete_first_token()
    return _SayingFallbacks(nodelist)
