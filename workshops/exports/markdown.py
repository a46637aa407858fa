"""Markdown that people wrote, as blocks of a document: what `workshops.markup` shows on pages."""

from collections.abc import Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from workshops import markup
from workshops.exports.tree import (
    Block,
    Cell,
    Listing,
    Paragraph,
    Run,
    Runs,
    Table,
    direction_of,
    words,
)

# Deeper lists are written at this depth: nobody means them, and each costs the writers a level.
_DEEPEST = 6


def blocks_of(text: str, *, language: str = "", style: str = "text") -> tuple[Block, ...]:
    """`language` empty: nobody said which; each paragraph then goes where its first letter goes.

    A heading inside becomes a bold paragraph: the document's own headings are its outline.
    """
    return _blocks(SyntaxTreeNode(_tokens(text)).children, language, style, 1)


def _tokens(text: str) -> list[Token]:
    return markup.tokens(text)


def _blocks(nodes: Sequence[SyntaxTreeNode], language: str, style: str, depth: int) -> tuple[Block, ...]:
    made: list[Block] = []
    for node in nodes:
        if node.type in ("paragraph", "heading"):
            runs = _runs(node.children, bold=node.type == "heading")
            made.append(_paragraph(runs, language, style))
        elif node.type in ("bullet_list", "ordered_list"):
            made += _listing(node, language, style, depth)
        elif node.type == "blockquote":
            made += _blocks(node.children, language, "quote", depth)
        elif node.type in ("fence", "code_block"):
            lines = node.content.rstrip("\n")
            made.append(_paragraph((Run(lines, code=True),), language, "code"))
        elif node.type == "table":
            made.append(_table(node, language))
    return tuple(made)


def _paragraph(runs: Runs, language: str, style: str) -> Paragraph:
    direction = "" if language else direction_of(words(runs))
    return Paragraph(runs, style=style, language=language, direction=direction)


def _listing(node: SyntaxTreeNode, language: str, style: str, depth: int) -> list[Block]:
    items = tuple(_blocks(item.children, language, style, depth + 1) for item in node.children)
    if depth > _DEEPEST:
        return [block for item in items for block in item]
    first = next((block for item in items for block in item if isinstance(block, Paragraph)), None)
    start = node.attrs.get("start", 1)
    return [
        Listing(
            items,
            is_ordered=node.type == "ordered_list",
            start=start if isinstance(start, int) and start < 10_000 else 1,
            direction=first.direction if first is not None and not language else "",
        )
    ]


def _table(node: SyntaxTreeNode, language: str) -> Table:
    rows = [row for part in node.children for row in part.children]
    cells = [tuple(_cell(cell, language) for cell in row.children) for row in rows]
    return Table(cells[0], rows=tuple(cells[1:]), widths=(1,) * len(cells[0]))


def _cell(node: SyntaxTreeNode, language: str) -> Cell:
    runs = _runs(node.children)
    return Cell(runs, language=language, direction="" if language else direction_of(words(runs)))


def _runs(
    nodes: Sequence[SyntaxTreeNode], *, bold: bool = False, italic: bool = False, link: str = ""
) -> Runs:
    made: list[Run] = []
    for node in nodes:
        if node.type == "inline":
            made += _runs(node.children, bold=bold, italic=italic, link=link)
        elif node.type in ("softbreak", "hardbreak"):
            made.append(Run("\n"))
        elif node.type == "strong":
            made += _runs(node.children, bold=True, italic=italic, link=link)
        elif node.type == "em":
            made += _runs(node.children, bold=bold, italic=True, link=link)
        elif node.type == "link":
            made += _runs(node.children, bold=bold, italic=italic, link=str(node.attrs.get("href", "")))
        elif node.type == "code_inline":
            made.append(Run(node.content, bold=bold, italic=italic, code=True, link=link))
        elif node.children:
            made += _runs(node.children, bold=bold, italic=italic, link=link)
        else:
            made.append(Run(node.content, bold=bold, italic=italic, link=link))
    return tuple(run for run in made if run.text)
