"""Rows as a spreadsheet, XLSX or ODS: every cell is text or a number, and nothing in it is ever run. Pure."""

import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from workshops.exports import odf
from workshops.exports.spreadsheet import neutralised
from workshops.exports.tree import clean, is_right_to_left

# Excel's own limit for a cell; a longer text ends with "…", here only.
_LONGEST_XLSX = 32_767

Value: TypeAlias = str | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """`widths`: of each column, in letters. `made_at` has a zone."""

    title: str
    language: str
    creator: str
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Value, ...], ...]
    made_at: datetime.datetime
    colour: str = "#0b4a6f"

    @property
    def name(self) -> str:
        """Of the tab: short, without what Excel forbids in it."""
        kept = "".join(letter for letter in clean(self.title) if letter not in "[]:*?/\\'\n\t")
        return kept.strip()[:31] or "1"

    def cleaned(self) -> Iterator[tuple[Value, ...]]:
        for row in self.rows:
            yield tuple(neutralised(clean(value)) if isinstance(value, str) else value for value in row)


def xlsx(sheet: Sheet) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet.name
    page.freeze_panes = "A2"
    page.sheet_view.rightToLeft = is_right_to_left(sheet.language)
    for number, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = False
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    rows = list(sheet.cleaned())
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.header))}{len(rows) + 1}"
    fill = PatternFill("solid", fgColor=sheet.colour.removeprefix("#").upper())
    for column, name in enumerate(sheet.header, start=1):
        cell = _xlsx_cell(page, 1, column, neutralised(clean(name)))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), fill
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            _xlsx_cell(page, number, column, value)
    book.properties.title = clean(sheet.title)
    book.properties.creator = clean(sheet.creator)
    book.properties.language = sheet.language
    # The library knows moments without a zone only, and takes them for UTC.
    moment = sheet.made_at.astimezone(datetime.UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(page: Worksheet, row: int, column: int, value: Value) -> Cell:
    if isinstance(value, str) and len(value) > _LONGEST_XLSX:
        value = f"{value[: _LONGEST_XLSX - 1]}…"
    cell = page.cell(row, column, value)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        # Whatever it looks like ("=…", "#N/A"): text.
        cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def ods(sheet: Sheet) -> bytes:
    name = odf.attribute(sheet.name)
    return odf.package(
        odf.ODS,
        {
            "content.xml": _ods_content(sheet, name),
            "styles.xml": odf.part(
                "document-styles", f"<office:styles>{_ods_defaults(sheet)}</office:styles>"
            ),
            "settings.xml": _ods_settings(sheet),
            "meta.xml": odf.meta(
                sheet.title, creator=sheet.creator, language=sheet.language, made_at=sheet.made_at
            ),
        },
        {},
    )


def _ods_content(sheet: Sheet, name: str) -> str:
    mode = "rl-tb" if is_right_to_left(sheet.language) else "lr-tb"
    widths = sorted(set(sheet.widths))
    styles = "".join(
        f'<style:style style:name="w{width}" style:family="table-column"><style:table-column-properties '
        f'style:column-width="{width * 0.2:.2f}cm"/></style:style>'
        for width in widths
    )
    columns = "".join(f'<table:table-column table:style-name="w{width}"/>' for width in sheet.widths)
    rows = "".join(f"<table:table-row>{_ods_cells(row, 'text')}</table:table-row>" for row in sheet.cleaned())
    header = _ods_cells([neutralised(clean(each)) for each in sheet.header], "head")
    return odf.part(
        "document-content",
        f"<office:automatic-styles>{styles}"
        '<style:style style:name="sheet" style:family="table"><style:table-properties '
        f'table:display="true" style:writing-mode="{mode}"/></style:style>'
        '<style:style style:name="text" style:family="table-cell"><style:table-cell-properties '
        'style:vertical-align="top" fo:wrap-option="wrap"/></style:style>'
        '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties '
        f'style:vertical-align="top" fo:wrap-option="wrap" fo:background-color="{sheet.colour}"/>'
        '<style:text-properties fo:font-weight="bold" style:font-weight-complex="bold" '
        'fo:color="#ffffff"/></style:style></office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name={name} table:style-name="sheet">'
        f"{columns}<table:table-header-rows><table:table-row>{header}</table:table-row>"
        f"</table:table-header-rows>{rows}</table:table></office:spreadsheet></office:body>",
    )


def _ods_cells(row: Iterable[Value], style: str) -> str:
    made = []
    for value in row:
        if isinstance(value, str):
            # A tab inside a cell is lost in LibreOffice; a space isn't.
            lines = value.replace("\t", " ").split("\n")
            paragraphs = "".join(f"<text:p>{odf.text(line)}</text:p>" for line in lines)
            made.append(
                f'<table:table-cell table:style-name="{style}" office:value-type="string">'
                f"{paragraphs}</table:table-cell>"
            )
        else:
            made.append(
                f'<table:table-cell table:style-name="{style}" office:value-type="float" '
                f'office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
            )
    return "".join(made)


def _ods_defaults(sheet: Sheet) -> str:
    language = odf.language(sheet.language, is_complex=is_right_to_left(sheet.language))
    return (
        '<office:styles><style:default-style style:family="table-cell"><style:text-properties '
        f'fo:font-family="Arial" fo:font-size="10pt" {language}/></style:default-style></office:styles>'
    )


def _ods_settings(sheet: Sheet) -> str:
    """The header row stands still: LibreOffice keeps that among its settings."""
    items = (
        ("HorizontalSplitMode", "short", "0"),
        ("VerticalSplitMode", "short", "2"),
        ("VerticalSplitPosition", "int", "1"),
        ("ActiveSplitRange", "short", "2"),
        ("PositionBottom", "int", "1"),
    )
    told = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
        for name, kind, value in items
    )
    name = escape(sheet.name, {'"': "&quot;"})
    return odf.part(
        "document-settings",
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        '<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>'
        '<config:config-item-map-named config:name="Tables">'
        f'<config:config-item-map-entry config:name="{name}">{told}</config:config-item-map-entry>'
        "</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings>",
    )
