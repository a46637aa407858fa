"""Rows of a CSV file, one at a time, whatever its encoding and separator."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from typing import BinaryIO

from workshops.survey_import import limits
from workshops.survey_import.problems import BrokenFile, Problem

_CHUNK = 64 * 1024
_SEPARATORS = (",", ";", "\t")


def rows(file: BinaryIO) -> Generator[tuple[int, list[str]], None, None]:
    """Yield `(row number, cells)`, blank rows left out.

    Raises `BrokenFile` where the text can't be read. Row numbers count records, as a spreadsheet
    program shows them: a comment with line breaks is still one row.
    """
    encoding = _encoding(file)
    separator = _separator(file, encoding)
    number = 0
    text = _text(file, encoding)
    try:
        # strict: a quotation mark left open would otherwise swallow the rest of the file unseen.
        for cells in csv.reader(_lines(text), delimiter=separator, strict=True):
            number += 1
            if number > limits.ROWS:
                raise BrokenFile(Problem("too_many_rows", details={"limit": limits.ROWS}))
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise BrokenFile(Problem("broken_csv", row=number + 1)) from error
    finally:
        text.detach()


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    return io.TextIOWrapper(file, encoding=encoding, newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    # A file without a single line break must not be read as one line of 200 MB.
    longest = limits.CELL_CHARACTERS * 8
    while line := text.readline(longest):
        if len(line) == longest and not line.endswith("\n"):
            raise csv.Error("line too long")
        if "\0" in line:
            raise BrokenFile(Problem("not_a_table"))
        yield line


def _encoding(file: BinaryIO) -> str:
    """UTF-8 when the whole file is; UTF-16 by its mark; else Windows' Western European."""
    file.seek(0)
    start = file.read(_CHUNK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\0" in start:
        raise BrokenFile(Problem("not_a_table"))
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        if _decodes(file, encoding):
            return encoding
    raise BrokenFile(Problem("unknown_encoding"))


def _decodes(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(file: BinaryIO, encoding: str) -> str:
    """The separator that cuts the first row into the most cells."""
    text = _text(file, encoding)
    try:
        start = text.read(_CHUNK)
    finally:
        text.detach()

    def cells(separator: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(start, newline=""), delimiter=separator), []))
        except csv.Error:
            return 0

    return max(_SEPARATORS, key=cells)
