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
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", found.group(0), re.S) if found else []


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
