"""What the stylesheets may weigh as they are served, and that they know no left and right."""

import gzip
import re
from pathlib import Path

from workshops.operations import branding

ROOT = Path(__file__).parents[2]
APPS = ("config", "workshops", "notifications")
STATIC = ROOT / "config" / "static"
STYLESHEET = STATIC / "css" / "site.css"
DARK = STATIC / "css" / "dark.css"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:left|right|top|bottom)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)


def named(root: Path, pattern: str) -> bytes:
    (found,) = root.glob(pattern)
    return found.read_bytes()


def sheets(root: Path) -> list[bytes]:
    """All there are, as they are served: whatever a page loads of ours is among them."""
    return [path.read_bytes() for path in sorted((root / "css").glob("*.????????????.css"))]


def a_towns_look() -> bytes:
    """What a town's colour adds on each of its pages."""
    return branding.style("#1f6f54").encode()


def test_all_styles_together_weigh_at_most_20_kilobytes_and_6_compressed(served: Path) -> None:
    loaded = [*sheets(served), a_towns_look()]
    assert len(loaded) == 1 + len(list((STATIC / "css").iterdir()))
    assert sum(len(each) for each in loaded) <= 20 * 1024
    assert sum(len(gzip.compress(each, 9)) for each in loaded) <= 6 * 1024
    # What a browser of today asks for is smaller still.
    site = named(served, "css/site.????????????.css")
    assert len(named(served, "css/site.????????????.css.br")) < len(gzip.compress(site, 9))


def test_there_is_no_style_elsewhere() -> None:
    """The test above counts one folder and what a town's colour adds: pages name nothing else."""
    assert {path.parent for app in APPS for path in (ROOT / app).rglob("*.css")} == {STATIC / "css"}
    pages = {
        path.name: re.findall(r'rel="stylesheet" href="{% (\w+ [\w\'/.]+)', path.read_text())
        for app in APPS
        for path in (ROOT / app / "templates").rglob("*.html")
        if "stylesheet" in path.read_text()
    }
    both = ["static 'css/site.css'", "static 'css/dark.css'"]
    assert pages == {"base.html": [*both, "url 'town_style'"], "500.html": both, "embed.html": both}


def test_styles_say_the_same_without_their_white_space(served: Path) -> None:
    def classes(css: str) -> set[str]:
        return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"(?s)/\*.*?\*/|url\(.*?\)", "", css)))

    assert classes(named(served, "css/site.????????????.css").decode()) == classes(STYLESHEET.read_text())


def test_every_direction_is_logical() -> None:
    assert PHYSICAL.findall(STYLESHEET.read_text()) == []
    assert PHYSICAL.findall("a { margin-left: 0; text-align: right; top: 0 }") == [
        "margin-left",
        "text-align: right",
        "top:",
    ]


def test_nothing_is_loaded_from_elsewhere() -> None:
    css = "".join(path.read_text() for path in (STATIC / "css").iterdir())
    assert re.findall(r"@import|https?:|//", css) == []
    fonts = re.findall(r"url\((.*?)\)", css)
    there = sorted(path.name for path in (STATIC / "fonts").glob("*.woff2"))
    assert sorted(Path(font).name for font in fonts) == there
    assert [font for font in fonts if not font.startswith("../fonts/")] == []


def test_no_file_of_letters_weighs_more_than_30_kilobytes() -> None:
    """What a reader's browser fetches of them: tests/browser/test_letters.py."""
    sizes = {path.stem: path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")}
    assert {name: size for name, size in sizes.items() if size > 30 * 1024} == {}


def test_the_dark_has_a_colour_for_each_that_the_light_has() -> None:
    """But for what stands on the town's own colour, which stays."""
    light, dark = (
        dict(re.findall(r"(\.hue-\d|--[\w-]+)(?: \{ --hue)?: (#[^;}]+?) ?[;}]", css))
        for css in (STYLESHEET.read_text().split("/* ground */")[0], DARK.read_text())
    )
    assert light.keys() - dark.keys() == {"--hero"}
    assert dark.keys() <= light.keys()
