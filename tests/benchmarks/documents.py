"""How long a plan of 200 measures takes in each format, beside the same text as plain typst and Markdown.

    python -m tests.benchmarks.documents

Prints the seconds of one run, with nothing warmed up (typst keeps what it has set), and how often the
baseline of the same run would fit into it: typst for what is set in pages (PDF), Markdown for the rest.
"""

import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import pypdf  # noqa: E402
import typst  # noqa: E402
from django.utils import translation  # noqa: E402

from tests.workshops.documents.plans import LOOK, MADE_AT, a_large_plan  # noqa: E402
from workshops import markup  # noqa: E402
from workshops.exports import docx, html, measures, odt, opendata, pdf, plan_document, sheets  # noqa: E402
from workshops.exports.tree import Document, Heading, texts_of  # noqa: E402


def seconds_of(make: Callable[[], object]) -> float:
    begun = time.perf_counter()
    make()
    return time.perf_counter() - begun


def markdown_of(document: Document) -> str:
    marks = {id(each): "#" * each.level + " " for each in document.headings}
    lines = []
    for block in document.blocks:
        begin = marks.get(id(block), "") if isinstance(block, Heading) else ""
        texts = texts_of(Document("", "de", "", (block,), MADE_AT))
        lines.append(begin + " ".join(text for text in texts if text))
    return "\n\n".join(lines)


def plain_typst(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    paragraphs = "\n\n".join(f'#"{line}"' for line in escaped.split("\n\n"))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "plain.typ"
        file.write_text(paragraphs)
        return typst.compile(file, ignore_system_fonts=True, format="pdf")


def main() -> None:
    plan = a_large_plan(200)
    with translation.override("de"):
        document = plan_document.whole(plan, state=[], language="de", look=LOOK, made_at=MADE_AT)
        text = markdown_of(document)
        rows = measures.rows(plan)
        sheet = measures.sheet(plan, language="de", look=LOOK, made_at=MADE_AT)
        typeset, rendered = seconds_of(lambda: plain_typst(text)), seconds_of(lambda: markup.render(text))
        formats: dict[str, tuple[Callable[[], object], float]] = {
            "pdf": (lambda: pdf.write(document), typeset),
            "odt": (lambda: odt.write(document), rendered),
            "docx": (lambda: docx.write(document), rendered),
            "html": (lambda: html.write(document), rendered),
            "xlsx": (lambda: sheets.xlsx(sheet), rendered),
            "ods": (lambda: sheets.ods(sheet), rendered),
            "csv": (lambda: opendata.write_csv(rows, languages=["de", "en", "ar"]), rendered),
        }
        found = {name: (seconds_of(make), baseline) for name, (make, baseline) in formats.items()}
        pages = len(pypdf.PdfReader(io.BytesIO(pdf.write(document).content)).pages)
    print(f"200 measures, {pages} pages, {len(text) / 1000:.0f} kB of text")
    print(f"baseline: plain typst {typeset:.2f} s, Markdown as HTML {rendered:.3f} s")
    for name, (seconds, baseline) in found.items():
        print(f"{name:>5} {seconds:6.2f} s   {seconds / baseline:6.1f} × its baseline")


if __name__ == "__main__":
    main()
