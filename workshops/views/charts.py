"""Horizontal bars for a picture with numbers; the same numbers stand in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

# The picture's measures, in its own units: rows of 40, bars from 240 to 600.
_ROW, _BAR, _START, _WIDTH = 40, 26, 240, 300
# A label above its bar may be as long as the picture is wide.
_TALL_ROW, _LONGEST_LABEL = 62, 72


@dataclass(frozen=True, slots=True)
class Bar:
    """`count` None: a number that isn't shown."""

    label: str
    count: int | None
    y: int
    text_y: int
    count_y: int
    width: int
    count_x: int


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    height: int
    start: int
    label_x: int = 0
    bar_height: int = _BAR


def beside(rows: Sequence[tuple[str, int | None]]) -> Chart:
    """Short labels, each at the start of its bar."""
    bars = []
    for index, (label, count) in enumerate(rows):
        width, middle = _width(rows, count), index * _ROW + 22
        bars.append(Bar(label, count, index * _ROW + 4, middle, middle, width, _START + width + 8))
    return Chart(bars, len(rows) * _ROW, _START)


def below(rows: Sequence[tuple[str, int | None]]) -> Chart:
    """Labels of a line, each above its bar; longer ones are shortened, the table has the whole."""
    bars = []
    for index, (label, count) in enumerate(rows):
        width, top = _width(rows, count) * (_START + _WIDTH) // _WIDTH, index * _TALL_ROW
        bars.append(Bar(_shortened(label), count, top + 24, top + 16, top + 42, width, width + 8))
    return Chart(bars, len(rows) * _TALL_ROW, 0, label_x=8)


def _width(rows: Sequence[tuple[str, int | None]], count: int | None) -> int:
    most = max((other or 0 for _label, other in rows), default=0) or 1
    return (count or 0) * _WIDTH // most


def _shortened(label: str) -> str:
    if len(label) <= _LONGEST_LABEL:
        return label
    return f"{label[: _LONGEST_LABEL - 1].rstrip()}…"
