"""A document as one accessible page that needs nothing else: no script, no other file, no network. Pure."""

import base64
import hashlib
from html import escape

from workshops.exports.tree import (
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Run,
    Runs,
    Table,
    is_right_to_left,
    numbered,
)

_CSS = """:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1rem 3rem;font:1.0625rem/1.6 system-ui,"Segoe UI",Arial,\
sans-serif;color:#1b1b1b;background:#fff;overflow-wrap:anywhere}
header{border-block-end:3px solid var(--brand);margin-block-end:2rem;padding-block-end:1rem}
.town{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:1rem;font-weight:700}
.town img{max-block-size:4.5rem;max-inline-size:16rem}
.kicker{color:var(--brand);font-weight:700;margin-block:1.5rem 0}
h1{font-size:2rem;line-height:1.2;margin-block:.3rem .5rem}
h2{font-size:1.6rem;line-height:1.25;color:var(--brand);margin-block:3rem 1rem}
h3{font-size:1.25rem;line-height:1.3;color:var(--brand);margin-block:2.2rem .8rem}
h4{font-size:1.1rem;line-height:1.35;color:var(--brand);margin-block:1.8rem .6rem}
h5{font-size:1rem;margin-block:1.8rem .4rem}
.lead{font-size:1.2rem}
.meta,.mark,footer{color:#555;font-size:.875rem}
.mark{font-size:.75rem}
a{color:var(--brand)}
li p{margin:0}
nav ol{list-style:none;padding:0}
nav ol ol{padding-inline-start:1.5rem}
blockquote{margin-inline:1rem 0;font-style:italic}
pre{white-space:pre-wrap;margin-inline-start:1rem}
table{border-collapse:collapse;inline-size:100%;font-size:.9375rem;margin-block:1rem 1.5rem}
.table{overflow-x:auto}
th,td{text-align:start;vertical-align:top;padding:.4rem .5rem;border-block-end:1px solid #bbb}
th{vertical-align:bottom;border-block-end:2px solid var(--brand)}
.number{text-align:end}
dl{margin-block:.8rem;font-size:.9375rem}
dl>div{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:.25rem 1rem;margin-block-end:.3rem}
dt{color:#555;font-weight:600}
dd{margin:0}
.figures>div{grid-template-columns:minmax(4rem,7rem) 1fr;align-items:baseline}
.figures dd{grid-row:1;grid-column:1;font-size:1.7rem;font-weight:700;color:var(--brand);line-height:1.2}
.figures dt{grid-row:1;grid-column:2;font-weight:400;color:inherit}
@media(max-width:32rem){dl:not(.figures)>div{grid-template-columns:1fr;gap:0}}
@media print{body{max-width:none;padding:0}h2{break-before:page}h2,h3,h4,h5{break-after:avoid}\
dl>div,tr{break-inside:avoid}}
"""


def write(document: Document) -> bytes:
    return _Writer(document).page().encode()


class _Writer:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._headings = 0

    def page(self) -> str:
        document = self._document
        css = f":root{{--brand:{document.colour}}}\n{_CSS}"
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        # Wherever the page is opened: only this style sheet, and the picture that it carries.
        policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
            "form-action 'none'"
        )
        blocks = "\n".join(self._block(block) for block in document.blocks)
        return (
            f'<!doctype html>\n<html lang="{escape(document.language)}" dir="{document.direction}">\n<head>\n'
            f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{escape(document.title)}</title>\n<style>{css}</style>\n</head>\n<body>\n"
            f"{self._opening()}{self._contents()}<main>\n{blocks}\n</main>\n</body>\n</html>\n"
        )

    def _opening(self) -> str:
        document, logo = self._document, self._document.logo
        picture = ""
        if logo is not None:
            data = base64.b64encode(logo.content).decode()
            picture = (
                f'<img src="data:{logo.media_type};base64,{data}" alt="{escape(logo.alternative)}" '
                f'width="{logo.width}" height="{logo.height}">'
            )
        lines = [
            f'<div class="town"><span>{escape(document.town)}</span>{picture}</div>',
            f'<p class="kicker">{escape(document.kicker)}</p>' if document.kicker else "",
            f"<h1>{escape(document.title)}</h1>",
            f'<p class="lead">{escape(document.subtitle)}</p>' if document.subtitle else "",
            *(f'<p class="meta">{escape(line)}</p>' for line in document.facts),
        ]
        return f"<header>{''.join(lines)}</header>\n"

    def _contents(self) -> str:
        document = self._document
        if not document.contents_title:
            return ""
        lines: list[str] = []
        level = 0
        for number, block in enumerate(document.headings, start=1):
            if block.level > document.contents_depth:
                continue
            if level == 0:
                lines.append("<ol>")
            elif block.level > level:
                lines.append("<ol>" * (block.level - level))
            else:
                lines.append("</li>" + "</ol></li>" * (level - block.level))
            level = block.level
            link = f'<a href="#h{number}"{self._said(block)}>{self._runs(numbered(block), links=False)}</a>'
            lines.append(f"<li>{link}")
        if lines:
            lines.append("</li></ol>" * level)
        title = escape(document.contents_title)
        return f'<nav aria-label="{title}"><h2>{title}</h2>{"".join(lines)}</nav>\n'

    def _block(self, block: Block) -> str:
        if isinstance(block, Heading):
            self._headings += 1
            # The document's title is the page's first level.
            tag = f"h{block.level + 1}"
            runs = self._runs(numbered(block))
            return f'<{tag} id="h{self._headings}"{self._said(block)}>{runs}</{tag}>'
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        if isinstance(block, Listing):
            return self._list(block)
        if isinstance(block, Facts):
            pairs = "".join(
                f"<div><dt>{escape(name)}</dt>{self._cell('dd', cell)}</div>" for name, cell in block.pairs
            )
            return f'<dl class="figures">{pairs}</dl>' if block.are_figures else f"<dl>{pairs}</dl>"
        return self._table(block)

    def _paragraph(self, block: Paragraph) -> str:
        runs, said = self._runs(block.runs), self._said(block)
        if block.style == "quote":
            return f"<blockquote{said}><p>{runs}</p></blockquote>"
        if block.style == "code":
            return f"<pre{said}>{''.join(escape(run.text) for run in block.runs)}</pre>"
        kind = f' class="{block.style}"' if block.style in ("lead", "meta") else ""
        return f"<p{kind}{said}>{runs}</p>"

    def _list(self, block: Listing) -> str:
        tag = "ol" if block.is_ordered else "ul"
        start = f' start="{block.start}"' if block.is_ordered and block.start != 1 else ""
        turned = self._document.direction_of(block)
        way = f' dir="{turned}"' if turned != self._document.direction else ""
        items = "".join(f"<li>{''.join(map(self._block, item))}</li>" for item in block.items)
        return f"<{tag}{start}{way}>{items}</{tag}>"

    def _table(self, block: Table) -> str:
        header = "".join(self._cell("th", cell, ' scope="col"') for cell in block.header)
        rows = "".join(f"<tr>{''.join(self._cell('td', cell) for cell in row)}</tr>" for row in block.rows)
        # What scrolls can be reached by keyboard.
        return (
            f'<div class="table" tabindex="0"><table><thead><tr>{header}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )

    def _cell(self, tag: str, cell: Cell, more: str = "") -> str:
        number = ' class="number"' if cell.is_number else ""
        inner = self._runs(cell.runs)
        # Turned inside the cell: a column keeps to one side.
        said = self._said(cell)
        return f"<{tag}{more}{number}>{f'<bdi{said}>{inner}</bdi>' if said else inner}</{tag}>"

    def _said(self, part: Heading | Paragraph | Cell) -> str:
        language = self._document.language_of(part)
        direction = self._document.direction_of(part)
        said = f' lang="{escape(language)}"' if language != self._document.language else ""
        return said + (f' dir="{direction}"' if direction != self._document.direction else "")

    def _runs(self, runs: Runs, *, links: bool = True) -> str:
        return "".join(_run(run, links=links) for run in runs)


def _run(run: Run, *, links: bool) -> str:
    made = escape(run.text).replace("\n", "<br>")
    if run.code:
        made = f"<code>{made}</code>"
    if run.italic:
        made = f"<em>{made}</em>"
    if run.bold:
        made = f"<strong>{made}</strong>"
    if run.is_mark:
        made = f'<span class="mark">{made}</span>'
    if run.language:
        way = "rtl" if is_right_to_left(run.language) else "ltr"
        made = f'<bdi lang="{escape(run.language)}" dir="{way}">{made}</bdi>'
    if run.link and links:
        made = f'<a href="{escape(run.link)}" rel="noopener noreferrer">{made}</a>'
    return made
