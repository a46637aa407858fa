"""A town's logo for pages: as small as it is shown, so that the first page stays light. Pure.

A file for paper may have 500 kB; every page shows it 44 pixels high.
"""

import json
from pathlib import Path

from workshops import pictures
from workshops.exports import typesetting

# What every page may cost for it, of the 60 KB that the first one may weigh.
MOST_BYTES = 10_000
# In CSS pixels: what `.brand__logo` of config/static/css/site.css leaves it.
_WIDTH, _HEIGHT = 204, 44
# Pixels for each of those: sharp on dense screens, less if that were too heavy. At half, no picture is.
_DENSITIES = (2.0, 1.5, 1.0, 0.75, 0.5)
# More than this need not be unpacked by a phone, however few bytes it has.
_LARGEST_SIDE = 1_000
_TEMPLATE = Path(__file__).parent / "logo.typ"
_POINTS_PER_INCH = 72


def shown_size(content: bytes) -> tuple[int, int]:
    """Width and height in CSS pixels. Raises `NotAPicture`."""
    width, height = pictures.size_of(content)
    scale = min(1.0, _WIDTH / width, _HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def for_pages(content: bytes) -> bytes:
    """The picture, or a smaller one of it: `MOST_BYTES` at most. Raises `NotAPicture`."""
    width, height = pictures.size_of(content)
    if len(content) <= MOST_BYTES and max(width, height) <= _LARGEST_SIDE:
        return content
    shown = shown_size(content)
    data = json.dumps({"logo": list(content), "width": shown[0], "height": shown[1]})
    for density in _DENSITIES:
        if density > 1 and shown[0] * density > width:
            continue  # it hasn't so many pixels
        made = typesetting.compile_png(
            _TEMPLATE, {"data": data}, pixels_per_inch=round(_POINTS_PER_INCH * density)
        )
        if len(made) <= MOST_BYTES:
            break
    return made
