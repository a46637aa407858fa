"""A town's colour on light and on dark ground, with the contrast that reading needs. Pure.

Colours are "#rrggbb" in small letters. Contrast is from 1 to 21 (WCAG 2.2, "contrast ratio" and "relative
luminance"); 4.5 is what text needs (success criterion 1.4.3).
"""

LEAST_CONTRAST = 4.5
# The grounds of config/static/css/site.css on which the brand's colour is read: the darkest of the light
# ones, the lightest of the dark ones.
LIGHT_GROUND, DARK_GROUND = "#eef4f8", "#22323e"
_STEPS = 40


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def on_dark(colour: str) -> str:
    """The colour, with as much white as it takes to be read on dark ground."""
    tones = (mixed(colour, "#ffffff", step / _STEPS) for step in range(_STEPS + 1))
    return next(tone for tone in tones if contrast(tone, DARK_GROUND) >= LEAST_CONTRAST)


def _luminance(colour: str) -> float:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
