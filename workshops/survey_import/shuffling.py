"""Many texts back in random order, without holding them in memory.

Answers and addresses stored in the file's order could be matched line by line; so the order is lost
before anything is stored.
"""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self


class Shuffled:
    """Texts on disk, given back in random order; gone when closed. `distinct`: each only once."""

    def __init__(self, *, distinct: bool) -> None:
        # An empty name: SQLite's private temporary file, unlinked as soon as it is opened.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute(f"CREATE TABLE item (text TEXT {'UNIQUE' if distinct else ''})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()

    def add(self, text: str) -> None:
        self._rows.execute("INSERT OR IGNORE INTO item VALUES (?)", (text,))

    def __iter__(self) -> Iterator[str]:
        for (text,) in self._rows.execute("SELECT text FROM item ORDER BY random()"):
            yield text
