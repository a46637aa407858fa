"""What hangs on a wall or is shared: a poster for a series (A4, PDF/UA-1), a picture for a link."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from workshops.exports import qr, typesetting
from workshops.exports.look import Look
from workshops.exports.tree import clean, is_right_to_left

_POSTER, _SHARED = Path(__file__).parent / "poster.typ", Path(__file__).parent / "share.typ"
# The picture is 800 × 420 points; social networks ask for 1200 × 630 pixels.
_PIXELS_PER_INCH = 108
_UNSEEN = re.compile(r"[\u200b\u2060\ufeff]")
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Poster:
    """`dates`: day and hours, in order; `more`: what is to be said of them all. All texts are plain lines in
    `language`; `phone` is part of one of the closing ones."""

    language: str
    process: str
    kicker: str
    title: str
    lead: str
    dates_heading: str
    dates: tuple[tuple[str, str], ...]
    more: str
    steps_heading: str
    steps: tuple[str, ...]
    link: str
    qr_text: str
    closing: tuple[str, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link to one workshop shows of it."""

    language: str
    process: str
    kicker: str
    title: str
    when: str
    # Whose clock `when` goes by; "" if it is no time.
    zone: str


def pdf(poster: Poster, look: Look) -> bytes:
    """What no font has is left out. RuntimeError, without the text, if typst can't set it."""
    missing: tuple[str, ...] = ()
    for _attempt in range(_TRIES):
        data = _data(asdict(poster), poster.language, look, missing)
        data["qr"] = qr.svg(poster.link)
        data["shown"] = poster.link.removeprefix("https://").removesuffix("/")
        try:
            return typesetting.compile_pdf(_POSTER, {"data": json.dumps(data)})
        except typesetting.Unprintable as error:
            missing += tuple("".join(error.characters))
    raise RuntimeError("a poster with letters that no font has")


def png(shared: Shared, look: Look) -> bytes:
    """1200 × 630 pixels."""
    data = _data(asdict(shared), shared.language, look, ())
    return typesetting.compile_png(_SHARED, {"data": json.dumps(data)}, pixels_per_inch=_PIXELS_PER_INCH)


def _data(
    fields: dict[str, object], language: str, look: Look, missing: tuple[str, ...]
) -> dict[str, object]:
    def plain(value: object) -> object:
        if isinstance(value, str):
            # A no-break space that a font lacks is a space that may break: better than a hole.
            text = _UNSEEN.sub("", clean(value).replace("\u202f", "\u00a0"))
            return "".join(letter for letter in text if letter not in missing)
        if isinstance(value, tuple | list):
            return [plain(each) for each in value]
        return value

    return {
        **{name: plain(value) for name, value in fields.items()},
        "language": typesetting.primary(language),
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "colour": look.colour,
        "town": plain(look.town),
        "logo": list(look.logo.content) if look.logo is not None else None,
        "logo_text": plain(look.logo.alternative) if look.logo is not None else "",
    }
