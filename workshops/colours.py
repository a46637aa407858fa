"""A town's colour on light and on dark ground, with the contrast that reading needs. Pure.

Colours are "#rrggbb" in small letters. Contrast is from 1 to 21 (WCAG 2.2, "contrast ratio" and "relative
luminance"); 4.5 is what text needs (success criterion 1.4.3).
"""

LEAST_CONTRAST = 4.5
# What config/static/css sets beside the brand's colour: the darkest of what is light (the grounds of
# pages and alerts, and the quiet letters on a hero of that colour), the lightest of the dark grounds.
LIGHT_GROUND, DARK_GROUND = "#d8eaf5", "#22323e"
# A button on such a hero is that much lighter while the pointer is on it, with white letters.
HOVERED = 0x22 / 0xFF
_STEPS = 40


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def weakest(colour: str) -> float:
    """The least contrast that letters have in or on this colour, in the light."""
    return min(contrast(colour, LIGHT_GROUND), contrast("#ffffff", mixed(colour, "#ffffff", HOVERED)))


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
