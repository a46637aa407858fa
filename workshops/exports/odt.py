"""A document as ODT (OpenDocument 1.3): headings, lists and tables by their own elements. Pure."""

import dataclasses
from collections.abc import Iterable
from xml.sax.saxutils import escape

from workshops.exports import odf, odt_styles
from workshops.exports.odt_styles import BOLD, ITALIC, size
from workshops.exports.tree import (
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Run,
    Runs,
    Table,
    is_right_to_left,
    numbered,
    plain,
)

_STYLES = {
    "text": "Text_20_body",
    "lead": "Lead",
    "meta": "Meta",
    "quote": "Quotations",
    "code": "Preformatted_20_Text",
}
_LOGO_HEIGHT_CM, _LOGO_WIDTH_CM = 2.0, 7.0


def write(document: Document) -> bytes:
    files: dict[str, tuple[str, bytes]] = {}
    if document.logo is not None:
        files[_path(document.logo)] = (document.logo.media_type, document.logo.content)
    return odf.package(
        odf.ODT,
        {
            "content.xml": _Writer(document).content(),
            "styles.xml": odt_styles.part(document),
            "meta.xml": odf.meta(
                document.title,
                creator=document.town,
                language=document.language,
                made_at=document.made_at,
            ),
        },
        files,
    )


def _path(picture: Picture) -> str:
    return f"Pictures/logo.{picture.suffix}"


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document
        # Automatic styles by what they say: each once.
        self._automatic: dict[str, str] = {}
        self._tables = 0
        self._headings = 0

    def content(self) -> str:
        body = "".join([*self._opening(), *self._contents(), *map(self._block, self._document.blocks)])
        styles = "".join(
            definition.replace(" style:name=@", f' style:name="{name}"')
            for definition, name in self._automatic.items()
        )
        return odf.part(
            "document-content",
            f"{odt_styles.faces()}<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body>",
        )

    def _opening(self) -> Iterable[str]:
        document = self._document
        style, title = ("Town", "Title") if document.has_cover else ("Town_20_short", "Short_20_title")
        master = "First_20_Page" if document.has_cover else "Standard"
        first = self._paragraph_style(style, master=master)
        yield f'<text:p text:style-name="{first}">{self._logo()}{odf.text(document.town)}</text:p>'
        above = ' fo:margin-top="7cm"' if document.has_cover else ""
        if document.kicker:
            yield self._p(self._paragraph_style("Kicker", properties=above), plain(document.kicker))
            above = ""
        yield self._p(self._paragraph_style(title, properties=above), plain(document.title))
        if document.subtitle:
            yield self._p("Subtitle", plain(document.subtitle))
        above = ' fo:margin-top="6cm"' if document.has_cover else ""
        for line in document.facts:
            yield self._p(self._paragraph_style("Meta", properties=above), plain(line))
            above = ""

    def _logo(self) -> str:
        logo = self._document.logo
        if logo is None:
            return ""
        scale = min(_LOGO_HEIGHT_CM / logo.height, _LOGO_WIDTH_CM / logo.width)
        return (
            f'<draw:frame draw:style-name="Graphics" draw:name="Logo" text:anchor-type="as-char" '
            f'svg:width="{logo.width * scale:.3f}cm" svg:height="{logo.height * scale:.3f}cm">'
            f'<draw:image xlink:href="{_path(logo)}" xlink:type="simple" xlink:show="embed" '
            f'xlink:actuate="onLoad" draw:mime-type="{logo.media_type}"/>'
            f"<svg:title>{escape(logo.alternative)}</svg:title></draw:frame><text:s/>"
        )

    def _contents(self) -> Iterable[str]:
        """The table of contents; LibreOffice fills the pages in when it opens the file."""
        document = self._document
        if not document.contents_title:
            return
        title = plain(document.contents_title)
        heading = self._paragraph_style("Contents_20_Heading", properties=' fo:break-before="page"')
        yield (
            '<text:table-of-content text:name="Contents" text:protected="true">'
            f'<text:table-of-content-source text:outline-level="{document.contents_depth}"/>'
            '<text:index-body><text:index-title text:name="Contents_Head">'
            f"{self._p(heading, title)}</text:index-title>"
        )
        for number, block in enumerate(document.headings, start=1):
            if block.level <= document.contents_depth:
                words = self._runs(numbered(block), with_links=False)
                yield (
                    f'<text:p text:style-name="Contents_20_{block.level}"><text:a xlink:type="simple" '
                    f'xlink:href="#h{number}" text:style-name="Index_20_Link" '
                    f'text:visited-style-name="Index_20_Link">{words}<text:tab/><text:bookmark-ref '
                    f'text:reference-format="page" text:ref-name="h{number}">–</text:bookmark-ref>'
                    "</text:a></text:p>"
                )
        yield "</text:index-body></text:table-of-content>"

    # --- blocks -----------------------------------------------------------------------------------

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        if isinstance(block, Listing):
            return self._list(block)
        if isinstance(block, Facts):
            return "".join(self._fact(name, cell, block.are_figures) for name, cell in block.pairs)
        return self._table(block)

    def _heading(self, block: Heading) -> str:
        self._headings += 1
        style = self._style_of(
            block,
            f"Heading_20_{block.level}",
            properties=' fo:break-before="page"' if block.on_new_page else "",
        )
        name = f"h{self._headings}"
        return (
            f'<text:h text:style-name="{style}" text:outline-level="{block.level}">'
            f'<text:bookmark-start text:name="{name}"/>{self._runs(numbered(block))}'
            f'<text:bookmark-end text:name="{name}"/></text:h>'
        )

    def _paragraph(self, block: Paragraph) -> str:
        return self._p(self._style_of(block, _STYLES[block.style]), block.runs)

    def _list(self, block: Listing) -> str:
        style = "Numbers" if block.is_ordered else "Bullets"
        items = []
        for position, item in enumerate(block.items):
            start = f' text:start-value="{block.start}"' if position == 0 and block.start != 1 else ""
            # An item holds paragraphs and lists only: whatever else there is follows its list.
            inner = "".join(self._block(each) for each in item if isinstance(each, Paragraph | Listing))
            items.append(f"<text:list-item{start}>{inner}</text:list-item>")
        after = [
            self._block(each) for item in block.items for each in item if isinstance(each, Table | Facts)
        ]
        return f'<text:list text:style-name="{style}">{"".join(items)}</text:list>{"".join(after)}'

    def _fact(self, name: str, cell: Cell, is_figure: bool) -> str:
        if is_figure:
            colour = self._document.colour
            big = self._text_style(f'{size(16)} {BOLD} fo:color="{colour}"')
            value = f'<text:span text:style-name="{big}">{self._runs(cell.runs)}</text:span>'
            return f'<text:p text:style-name="Figures">{value}<text:tab/>{odf.text(name)}</text:p>'
        quiet = self._text_style(f'{BOLD} fo:color="{odt_styles.QUIET}"')
        runs = self._runs(_in_language(cell), around=self._document.language)
        return (
            f'<text:p text:style-name="Facts"><text:span text:style-name="{quiet}">{odf.text(name)}'
            f"</text:span><text:tab/>{runs}</text:p>"
        )

    def _table(self, block: Table) -> str:
        self._tables += 1
        mode = "rl-tb" if self._document.direction == "rtl" else "lr-tb"
        outer = self._automatic_style(
            "table",
            '<style:table-properties style:width="16cm" table:align="margins" '
            f'fo:margin-top="0.2cm" fo:margin-bottom="0.4cm" style:writing-mode="{mode}"/>',
        )
        whole = sum(block.widths)
        columns = "".join(
            f'<table:table-column table:style-name="{self._column(share, whole)}"/>' for share in block.widths
        )
        head = f'fo:border-bottom="1pt solid {self._document.colour}" style:vertical-align="bottom"'
        header = self._row(block.header, "Table_20_Heading", head)
        line = 'fo:border-bottom="0.5pt solid #bbbbbb"'
        rows = "".join(self._row(row, "Table_20_Contents", line) for row in block.rows)
        return (
            f'<table:table table:name="Table{self._tables}" table:style-name="{outer}">{columns}'
            f"<table:table-header-rows>{header}</table:table-header-rows>{rows}</table:table>"
        )

    def _column(self, share: int, whole: int) -> str:
        # Shares below LibreOffice's smallest width would all be that one: of a large whole, then.
        relative = round(60_000 * share / whole)
        width = f'style:column-width="{16 * share / whole:.2f}cm" style:rel-column-width="{relative}*"'
        return self._automatic_style("table-column", f"<style:table-column-properties {width}/>")

    def _row(self, cells: Iterable[Cell], style: str, border: str) -> str:
        around = self._automatic_style(
            "table-cell",
            f'<style:table-cell-properties fo:padding="0.08cm" fo:border="none" {border}/>',
        )
        row = self._automatic_style("table-row", '<style:table-row-properties fo:keep-together="always"/>')
        made = "".join(
            f'<table:table-cell table:style-name="{around}" office:value-type="string">'
            f"{self._p(self._cell_style(cell, style), cell.runs)}</table:table-cell>"
            for cell in cells
        )
        return f'<table:table-row table:style-name="{row}">{made}</table:table-row>'

    def _cell_style(self, cell: Cell, style: str) -> str:
        # A column keeps to one side, whichever way each of its cells is read.
        is_turned = self._document.direction_of(cell) != self._document.direction
        if not (is_turned or cell.is_number):
            return self._style_of(cell, style)
        align = odt_styles.side(self._document.direction, is_end=cell.is_number)
        return self._style_of(cell, style, align=align)

    def _p(self, style: str, runs: Runs) -> str:
        return f'<text:p text:style-name="{style}">{self._runs(runs)}</text:p>'

    def _runs(self, runs: Runs, *, with_links: bool = True, around: str = "") -> str:
        return "".join(self._run(run, with_links=with_links, around=around) for run in runs)

    def _run(self, run: Run, *, with_links: bool, around: str) -> str:
        properties = [
            *([BOLD] if run.bold else []),
            *([ITALIC] if run.italic else []),
            *([f'{size(9.5)} fo:color="#333333"'] if run.code else []),
            *([f'{size(7.5)} fo:color="{odt_styles.QUIET}"'] if run.is_mark else []),
        ]
        if run.language and run.language != around:
            properties.append(odf.language(run.language, is_complex=is_right_to_left(run.language)))
        made = odf.text(run.text)
        if properties:
            style = self._text_style(" ".join(properties))
            made = f'<text:span text:style-name="{style}">{made}</text:span>'
        if run.link and with_links:
            made = (
                f'<text:a xlink:type="simple" xlink:href={odf.attribute(run.link)} '
                f'text:style-name="Internet_20_link">{made}</text:a>'
            )
        return made

    def _style_of(
        self, block: Heading | Paragraph | Cell, parent: str, *, properties: str = "", align: str = ""
    ) -> str:
        direction = self._document.direction_of(block)
        if direction != self._document.direction:
            properties += f' style:writing-mode="{"rl-tb" if direction == "rtl" else "lr-tb"}"'
            align = align or odt_styles.side(direction)
        properties += f" {align}" if align else ""
        language = ""
        if block.language and block.language != self._document.language:
            language = odf.language(block.language, is_complex=is_right_to_left(block.language))
        return self._paragraph_style(parent, properties=properties, text=language)

    def _paragraph_style(self, parent: str, *, properties: str = "", text: str = "", master: str = "") -> str:
        if not (properties or text or master):
            return parent
        return self._automatic_style(
            "paragraph",
            f"<style:paragraph-properties{properties}/><style:text-properties {text}/>",
            f' style:parent-style-name="{parent}"'
            + (f' style:master-page-name="{master}"' if master else ""),
        )

    def _text_style(self, properties: str) -> str:
        return self._automatic_style("text", f"<style:text-properties {properties}/>")

    def _automatic_style(self, family: str, inner: str, more: str = "") -> str:
        definition = f'<style:style style:name=@ style:family="{family}"{more}>{inner}</style:style>'
        return self._automatic.setdefault(definition, f"A{len(self._automatic) + 1}")


def _in_language(cell: Cell) -> Runs:
    return tuple(dataclasses.replace(run, language=run.language or cell.language) for run in cell.runs)
