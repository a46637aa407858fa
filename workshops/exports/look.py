"""The town's name, logo and colour, as every document wears them."""

from dataclasses import dataclass

from workshops.exports.tree import Picture
from workshops.models import Branding, ParticipationProcess
from workshops.pictures import size_of

HOUSE_COLOUR = "#0b4a6f"


@dataclass(frozen=True, slots=True)
class Look:
    town: str
    colour: str = HOUSE_COLOUR
    logo: Picture | None = None


def look_of(process: ParticipationProcess, branding: Branding | None) -> Look:
    if branding is None:
        return Look(process.town)
    logo = None
    if branding.logo is not None:
        content = bytes(branding.logo)
        width, height = size_of(content)
        logo = Picture(content, branding.logo_type, width, height, branding.logo_text or process.town)
    return Look(process.town, branding.colour or HOUSE_COLOUR, logo)
