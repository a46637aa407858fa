"""BigBlueButton's answers: XML of strangers, read without anything that XML can do beyond elements."""

from typing import Any
from xml.etree import ElementTree

from .protocol import ProviderNonsense


class _Plain(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        # Entities (a bomb, a file, an address) can only be declared in one. Called before any is read.
        raise ProviderNonsense("doctype")


def read(content: bytes) -> ElementTree.Element:
    """The root of `content`, whatever its encoding. ProviderNonsense if it is no XML, or has a DOCTYPE."""
    parser: Any = ElementTree.XMLParser(target=_Plain())  # noqa: S314 (refuses every DOCTYPE)
    try:
        parser.feed(content)
        root = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError):
        root = None
    if not isinstance(root, ElementTree.Element):
        raise ProviderNonsense("xml")
    return root
