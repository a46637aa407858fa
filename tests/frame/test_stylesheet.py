"""What the stylesheet may weigh, and that it knows no left and right."""

import gzip
import re
from pathlib import Path

STYLESHEET = Path(__file__).parents[2] / "config" / "static" / "css" / "site.css"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:left|right|top|bottom)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)


def test_a_reader_loads_at_most_6_kilobytes_of_style() -> None:
    assert len(gzip.compress(STYLESHEET.read_bytes(), 9)) <= 6 * 1024


def test_every_direction_is_logical() -> None:
    assert PHYSICAL.findall(STYLESHEET.read_text()) == []
    assert PHYSICAL.findall("a { margin-left: 0; text-align: right; top: 0 }") == [
        "margin-left",
        "text-align: right",
        "top:",
    ]


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert re.findall(r"@import|url\(|@font-face", STYLESHEET.read_text()) == []
