"""A page as its reader sees it: sentences without markup."""

import re
from html.parser import HTMLParser
from typing import Protocol


class Page(Protocol):
    @property
    def content(self) -> bytes: ...


_SILENT = {"script", "style", "head", "option"}
_BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "th",
    "tr",
    "dt",
    "dd",
    "div",
    "section",
    "label",
    "legend",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0
        self._in_main = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_main += tag == "main"
        self._silent += tag in _SILENT
        if tag in _BLOCKS or tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._in_main -= tag == "main"
        self._silent -= tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_main and not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def lines(response: Page) -> list[str]:
    """The text of the page's main part, a block a line, without empty lines."""
    reader = _Reader()
    reader.feed(response.content.decode())
    text = "".join(reader.parts)
    return [line for raw in text.split("\n") if (line := re.sub(r" +", " ", raw).strip())]


def text(response: Page) -> str:
    return "\n".join(lines(response))


def errors(response: Page) -> list[str]:
    """What the summary of a refused form says."""
    content = response.content.decode()
    found = re.search(r'<div class="error-summary".*?</div>', content, re.S)
    told = re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", found.group(0), re.S) if found else []
    # What somebody typed stands in a <bdi> with its language.
    return [re.sub(r"</?bdi[^>]*>", "", each) for each in told]


def hidden(response: Page, name: str) -> list[str]:
    """What the page's form carries along unseen."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())


def messages(response: Page) -> list[str]:
    """What the page says of the step before."""
    content = response.content.decode()
    found = re.search(r'<div class="messages.*?</main>', content, re.S)
    return (
        [
            re.sub(r"\s+", " ", re.sub(r"<span.*?</span>", "", each, flags=re.S)).strip()
            for each in re.findall(r'<div class="alert[^>]*>\s*<p>(.*?)</p>', found.group(0), re.S)
            if "visually-hidden" in each
        ]
        if found
        else []
    )


class _Spoken(HTMLParser):
    """Each piece of text with the language that holds for it: that of the nearest element that names one."""

    _VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._around: list[tuple[str, str]] = [("", "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._VOID:
            self._around.append((tag, dict(attrs).get("lang") or self._around[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        # Not every <li> and <p> is closed; SVG closes its own.
        while len(self._around) > 1 and self._around.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self._around[-1]
        if tag not in ("title", "script", "style", "textarea", "option"):
            self.found.append((" ".join(data.split()), language))


def languages_of(response: Page, words: str) -> set[str]:
    """In which languages the page says these words, wherever it does (also to those who only hear it)."""
    reader = _Spoken()
    reader.feed(response.content.decode())
    return {language for said, language in reader.found if words in said}
