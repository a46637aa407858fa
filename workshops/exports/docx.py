"""A document as DOCX: Word's own headings, lists, header rows, languages and directions. Pure."""

import io
from collections.abc import Iterable
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm

from workshops.exports import docx_parts
from workshops.exports.docx_parts import element, field
from workshops.exports.docx_text import say
from workshops.exports.tree import (
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Run,
    Table,
    numbered,
)

_STYLES = {"text": "Body Text", "lead": "Lead", "meta": "Meta", "quote": "Quote", "code": "Code"}
_LINE_WIDTH = 9071  # of the text, in twentieths of a point
_LOGO_HEIGHT_CM, _LOGO_WIDTH_CM = 2.0, 7.0


def write(document: Document) -> bytes:
    return _Writer(document).written()


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._made = docx.Document()
        self._body = self._made.element.body
        self._end = self._body.sectPr
        self._bookmarks = 0
        docx_parts.prepare(self._made, document)
        self._ids = {style.name: style.style_id for style in self._made.styles}

    def written(self) -> bytes:
        self._opening()
        self._contents()
        for block in self._document.blocks:
            self._block(block)
        self._footer()
        out = io.BytesIO()
        self._made.save(out)
        return out.getvalue()

    # --- how it begins ----------------------------------------------------------------------------

    def _opening(self) -> None:
        document = self._document
        town = self._paragraph("Town", ())
        if document.logo is not None:
            self._logo(town)
        self._say(town, (Run(document.town),), "")
        above = 4000 if document.has_cover else 0
        if document.kicker:
            self._spaced(self._paragraph("Kicker", (Run(document.kicker),)), above)
            above = 0
        self._spaced(self._paragraph("Title", (Run(document.title),)), above)
        if document.subtitle:
            self._paragraph("Subtitle", (Run(document.subtitle),))
        above = 3400 if document.has_cover else 0
        for line in document.facts:
            self._spaced(self._paragraph("Meta", (Run(line),)), above)
            above = 0

    def _spaced(self, paragraph: Any, above: int) -> None:
        if above:
            _add(paragraph, element("w:spacing", before=str(above)))

    def _logo(self, paragraph: Any) -> None:
        logo = self._document.logo
        assert logo is not None
        scale = min(_LOGO_HEIGHT_CM / logo.height, _LOGO_WIDTH_CM / logo.width)
        shape = self._made.add_picture(io.BytesIO(logo.content), width=Cm(logo.width * scale))
        shape._inline.docPr.set("descr", logo.alternative)
        shape._inline.docPr.set("name", "Logo")
        run = shape._inline.getparent().getparent()
        old = run.getparent()
        paragraph.append(run)
        old.getparent().remove(old)
        self._say(paragraph, (Run("  "),), "")

    def _contents(self) -> None:
        """A table of contents with links; Word fills the pages in when its reader updates it."""
        document = self._document
        if not document.contents_title:
            return
        heading = self._paragraph("TOC Heading", (Run(document.contents_title),))
        _add(heading, element("w:pageBreakBefore"))
        entries = [
            (number, block)
            for number, block in enumerate(document.headings, start=1)
            if block.level <= document.contents_depth
        ]
        runs = field(f'TOC \\o "1-{document.contents_depth}" \\h \\z \\u', "")
        paragraph = heading
        for place, (number, block) in enumerate(entries):
            paragraph = self._paragraph(f"TOC {block.level}", ())
            if place == 0:
                paragraph.extend(runs[:3])
            link = element("w:hyperlink", anchor=f"h{number}", history="1")
            self._say(link, numbered(block), document.language_of(block), with_links=False)
            paragraph.append(link)
        if entries:
            paragraph.append(runs[-1])

    def _footer(self) -> None:
        paragraph = self._made.sections[0].footer.paragraphs[0]._p
        self._say(paragraph, (Run(f"{self._document.short_title} · {self._document.page_word} "),), "")
        paragraph.extend(field("PAGE", "1"))
        self._say(paragraph, (Run(" / "),), "")
        paragraph.extend(field("NUMPAGES", "1"))
        self._turn(paragraph, self._document.direction)

    # --- blocks -----------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._said(self._paragraph(_STYLES[block.style], ()), block)
        elif isinstance(block, Listing):
            self._list(block, depth=0)
        elif isinstance(block, Facts):
            for name, cell in block.pairs:
                self._fact(name, cell, is_figure=block.are_figures)
        else:
            self._table(block)

    def _heading(self, block: Heading) -> None:
        self._bookmarks += 1
        name = str(self._bookmarks)
        paragraph = self._paragraph(f"Heading {block.level}", ())
        if block.on_new_page:
            _add(paragraph, element("w:pageBreakBefore"))
        paragraph.append(element("w:bookmarkStart", id=name, name=f"h{name}"))
        self._say(paragraph, numbered(block), block.language)
        paragraph.append(element("w:bookmarkEnd", id=name))
        self._turn(paragraph, self._document.direction_of(block))

    def _list(self, block: Listing, *, depth: int) -> None:
        number = docx_parts.new_list(self._made, is_ordered=block.is_ordered, start=block.start)
        for item in block.items:
            is_first = True
            for each in item:
                if isinstance(each, Listing):
                    self._list(each, depth=min(depth + 1, 8))
                elif isinstance(each, Paragraph):
                    paragraph = self._paragraph("List Paragraph", ())
                    if is_first:
                        numbered = OxmlElement("w:numPr")
                        numbered.append(element("w:ilvl", val=str(depth)))
                        numbered.append(element("w:numId", val=str(number)))
                        _add(paragraph, numbered)
                    else:
                        _add(paragraph, element("w:ind", left=str(340 * (depth + 1))))
                    is_first = False
                    self._said(paragraph, each)
                else:
                    self._block(each)

    def _fact(self, name: str, cell: Cell, *, is_figure: bool) -> None:
        paragraph = self._paragraph("Figures" if is_figure else "Facts", ())
        if is_figure:
            self._say(
                paragraph, cell.runs, cell.language, bold=True, size=32, colour=self._document.colour[1:]
            )
            self._say(paragraph, (Run(f"\t{name}"),), "")
            return
        self._say(paragraph, (Run(name),), "", bold=True, colour=docx_parts.QUIET)
        self._say(paragraph, (Run("\t"),), "")
        self._say(paragraph, cell.runs, cell.language)

    def _table(self, block: Table) -> None:
        table = OxmlElement("w:tbl")
        properties = OxmlElement("w:tblPr")
        if self._document.direction == "rtl":
            properties.append(element("w:bidiVisual"))
        properties.append(element("w:tblW", w=str(_LINE_WIDTH), type="dxa"))
        properties.append(element("w:tblLayout", type="fixed"))
        margins = OxmlElement("w:tblCellMar")
        for edge in ("left", "right"):
            margins.append(element(f"w:{edge}", w="70", type="dxa"))
        properties.append(margins)
        # What the first row is, for those who hear the table.
        properties.append(element("w:tblLook", val="0020", firstRow="1", noHBand="1", noVBand="1"))
        whole = sum(block.widths)
        widths = [round(_LINE_WIDTH * share / whole) for share in block.widths]
        grid = OxmlElement("w:tblGrid")
        for width in widths:
            grid.append(element("w:gridCol", w=str(width)))
        table.extend([properties, grid])
        table.append(self._row(block.header, widths, is_header=True))
        table.extend(self._row(row, widths, is_header=False) for row in block.rows)
        self._end.addprevious(table)
        # Two tables in a row would become one.
        self._paragraph("Normal", ())

    def _row(self, cells: Iterable[Cell], widths: list[int], *, is_header: bool) -> Any:
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(element("w:cantSplit"))
        if is_header:
            properties.append(element("w:tblHeader"))
        row.append(properties)
        colour = self._document.colour[1:]
        for cell, width in zip(cells, widths, strict=False):
            made = OxmlElement("w:tc")
            inner = OxmlElement("w:tcPr")
            inner.append(element("w:tcW", w=str(width), type="dxa"))
            borders = OxmlElement("w:tcBorders")
            line = {"sz": "8", "color": colour} if is_header else {"sz": "4", "color": "BBBBBB"}
            borders.append(element("w:bottom", val="single", space="0", **line))
            inner.append(borders)
            paragraph = self._new("Table Head" if is_header else "Table Text")
            self._say(paragraph, cell.runs, cell.language)
            direction = self._document.direction_of(cell)
            # A column keeps to one side, whichever way each of its cells is read.
            is_end = cell.is_number != (direction != self._document.direction)
            if is_end:
                _add(paragraph, element("w:jc", val="right"))
            self._turn(paragraph, direction)
            made.extend([inner, paragraph])
            row.append(made)
        return row

    # --- text -------------------------------------------------------------------------------------

    def _new(self, style: str) -> Any:
        paragraph = OxmlElement("w:p")
        properties = OxmlElement("w:pPr")
        properties.append(element("w:pStyle", val=self._ids[style]))
        paragraph.append(properties)
        return paragraph

    def _paragraph(self, style: str, runs: Iterable[Run]) -> Any:
        paragraph = self._new(style)
        self._end.addprevious(paragraph)
        self._say(paragraph, runs, "")
        self._turn(paragraph, self._document.direction)
        return paragraph

    def _said(self, paragraph: Any, block: Paragraph) -> None:
        self._say(paragraph, block.runs, block.language)
        self._turn(paragraph, self._document.direction_of(block))

    def _turn(self, paragraph: Any, direction: str) -> None:
        for old in paragraph.pPr.findall(qn("w:bidi")) if paragraph.pPr is not None else ():
            paragraph.pPr.remove(old)
        if direction == "rtl":
            _add(paragraph, element("w:bidi"))

    def _say(self, parent: Any, runs: Iterable[Run], language: str, **look: Any) -> None:
        say(self._made.part, self._document, parent, runs, language, **look)


# The order that the schema wants (ECMA-376, CT_PPr); Word refuses some files that don't keep it.
_ORDER = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "bidi", "spacing", "ind", "jc")


def _add(paragraph: Any, child: Any) -> None:
    properties = paragraph.get_or_add_pPr()
    properties.append(child)
    properties[:] = sorted(properties, key=lambda child: _ORDER.index(child.tag.rpartition("}")[2]))
