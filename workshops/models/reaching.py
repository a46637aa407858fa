"""When two addresses are one person's, and which can be written to or dialled."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_EMAIL = 254


def normalise_email(address: str) -> str:
    """The form under which an address is one person's: no spaces around it, lower case throughout.

    RFC 5321 would let `A@x` and `a@x` be two mailboxes; no provider does, and people type both.
    """
    return address.strip().casefold()


def normalise_phone(number: str) -> str:
    """Its digits as dialled from Germany: "+49 7471 930-0", "0049…" and "(07471) 9300" are one number.

    Another country's code stays, behind two zeros (ITU-T E.123: spaces, brackets and dashes mean nothing).
    """
    digits = "".join(str(int(each)) for each in number if each.isdecimal())
    if number.strip().startswith("+"):
        digits = f"00{digits}"
    if digits.startswith("0049"):
        digits = f"0{digits[4:].lstrip('0')}"
    return digits


def is_address(address: str) -> bool:
    """Whether mail can go there and a `Participant` can keep it, in both forms.

    Django's own check ignores case so broadly that it takes "İ" for an i, and 320 characters.
    """
    try:
        validate_email(address)
    except ValidationError:
        return False
    # Lower case may be longer: "ß" becomes "ss".
    fits = max(len(address), len(normalise_email(address))) <= LONGEST_EMAIL
    return fits and address.rpartition("@")[0].isascii()
