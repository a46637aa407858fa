"""How an ODT looks: `styles.xml`, with names that LibreOffice knows, so that people can restyle it. Pure."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from workshops.exports import odf
from workshops.exports.tree import Document

QUIET = "#555555"
# Of the label's column in a list of facts, and of the number's before a headline figure.
FACTS_AT, FIGURES_AT = "5.2cm", "2.6cm"
FONT, COMPLEX_FONT = "Liberation Sans", "Noto Naskh Arabic"

_FACES = (
    "<office:font-face-decls>"
    f'<style:font-face style:name="{FONT}" svg:font-family="\'{FONT}\', Arial" '
    'style:font-family-generic="swiss" style:font-pitch="variable"/>'
    f'<style:font-face style:name="{COMPLEX_FONT}" svg:font-family="\'{COMPLEX_FONT}\', Arial" '
    'style:font-family-generic="system" style:font-pitch="variable"/>'
    "</office:font-face-decls>"
)


def size(points: float) -> str:
    return f'fo:font-size="{points:g}pt" style:font-size-complex="{points:g}pt"'


BOLD = 'fo:font-weight="bold" style:font-weight-complex="bold"'
ITALIC = 'fo:font-style="italic" style:font-style-complex="italic"'


def part(document: Document) -> str:
    return odf.part(
        "document-styles",
        f"{_FACES}<office:styles>{_defaults(document)}{''.join(_named(document))}{_LISTS}"
        f"</office:styles><office:automatic-styles>{_page_layouts(document)}</office:automatic-styles>"
        f"<office:master-styles>{_masters(document)}</office:master-styles>",
    )


def faces() -> str:
    return _FACES


def _defaults(document: Document) -> str:
    mode = "rl-tb" if document.direction == "rtl" else "lr-tb"
    language = odf.language(document.language, is_complex=document.direction == "rtl")
    return (
        '<style:default-style style:family="paragraph">'
        f'<style:paragraph-properties style:writing-mode="{mode}" fo:orphans="2" fo:widows="2" '
        'style:tab-stop-distance="1.25cm"/>'
        f'<style:text-properties style:font-name="{FONT}" style:font-name-complex="{COMPLEX_FONT}" '
        f'{size(10.5)} {language} fo:hyphenate="false"/></style:default-style>'
        '<style:default-style style:family="table"><style:table-properties '
        'table:border-model="collapsing"/></style:default-style>'
        '<style:default-style style:family="graphic"/>'
    )


def _style(name: str, paragraph: str, text: str = "", *, parent: str = "Standard", more: str = "") -> str:
    internal = name.replace(" ", "_20_")
    return (
        f'<style:style style:name="{internal}" style:display-name="{name}" style:family="paragraph" '
        f'style:parent-style-name="{parent}" style:class="text"{more}>'
        f"<style:paragraph-properties {paragraph}/><style:text-properties {text}/></style:style>"
    )


def _space(above: float, below: float) -> str:
    return f'fo:margin-top="{above}cm" fo:margin-bottom="{below}cm"'


def side(direction: str, *, is_end: bool = False) -> str:
    """LibreOffice takes "start" for "left" whatever the direction is, so the sides are named."""
    return f'fo:text-align="{"right" if (direction == "rtl") != is_end else "left"}"'


def _named(document: Document) -> Iterator[str]:
    colour = document.colour
    yield (
        '<style:style style:name="Standard" style:family="paragraph" style:class="text">'
        f"<style:paragraph-properties {side(document.direction)}/></style:style>"
    )
    yield _style("Text body", f'{_space(0, 0.22)} fo:line-height="120%"')
    sizes = document.heading_sizes
    for level, above, below in ((1, 0.8, 0.4), (2, 0.75, 0.3), (3, 0.6, 0.25)):
        yield _heading(level, _space(above, below), f'{size(sizes[level - 1])} {BOLD} fo:color="{colour}"')
    yield _heading(4, _space(0.6, 0.15), f"{size(sizes[3])} {BOLD}")
    yield _style("Title", f'{_space(0, 0.3)} fo:line-height="105%"', f"{size(28)} {BOLD}")
    yield _style("Short title", f"{_space(0, 0.2)}", f"{size(20)} {BOLD}", parent="Title")
    yield _style("Subtitle", _space(0, 0.3), f'{size(14)} fo:color="#333333"')
    yield _style("Kicker", _space(0, 0.2), f'{size(12)} {BOLD} fo:color="{colour}"')
    yield _style("Town", f"{_space(0, 0.3)}", f"{size(13)} {BOLD}")
    rule = f'fo:border-bottom="1.5pt solid {colour}" fo:padding-bottom="0.15cm"'
    yield _style("Town short", f"{_space(0, 0.6)} {rule}", f"{size(11)} {BOLD}")
    yield _style("Lead", f'{_space(0, 0.3)} fo:line-height="120%"', f'{size(12.5)} fo:color="#333333"')
    yield _style("Meta", _space(0.05, 0.25), f'{size(9)} fo:color="{QUIET}"')
    indent = 'fo:margin-left="0.8cm"'
    yield _style("Quotations", f"{_space(0, 0.22)} {indent}", ITALIC)
    yield _style("Preformatted Text", f"{_space(0, 0.22)} {indent}", f'{size(9.5)} fo:color="#333333"')
    for name, width, points in (("Facts", FACTS_AT, 9.5), ("Figures", FIGURES_AT, 10.5)):
        hanging = f'fo:margin-left="{width}" fo:text-indent="-{width}"'
        yield _style(name, f"{_space(0, 0.1)} {hanging}", size(points))
    yield _style("Table Contents", _space(0.03, 0.03), size(9))
    yield _style("Table Heading", f'{_space(0.03, 0.03)} fo:keep-with-next="always"', f"{size(9)} {BOLD}")
    yield _style("Contents Heading", _space(0, 0.4), f'{size(20)} {BOLD} fo:color="{colour}"')
    for level, left, above, weight in ((1, 0.0, 0.25, BOLD), (2, 0.6, 0.05, ""), (3, 1.2, 0.05, "")):
        stop = (
            '<style:tab-stops><style:tab-stop style:position="16cm" style:type="right" '
            'style:leader-style="dotted" style:leader-text="."/></style:tab-stops>'
        )
        yield (
            f'<style:style style:name="Contents_20_{level}" style:display-name="Contents {level}" '
            'style:family="paragraph" style:parent-style-name="Standard" style:class="index">'
            f'<style:paragraph-properties {_space(above, 0.05)} fo:margin-left="{left}cm" '
            f'fo:margin-right="1cm">{stop}</style:paragraph-properties>'
            f"<style:text-properties {weight}/></style:style>"
        )
    yield _style("Footer", "", f'{size(8.5)} fo:color="{QUIET}"')
    yield (
        '<style:style style:name="Index_20_Link" style:display-name="Index Link" style:family="text"/>'
        '<style:style style:name="Internet_20_link" style:display-name="Internet link" '
        'style:family="text"><style:text-properties style:text-underline-style="solid" '
        f'style:text-underline-width="auto" fo:color="{colour}"/></style:style>'
        '<style:style style:name="Graphics" style:family="graphic"><style:graphic-properties '
        'text:anchor-type="as-char" style:vertical-pos="middle" style:vertical-rel="line"/></style:style>'
    )


def _heading(level: int, paragraph: str, text: str) -> str:
    return _style(
        f"Heading {level}",
        f'{paragraph} fo:keep-with-next="always"',
        text,
        more=f' style:default-outline-level="{level}" style:next-style-name="Text_20_body"',
    )


def _level(level: int, kind: str) -> str:
    indent = 0.6 * level
    return (
        f'{kind}<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
        '<style:list-level-label-alignment text:label-followed-by="listtab" '
        f'text:list-tab-stop-position="{indent:.1f}cm" fo:text-indent="-0.5cm" '
        f'fo:margin-left="{indent:.1f}cm"/></style:list-level-properties>'
    )


_LISTS = (
    '<text:list-style style:name="Bullets">'
    + "".join(
        _level(level, f'<text:list-level-style-bullet text:level="{level}" text:bullet-char="•">')
        + "</text:list-level-style-bullet>"
        for level in range(1, 11)
    )
    + '</text:list-style><text:list-style style:name="Numbers">'
    + "".join(
        _level(
            level,
            f'<text:list-level-style-number text:level="{level}" style:num-format="1" style:num-suffix=".">',
        )
        + "</text:list-level-style-number>"
        for level in range(1, 11)
    )
    + "</text:list-style>"
)


def _page_layouts(document: Document) -> str:
    mode = "rl-tb" if document.direction == "rtl" else "lr-tb"
    return "".join(
        f'<style:page-layout style:name="{name}"><style:page-layout-properties fo:page-width="21cm" '
        'fo:page-height="29.7cm" style:print-orientation="portrait" fo:margin-top="2.3cm" '
        f'fo:margin-bottom="1.6cm" fo:margin-left="2.5cm" fo:margin-right="2.5cm" '
        f'style:writing-mode="{mode}"/>{footer}</style:page-layout>'
        for name, footer in (
            ("Cover", ""),
            (
                "Page",
                '<style:footer-style><style:header-footer-properties fo:min-height="0.9cm" '
                'fo:margin-top="0.5cm"/></style:footer-style>',
            ),
        )
    )


def _masters(document: Document) -> str:
    """The cover has no footer; every page after it has."""
    return (
        '<style:master-page style:name="First_20_Page" style:display-name="First Page" '
        'style:page-layout-name="Cover" style:next-style-name="Standard"/>'
        '<style:master-page style:name="Standard" style:page-layout-name="Page"><style:footer>'
        f'<text:p text:style-name="Footer">{odf.text(document.short_title)} · {escape(document.page_word)} '
        '<text:page-number text:select-page="current">1</text:page-number> / '
        "<text:page-count>1</text:page-count></text:p></style:footer></style:master-page>"
    )
