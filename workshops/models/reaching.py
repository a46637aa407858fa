"""When two addresses are one person's, and which can be written to or dialled."""

import contextlib

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_EMAIL = 254


def normalise_email(address: str) -> str:
    """The form under which an address is one person's: no spaces around it, lower case throughout.

    RFC 5321 would let `A@x` and `a@x` be two mailboxes; no provider does, and people type both.
    """
    return address.strip().casefold()


def mailbox_of(address: str) -> str:
    """Under what mails to an address are counted, however it is spelled: without dots and `+…` before the @,
    the domain as mail servers know it (IDNA). Never who somebody is: some providers tell spellings apart."""
    local, _at, domain = normalise_email(address).rpartition("@")
    # Of ".+x" nothing would be left.
    local = local.partition("+")[0].replace(".", "") or local
    with contextlib.suppress(UnicodeError):
        # As mail travels; also one dot for all that look like it (U+3002).
        domain = domain.encode("idna").decode("ascii").lower()
    return f"{local}@{domain}"


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

    Django's own check ignores case so broadly that it takes "İ" for an i, and 320 characters. It also takes
    what RFC 5321 allows and nobody has: `"a b"@x` (one more spelling of a mailbox) and `a@[1.2.3.4]`.
    """
    try:
        validate_email(address)
    except ValidationError:
        return False
    # Lower case may be longer: "ß" becomes "ss".
    fits = max(len(address), len(normalise_email(address))) <= LONGEST_EMAIL
    local, _at, domain = address.strip().rpartition("@")
    return fits and local.isascii() and not local.startswith('"') and not domain.startswith("[")
