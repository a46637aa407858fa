"""Markdown that people write (minutes, descriptions) as HTML that can do no harm.

Two nets: the parser is told not to let raw HTML through, and nh3 keeps only a short list of elements.
Pictures are left out: they would load from other people's servers.
"""

import html

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_ELEMENTS = {
    *("a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre"),
    *("s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
# Minutes stand under the page's own first two levels of headings.
_LEVELS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    """The same text for whoever writes something else than HTML. Raw HTML is text in it."""
    return _parser.parse(text)


def render(text: str) -> SafeString:
    """CommonMark with tables, a line break for each line end; links only to http(s) and mailto."""
    found = _parser.parse(text)
    for token in found:
        token.tag = _LEVELS.get(token.tag, token.tag)
    html = _parser.renderer.render(found, _parser.options, {})
    return mark_safe(  # noqa: S308 - cleaned here
        nh3.clean(
            html,
            tags=_ELEMENTS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def plain(text: str) -> str:
    """The words alone, for excerpts and lists."""
    return html.unescape(strip_tags(render(text)))
