"""Rows of the first sheet of an XLSX file, one at a time.

Read with expat instead of openpyxl: openpyxl keeps every shared string and an empty element for each
row in memory, so its need grows with the file. A document type is refused altogether, and with it
every kind of entity bomb.
"""

import posixpath
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache
from typing import IO, BinaryIO
from xml.parsers import expat

from workshops.survey_import import limits
from workshops.survey_import.problems import BrokenFile, Problem, column_index

_CHUNK = 64 * 1024


def rows(file: BinaryIO) -> Generator[tuple[int, list[str]], None, None]:
    """Yield `(row number, cells)`, blank rows left out.

    Raises `BrokenFile` for archives that are damaged, too large when unpacked, or hold no sheet.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive, tempfile.TemporaryFile() as spill:
            _refuse_bombs(archive)
            names = set(archive.namelist())
            sheet = _first_sheet(archive, names)
            strings = _SharedStrings(spill)
            if "xl/sharedStrings.xml" in names:
                for _ in _parse(archive, "xl/sharedStrings.xml", strings):
                    pass
            reader = _SheetReader(strings.at)
            for _ in _parse(archive, sheet, reader):
                yield from reader.take()
    except (
        zipfile.BadZipFile,
        zlib.error,  # zipfile lets it through
        expat.ExpatError,
        EOFError,
        ValueError,
        IndexError,
        NotImplementedError,
    ) as error:
        raise BrokenFile(Problem("broken_xlsx")) from error


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    # zipfile reads no more than the declared size, so a false declaration gains nothing.
    members = archive.infolist()
    if len(members) > limits.ARCHIVE_MEMBERS:
        raise BrokenFile(Problem("too_large_unpacked"))
    if sum(member.file_size for member in members) > limits.UNPACKED_BYTES:
        raise BrokenFile(Problem("too_large_unpacked"))
    if any(member.flag_bits & 0x1 for member in members):
        raise BrokenFile(Problem("encrypted"))


class _Handler:
    """What expat calls, with names as "namespace name"; millions of times, so without a layer between."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def _parse(archive: zipfile.ZipFile, member: str, handler: _Handler) -> Iterator[None]:
    """Feed a member to the handler, pausing after each chunk."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    with archive.open(member) as source:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
        yield


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_args: object) -> None:
    raise BrokenFile(Problem("broken_xlsx"))


class _FirstMatch(_Handler):
    """Keeps the attributes of each element of one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[dict[str, str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == self.name:
            self.found.append({_local(key): value for key, value in attributes.items()})


def _first_sheet(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        # SurveyMonkey's download is an archive around the export.
        raise BrokenFile(Problem("unpack_first"))
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        raise BrokenFile(Problem("no_sheet"))
    sheets = _FirstMatch("sheet")
    for _ in _parse(archive, "xl/workbook.xml", sheets):
        pass
    relations = _FirstMatch("Relationship")
    for _ in _parse(archive, "xl/_rels/workbook.xml.rels", relations):
        pass
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations.found}
    for sheet in sheets.found:
        target = targets.get(sheet.get("id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if sheet.get("state", "visible") == "visible" and path in names:
            return path
    raise BrokenFile(Problem("no_sheet"))


class _SharedStrings(_Handler):
    """The workbook's strings, in blocks in a temporary file; memory holds where each block begins.

    Cells name strings mostly in the order in which they appear, so a few blocks in memory suffice.
    """

    _BLOCK = 256
    # XML can't contain it.
    _BETWEEN = "\0"

    def __init__(self, spill: IO[bytes]) -> None:
        self._spill = spill
        self._ends = array("Q", [0])
        self._count = 0
        self._open_block: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._in_text = False
        self._in_phonetic = False
        self._block = lru_cache(maxsize=64)(self._read_block)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "rPh":
            self._in_phonetic = True
        self._in_text = name == "t" and not self._in_phonetic

    def text(self, data: str) -> None:
        if self._in_text:
            self._length += len(data)
            if self._length > limits.CELL_CHARACTERS:
                raise BrokenFile(Problem("cell_too_long"))
            self._parts.append(data)

    def end(self, name: str) -> None:
        name = _local(name)
        self._in_text = False
        if name == "rPh":
            self._in_phonetic = False
        elif name == "si":
            self._open_block.append("".join(self._parts))
            self._count += 1
            self._parts, self._length = [], 0
            if len(self._open_block) == self._BLOCK:
                self._close_block()
        elif name == "sst":
            self._close_block()

    def at(self, index: int) -> str:
        """The string of that number. Raises `IndexError`."""
        if not 0 <= index < self._count:
            raise IndexError(index)
        return self._block(index // self._BLOCK)[index % self._BLOCK]

    def _close_block(self) -> None:
        packed = self._BETWEEN.join(self._open_block).encode()
        self._open_block = []
        self._spill.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def _read_block(self, block: int) -> list[str]:
        start, end = self._ends[block], self._ends[block + 1]
        self._spill.seek(start)
        return self._spill.read(end - start).decode().split(self._BETWEEN)


class _SheetReader(_Handler):
    """Gathers the rows of one worksheet."""

    def __init__(self, shared: Callable[[int], str]) -> None:
        self._shared = shared
        self._done: list[tuple[int, list[str]]] = []
        self._number = 0
        self._cells: list[str] = []
        self._column = -1
        self._type = "n"
        self._parts: list[str] = []
        self._length = 0
        self._takes_text = False

    def take(self) -> list[tuple[int, list[str]]]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            if self._number > limits.ROWS:
                raise BrokenFile(Problem("too_many_rows", details={"limit": limits.ROWS}))
            self._cells, self._column = [], -1
        elif name == "c":
            place = attributes.get("r", "").rstrip("0123456789")
            self._column = column_index(place) if place else self._column + 1
            if self._column >= limits.COLUMNS:
                raise BrokenFile(Problem("too_many_columns", details={"limit": limits.COLUMNS}))
            self._type = attributes.get("t", "n")
            self._parts, self._length = [], 0
        elif name in {"v", "t"}:
            self._takes_text = True

    def text(self, data: str) -> None:
        if self._takes_text:
            self._length += len(data)
            if self._length > limits.CELL_CHARACTERS:
                raise BrokenFile(Problem("cell_too_long", row=self._number))
            self._parts.append(data)

    def end(self, name: str) -> None:
        name = _local(name)
        if name in {"v", "t"}:
            self._takes_text = False
        elif name == "c" and self._parts:
            value = self._value("".join(self._parts))
            self._cells.extend([""] * (self._column + 1 - len(self._cells)))
            self._cells[self._column] = value
        elif name == "row" and any(cell.strip() for cell in self._cells):
            self._done.append((self._number, self._cells))

    def _value(self, raw: str) -> str:
        if self._type == "s":
            return self._shared(int(raw))
        if self._type == "n" and raw.endswith(".0"):
            return raw[:-2]
        return raw
