"""Numbers and addresses, as whoever dials and whatever sends mail need them."""

import unicodedata


def machine_readable(text: str) -> str:
    """The figures of every script become 0 to 9: `tel:` and mail servers know no others, nor do colleagues.

    What only turns lines around goes: copied from an address book or a chat, it comes along unseen.
    """
    seen = (each for each in text if unicodedata.category(each) != "Cf")
    return "".join(str(int(each)) if each.isdecimal() else each for each in seen)
