"""Runs of text in WordprocessingML: letters, languages, directions, links. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from workshops.exports import docx_parts
from workshops.exports.docx_parts import element, set_language
from workshops.exports.tree import Document, Run, is_right_to_left

_PIECES = re.compile(r"([\n\t])")


def say(
    part: Any,
    document: Document,
    parent: Any,
    runs: Iterable[Run],
    language: str,
    *,
    bold: bool = False,
    size: int = 0,
    colour: str = "",
    with_links: bool = True,
) -> None:
    """Append runs to a paragraph or a link. `language` is the paragraph's; `size` in half points."""
    for run in runs:
        made = OxmlElement("w:r")
        properties = OxmlElement("w:rPr")
        if run.bold or bold:
            properties.extend([element("w:b"), element("w:bCs")])
        if run.italic:
            properties.extend([element("w:i"), element("w:iCs")])
        shade = colour or (docx_parts.QUIET if run.is_mark else docx_parts.DARK if run.code else "")
        link = run.link if with_links else ""
        if shade or link:
            properties.append(element("w:color", val=document.colour[1:] if link else shade))
        points = size or (15 if run.is_mark else 19 if run.code else 0)
        if points:
            properties.extend([element("w:sz", val=str(points)), element("w:szCs", val=str(points))])
        if link:
            properties.append(element("w:u", val="single"))
        spoken = run.language or language or document.language
        if is_right_to_left(spoken) and not run.is_mark:
            properties.append(element("w:rtl"))
        if spoken != document.language:
            set_language(properties, spoken)
        made.append(properties)
        _fill(made, run.text)
        if link:
            target = part.relate_to(
                link,
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
                is_external=True,
            )
            around = OxmlElement("w:hyperlink")
            around.set(qn("r:id"), target)
            around.append(made)
            made = around
        parent.append(made)


def _fill(run: Any, text: str) -> None:
    for piece in _PIECES.split(text):
        if piece == "\n":
            run.append(OxmlElement("w:br"))
        elif piece == "\t":
            run.append(OxmlElement("w:tab"))
        elif piece:
            made = OxmlElement("w:t")
            made.text = piece
            made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(made)
