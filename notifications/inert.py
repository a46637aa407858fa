"""Names that no mail program turns into a link. Pure."""

import re

# Mail programs make links of “evil.example”, “http://evil”, “a@evil.example” and “\\evil\share”, in plain
# text too: after each of these signs, and what programs take for a dot, a space ends the address. An unseen
# character would not do: browsers leave it out of a domain name again (UTS 46). Wide and small forms of these
# signs count as well: many programs take them for the sign itself (NFKC).
_GLUE = re.compile(r"(?<=[.:@\\․。．｡﹒：﹕︓＠﹫＼﹨])(?=[^\s.])")


def inert(name: str) -> str:
    """The name as it is read, with a space where an address would go on: “Dr.Kaya” becomes “Dr. Kaya”."""
    return _GLUE.sub(" ", name)
