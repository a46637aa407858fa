"""What the stylesheets may weigh as they are served, and that they know no left and right."""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "config" / "static"
STYLESHEET = STATIC / "css" / "site.css"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:left|right|top|bottom)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)


def named(root: Path, pattern: str) -> bytes:
    (found,) = root.glob(pattern)
    return found.read_bytes()


def test_a_reader_loads_at_most_6_kilobytes_of_style(served: Path) -> None:
    site, fonts = (named(served, f"css/{name}.????????????.css") for name in ("site", "fonts"))
    assert len(site) <= 20 * 1024
    assert sum(len(gzip.compress(each, 9)) for each in (site, fonts)) <= 6 * 1024
    # What a browser of today asks for is smaller still.
    assert len(named(served, "css/site.????????????.css.br")) < len(gzip.compress(site, 9))


def test_styles_say_the_same_without_their_white_space(served: Path) -> None:
    def classes(css: str) -> set[str]:
        return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css)))

    assert classes(named(served, "css/site.????????????.css").decode()) == classes(STYLESHEET.read_text())


def test_every_direction_is_logical() -> None:
    assert PHYSICAL.findall(STYLESHEET.read_text()) == []
    assert PHYSICAL.findall("a { margin-left: 0; text-align: right; top: 0 }") == [
        "margin-left",
        "text-align: right",
        "top:",
    ]


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert re.findall(r"@import|url\(|@font-face", STYLESHEET.read_text()) == []
    fonts = re.findall(r"url\((.*?)\)", (STATIC / "css" / "fonts.css").read_text())
    there = sorted(path.name for path in (STATIC / "fonts").glob("*.woff2"))
    assert sorted(Path(font).name for font in fonts) == there
    assert [font for font in fonts if not font.startswith("../fonts/")] == []


def test_no_file_of_letters_weighs_more_than_30_kilobytes() -> None:
    """What a reader's browser fetches of them: tests/browser/test_letters.py."""
    sizes = {path.stem: path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")}
    assert {name: size for name, size in sizes.items() if size > 30 * 1024} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_frames_of_other_sites_have_the_same_colours(scheme: str) -> None:
    css = STYLESHEET.read_text()
    light, dark = re.findall(r":root \{(.*?)\n *\}", css, re.S)[:2]
    values = {
        name: dict(re.findall(r"(--[\w-]+): ([^;]+);", block))
        for name, block in (
            ("light", light),
            ("dark", dark),
            ("sheet", (STATIC / "css" / f"{scheme}.css").read_text()),
        )
    }
    assert values["sheet"] == {name: values[scheme][name] for name in values["dark"]}
