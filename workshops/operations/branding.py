"""The town's look on pages and documents: its colour and logo, and the licence of its open data."""

import hashlib
import math
import re
from dataclasses import dataclass
from types import EllipsisType

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshops import colours, pictures
from workshops.errors import Refusal
from workshops.exports import logo as small
from workshops.exports import pdf
from workshops.exports.tree import Document, Picture, clean
from workshops.models import Branding, Licence, ParticipationProcess, User

LARGEST_LOGO = 500_000  # bytes
# Of each side, in pixels: what documents show is at most 7 × 2 cm.
SMALLEST_SIDE, LARGEST_SIDE = 16, 4_000
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Logo:
    content: bytes
    media_type: str


def checked_colour(text: str) -> str:
    """ "#rrggbb" in small letters; empty: the house's own. Refused with `bad_colour`, `pale_colour`."""
    colour = text.strip().lower()
    if not colour:
        return ""
    if not _COLOUR.fullmatch(colour):
        raise Refusal("bad_colour", _("Bitte eine Farbe wie #1f6f54 angeben."))
    found = colours.weakest(colour)
    if found < colours.LEAST_CONTRAST:
        raise Refusal(
            "pale_colour",
            _(
                "Auf hellem Grund ist diese Farbe zu hell zum Lesen: Der Kontrast ist %(found)s : 1, nötig "
                "sind mindestens 4,5 : 1."
            )
            # Rounded down: 4.46 must not be told as 4.5.
            % {"found": number_format(math.floor(found * 10) / 10, 1)},
        )
    return colour


def checked_logo(content: bytes) -> Logo:
    """Its own bytes say what it is. Refused with `logo_too_large`, `not_a_picture`, `logo_size`."""
    if len(content) > LARGEST_LOGO:
        raise Refusal(
            "logo_too_large", _("Das Bild ist größer als 500 kB. Bitte eine kleinere Datei nehmen.")
        )
    broken = Refusal("not_a_picture", _("Das ist kein PNG- oder JPEG-Bild, oder die Datei ist beschädigt."))
    try:
        kind = pictures.type_of(content)
        width, height = pictures.size_of(content)
    except pictures.NotAPicture:
        raise broken from None
    if not (min(width, height) >= SMALLEST_SIDE and max(width, height) <= LARGEST_SIDE):
        raise Refusal(
            "logo_size",
            ngettext_lazy(
                "Das Bild ist %(width)d × %(height)d Pixel groß; erlaubt sind 16 bis 4000 je Seite.",
                "Das Bild ist %(width)d × %(height)d Pixel groß; erlaubt sind 16 bis 4000 je Seite.",
                "height",
            )
            % {"width": width, "height": height},
        )
    # Its headers may be right and its data broken: whoever sets documents shall be able to read it.
    trial = Document("–", "de", "–", (), timezone.now(), logo=Picture(content, kind, width, height, "–"))
    try:
        pdf.write(trial)
    except RuntimeError:
        raise broken from None
    return Logo(content, kind)


@transaction.atomic
def change(
    process: ParticipationProcess,
    *,
    colour: str,
    logo: Logo | EllipsisType | None,
    logo_text: str,
    licence: str,
    by: User,
) -> Branding:
    """`logo`: a checked one, None to have none, `...` to leave it. Refused with `logo_without_text`."""
    locked = ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
    branding, _is_new = Branding.objects.get_or_create(process=process)
    branding.colour = checked_colour(colour)
    branding.licence = Licence(licence)
    if logo is None:
        branding.logo, branding.logo_type = None, ""
    elif not isinstance(logo, EllipsisType):
        branding.logo, branding.logo_type = logo.content, logo.media_type
    branding.logo_text = " ".join(clean(logo_text).split())
    if branding.logo is not None and not branding.logo_text:
        raise Refusal("logo_without_text", _("Bitte sagen, was das Logo zeigt: Das lesen Screenreader vor."))
    branding.save(update_fields=["colour", "licence", "logo", "logo_type", "logo_text"])
    locked.look = look_of(branding)
    locked.save(update_fields=["look"])
    return branding


def look_of(branding: Branding) -> dict[str, str | int]:
    """What every page needs of it; the logo by a hash, which stands in its address, and its size there."""
    look: dict[str, str | int] = {"colour": branding.colour} if branding.colour else {}
    if branding.logo is not None:
        content = bytes(branding.logo)
        width, height = small.shown_size(content)
        logo = hashlib.sha256(content).hexdigest()[:12]
        look |= {"logo": logo, "logo_width": width, "logo_height": height}
    return look


def style(colour: str) -> str:
    """The custom properties of config/static/css/site.css that a town's colour takes the place of."""
    dark = colours.on_dark(colour)
    deep, deep_on_dark = colours.mixed(colour, "#000000", 0.3), colours.mixed(dark, "#ffffff", 0.35)
    return (
        f":root{{--brand:{colour};--hero:{colour};--link:{colour};--deep:{deep}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--brand:{dark};--link:{dark};--deep:{deep_on_dark}}}}}"
    )


def of(process: ParticipationProcess) -> Branding | None:
    return Branding.objects.filter(process=process).first()
