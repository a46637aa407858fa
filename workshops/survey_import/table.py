"""Any export, as rows of text."""

import os
from collections.abc import Generator
from typing import BinaryIO

from workshops.survey_import import csv_table, limits, xlsx_table
from workshops.survey_import.problems import BrokenFile, Problem

# Excel before 2007, and any Excel file with a password.
_OLE = b"\xd0\xcf\x11\xe0"


def rows(file: BinaryIO) -> Generator[tuple[int, list[str]], None, None]:
    """Yield `(row number, cells)` from a seekable binary file, one row in memory at a time.

    Raises `BrokenFile`.
    """
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise BrokenFile(Problem("empty_file"))
    if size > limits.FILE_BYTES:
        raise BrokenFile(Problem("too_large", details={"megabytes": limits.FILE_BYTES // 1024**2}))
    file.seek(0)
    start = file.read(4)
    if start.startswith(_OLE):
        raise BrokenFile(Problem("old_excel"))
    if start.startswith(b"%PDF"):
        raise BrokenFile(Problem("not_a_table"))
    return xlsx_table.rows(file) if start.startswith(b"PK") else csv_table.rows(file)


def ends_abruptly(file: BinaryIO) -> bool:
    """Is this text without a line break at its end, as a download that was cut off?"""
    file.seek(0)
    if file.read(2) == b"PK":
        return False
    file.seek(-2, os.SEEK_END)
    # A line feed in UTF-16 is "\n\0" or "\0\n".
    return not set(b"\r\n").intersection(file.read(2))
