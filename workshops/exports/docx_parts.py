"""What a DOCX needs beside its text: styles, numbering, languages, fields. Knows WordprocessingML. Pure."""

from typing import Any

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor

from workshops.exports.tree import Document, is_right_to_left

QUIET, DARK = "555555", "333333"
FONT, COMPLEX_FONT = "Arial", "Arial"
_BULLETS, _NUMBERS = 90, 91
_REGIONS = {"de": "de-DE", "en": "en-GB", "tr": "tr-TR", "uk": "uk-UA", "fr": "fr-FR", "ar": "ar-EG",
            "fa": "fa-IR", "ru": "ru-RU", "ro": "ro-RO"}  # fmt: skip


def element(tag: str, /, **attributes: str) -> Any:
    """`element("w:pStyle", val="x")`: attributes are in the same namespace."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def region(language: str) -> str:
    return _REGIONS.get(language.split("-")[0], language)


def set_language(properties: Any, language: str) -> None:
    """On run properties; a right-to-left script has its own attribute, and its letters their own fonts."""
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = element("w:lang")
        properties.append(lang)
    lang.set(qn("w:val"), region(language))
    if is_right_to_left(language):
        lang.set(qn("w:bidi"), region(language))


def field(instruction: str, cached: str) -> list[Any]:
    """The runs of a field with what it shows until somebody updates it."""
    runs = []
    for kind, content in (("begin", ""), ("", instruction), ("separate", ""), ("shown", cached), ("end", "")):
        run = OxmlElement("w:r")
        if kind == "shown":
            text = OxmlElement("w:t")
            text.text = content
            run.append(text)
        elif kind:
            run.append(element("w:fldChar", fldCharType=kind))
        else:
            text = OxmlElement("w:instrText")
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            text.text = content
            run.append(text)
        runs.append(run)
    return runs


def prepare(made: DocxDocument, document: Document) -> None:
    """Page, styles, numbering and properties, before the first paragraph."""
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.2)
    section.different_first_page_header_footer = document.has_cover
    if document.direction == "rtl":
        # Where the schema wants it: the last but for the grid.
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            section._sectPr.append(element("w:bidi"))
        else:
            grid.addprevious(element("w:bidi"))
    _defaults(made, document)
    _styles(made, document)
    _numbering(made)
    properties = made.core_properties
    properties.title, properties.author, properties.last_modified_by = (
        document.title,
        document.town,
        document.town,
    )
    properties.language = region(document.language)
    properties.created = properties.modified = document.made_at
    properties.comments = ""
    theme = made.settings.element.find(qn("w:themeFontLang"))
    if theme is not None:
        theme.set(qn("w:val"), region(document.language))


def _defaults(made: DocxDocument, document: Document) -> None:
    defaults = made.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in list(defaults):
        defaults.remove(old)
    defaults.append(element("w:rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=COMPLEX_FONT))
    defaults.append(element("w:sz", val="21"))
    defaults.append(element("w:szCs", val="21"))
    set_language(defaults, document.language)


def _styles(made: DocxDocument, document: Document) -> None:
    colour = document.colour.removeprefix("#")
    sizes = document.heading_sizes
    look: tuple[tuple[str, float, bool, str, float, float], ...] = (
        ("Normal", 10.5, False, "", 0, 0),
        ("Body Text", 10.5, False, "", 0, 6),
        ("Heading 1", sizes[0], True, colour, 22, 10),
        ("Heading 2", sizes[1], True, colour, 20, 8),
        ("Heading 3", sizes[2], True, colour, 16, 6),
        ("Heading 4", sizes[3], True, "000000", 16, 4),
        ("Title", 28 if document.has_cover else 20, True, "000000", 0, 8),
        ("Subtitle", 14, False, DARK, 0, 8),
        ("Kicker", 12, True, colour, 0, 6),
        ("Town", 12, True, "000000", 0, 12),
        ("Lead", 12.5, False, DARK, 0, 8),
        ("Meta", 9, False, QUIET, 2, 7),
        ("Quote", 10.5, False, "", 0, 6),
        ("Code", 9.5, False, DARK, 0, 6),
        ("Facts", 9.5, False, "", 0, 3),
        ("Figures", 10.5, False, "", 0, 3),
        ("Table Text", 9, False, "", 1, 1),
        ("Table Head", 9, True, "", 1, 1),
        ("List Paragraph", 10.5, False, "", 0, 4),
        ("TOC Heading", 20, True, colour, 0, 12),
        ("TOC 1", 10.5, True, "", 7, 2),
        ("TOC 2", 10.5, False, "", 1, 1),
        ("TOC 3", 10.5, False, "", 1, 1),
        ("Footer", 8.5, False, QUIET, 0, 0),
    )
    for name, points, is_bold, shade, above, below in look:
        _style(made, name, points, is_bold, shade, above, below)
    for name, wide in (("Facts", 5.2), ("Figures", 2.6)):
        layout = made.styles[name].paragraph_format
        layout.left_indent, layout.first_line_indent = Cm(wide), Cm(-wide)
    for name, wide in (("Quote", 0.8), ("Code", 0.8), ("TOC 2", 0.6), ("TOC 3", 1.2)):
        made.styles[name].paragraph_format.left_indent = Cm(wide)
    for name in ("Body Text", "Lead"):
        made.styles[name].paragraph_format.line_spacing = 1.2


def _style(
    made: DocxDocument, name: str, points: float, is_bold: bool, shade: str, above: float, below: float
) -> None:
    names = {style.name for style in made.styles}
    style: Any = made.styles[name] if name in names else made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    font = style.font
    font.size, font.bold = Pt(points), is_bold
    properties.append(element("w:szCs", val=str(round(points * 2))))
    if is_bold:
        properties.insert(1, element("w:bCs"))
    if name == "Quote":
        font.italic = True
    if shade:
        font.color.rgb = RGBColor.from_string(shade)
    layout = style.paragraph_format
    # The template's Title has a rule beneath it.
    border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)
    layout.space_before, layout.space_after = Pt(above), Pt(below)
    layout.keep_with_next = name.startswith("Heading") or None
    layout.widow_control = True


def _numbering(made: DocxDocument) -> None:
    """Two kinds of lists of our own: the template's don't go three levels deep."""
    root = made.part.numbering_part.element
    first = root.find(qn("w:num"))
    for key, is_ordered in ((_BULLETS, False), (_NUMBERS, True)):
        abstract = element("w:abstractNum", abstractNumId=str(key))
        abstract.append(element("w:multiLevelType", val="multilevel"))
        for level in range(9):
            abstract.append(_level(level, is_ordered=is_ordered))
        # All abstract ones stand before the first that uses one (ECMA-376, 17.9.17).
        first.addprevious(abstract)


def _level(level: int, *, is_ordered: bool) -> Any:
    made = element("w:lvl", ilvl=str(level))
    made.append(element("w:start", val="1"))
    made.append(element("w:numFmt", val="decimal" if is_ordered else "bullet"))
    made.append(element("w:lvlText", val=f"%{level + 1}." if is_ordered else "•"))
    made.append(element("w:lvlJc", val="left"))
    properties = OxmlElement("w:pPr")
    properties.append(element("w:ind", left=str(340 * (level + 1)), hanging="284"))
    made.append(properties)
    return made


def new_list(made: DocxDocument, *, is_ordered: bool, start: int) -> int:
    """A list that counts from `start`; returns its number."""
    root = made.part.numbering_part.element
    number = 1000 + len(root.findall(qn("w:num")))
    each = element("w:num", numId=str(number))
    each.append(element("w:abstractNumId", val=str(_NUMBERS if is_ordered else _BULLETS)))
    if is_ordered:
        for level in range(9):
            override = element("w:lvlOverride", ilvl=str(level))
            override.append(element("w:startOverride", val=str(start if level == 0 else 1)))
            each.append(override)
    root.append(each)
    return number
