"""HTML: one page that stands alone, as a strict reader and axe see it."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import Browser

from tests.workshops.documents.conftest import LOGO
from tests.workshops.documents.plans import LOOK, MADE_AT, a_plan
from workshops.exports import html, plan_document
from workshops.exports.tree import Document

_VOID = {"meta", "br", "img"}


def whole(language: str) -> Document:
    look = dataclasses.replace(LOOK, logo=LOGO)
    return plan_document.whole(a_plan(), state=["Fassung 3"], language=language, look=look, made_at=MADE_AT)


class Strict(HTMLParser):
    """Every tag is closed by its own; keeps tags, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(data)


def test_it_asks_nobody_for_anything_and_runs_nothing(german: None) -> None:
    page = html.write(whole("de")).decode()
    read = Strict(page)
    assert {tag for tag, _attributes in read.found} & {"script", "link", "iframe", "object", "form"} == set()
    addresses = [
        value
        for tag, attributes in read.found
        for name, value in attributes.items()
        if name in ("src", "href") and value and not value.startswith("#")
    ]
    assert [each[:22] for each in addresses] == ["data:image/png;base64,", "https://vhs.example/"]
    assert not [name for _tag, attributes in read.found for name in attributes if name.startswith("on")]
    assert re.search(r"default-src 'none'; style-src 'sha256-[^']+'; img-src data:", page)


def test_levels_headers_and_languages_are_said(arabic: None) -> None:
    read = Strict(html.write(whole("ar")).decode())
    assert dict(read.found)["html"] == {"lang": "ar", "dir": "rtl"}
    levels = [int(tag[1]) for tag, _attributes in read.found if re.fullmatch(r"h\d", tag)]
    assert levels == [1, 2, 2, 2, 3, 4, 5, 2, 2]
    scopes = [attributes.get("scope") for tag, attributes in read.found if tag == "th"]
    assert scopes == ["col"] * 6
    goal = next(attributes for tag, attributes in read.found if tag == "h4")
    assert (goal.get("lang"), goal.get("dir")) == ("de", "ltr")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(
    chromium: Browser, tmp_path: Path, language: str, width: int
) -> None:
    file = tmp_path / "plan.html"
    with translation.override(language):
        file.write_bytes(html.write(whole(language)))
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.browser
def test_its_own_policy_lets_its_style_sheet_in(chromium: Browser, tmp_path: Path, german: None) -> None:
    file = tmp_path / "plan.html"
    file.write_bytes(html.write(whole("de")))
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.goto(file.as_uri())
    colour = page.evaluate("getComputedStyle(document.querySelector('h2')).color")
    assert (said, colour) == ([], "rgb(11, 74, 111)")
    page.close()
