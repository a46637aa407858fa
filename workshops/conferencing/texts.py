"""What is cleaned before a provider gets it, or before we show what one said."""

import re
import unicodedata

# Turn the direction of what follows: a name must not change the names beside it.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters (BigBlueButton forbids them), halves of surrogate pairs (no UTF-8), unassigned line ends.
UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(text: str, *, limit: int, otherwise: str = "–") -> str:
    """`text` on one line, at most `limit` characters, without what no provider takes; never empty."""
    spaced = "".join(
        " " if unicodedata.category(each) in UNWANTED else each for each in text if each not in BIDI
    )
    return " ".join(spaced.split())[:limit].strip() or otherwise


def caller(name: str) -> str:
    """A caller's name as far as we show it: providers send the number, of which three digits are enough."""
    if sum(each.isdigit() for each in name) < 4:
        return one_line(name, limit=64)
    return f"…{re.sub(r'[^0-9]', '', name)[-3:]}"
