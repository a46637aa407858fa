"""A part of a page that is swapped by itself takes nobody's focus away.

htmx gives the focus back to the element of the same id; what has none throws a reader by keyboard to the top
of the page, every few seconds.
"""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = [
    path for app in ("workshops", "notifications", "config") for path in (ROOT / app).rglob("*.html")
]
BY_ITSELF = re.compile(r'hx-trigger="[^"]*\b(?:every|load)\b')
INCLUDED = re.compile(r'{% include "([^"]+)"')
FOCUSABLE = re.compile(r"<(?:a|button|summary|select|textarea|input(?! type=.hidden))\b[^>]*>")


def swapped() -> dict[str, str]:
    """Name → source of each part that asks for itself anew, with what it includes."""
    sources = {path.as_posix().partition("/templates/")[2]: path.read_text() for path in TEMPLATES}
    found = {
        name: source
        for name, source in sources.items()
        if BY_ITSELF.search(source) and 'hx-swap="outerHTML"' in source
    }
    waiting = [*found.values()]
    while waiting:
        for name in INCLUDED.findall(waiting.pop()):
            if name not in found and name in sources:
                found[name] = sources[name]
                waiting.append(sources[name])
    return found


def without_an_id(source: str) -> list[str]:
    return [tag for tag in FOCUSABLE.findall(source) if not re.search(r"\sid=", tag)]


def test_whatever_can_have_the_focus_there_has_an_id() -> None:
    parts = swapped()
    assert "notifications/_campaign_progress.html" in parts
    assert "workshops/moderator/_room_contact.html" in parts
    assert {name: tags for name, source in parts.items() if (tags := without_an_id(source))} == {}


def test_what_has_none_is_found() -> None:
    assert without_an_id(
        '<a href="/x/">X</a><button id="b">Y</button><input type="hidden"><summary>Z</summary>'
    ) == [
        '<a href="/x/">',
        "<summary>",
    ]
