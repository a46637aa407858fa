"""Follow a site's own links, one page for each view: a page that is linked is a page that is looked at."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Error as PlaywrightError

from tests.browser.looking import address

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Not pages of ours, or not pages at all.
LEICHTE_SPRACHE = "de-simple"
NOT_FOLLOWED = ("/admin/", "/mailbox/", settings.STATIC_URL)


def walk_links(page: "Page", *, start: str, language: str, stays: bool = False) -> Iterator[str]:
    """Open `start` and whatever it leads to in that language; yields each view's name once, opened.

    With `stays` only pages below `start` are opened.
    """
    waiting, seen = [address(start, language)], set[str]()
    while waiting:
        path = waiting.pop(0)
        name = view_name(path, language)
        if name is None or name in seen:
            continue
        seen.add(name)
        try:
            answer = page.goto(path, wait_until="domcontentloaded")
        except PlaywrightError as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue  # a calendar, a table: not a page
            raise
        assert answer is not None and answer.status == 200, f"{path} answered {answer and answer.status}"
        yield name
        links: list[str] = page.eval_on_selector_all(
            "a[href]:not([download], [hreflang])", "links => links.map(link => link.getAttribute('href'))"
        )
        waiting += [link for link in links if not stays or link.startswith(address(start, language))]


def view_name(href: str, language: str) -> str | None:
    """The view behind a link of this site, in that language; None if it leads elsewhere.

    An address with a query counts as a page of its own: the same view, otherwise filled.
    """
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith(NOT_FOLLOWED):
        return None
    if parts.path.endswith((".svg", ".png")):
        return None  # A picture has no links, and the browser asks for an icon that none of ours names.
    theirs = translation.get_language_from_path(parts.path) or settings.LANGUAGE_CODE
    # A page without a language of its own (signing in) answers in every language under one address.
    in_language = theirs if theirs in (language, LEICHTE_SPRACHE) else language
    try:
        with translation.override(in_language):
            match = resolve(parts.path)
    except Resolver404:
        raise AssertionError(f"a link leads nowhere: {href}") from None
    if in_language != language:
        return None  # The header leads there from every language; the walk stays in its own.
    return match.view_name + ("?" + "&".join(sorted(part.split("=")[0] for part in parts.query.split("&")))
                              if parts.query else "")  # fmt: skip
