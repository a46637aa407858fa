"""Everywhere that a word can lie: the database as it would be dumped, files, the broker."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.sessions.models import Session
from psycopg import sql

from tests.servers import Database, postgres_binaries


def holds(content: bytes, word: str) -> bool:
    """As it is, in any case of letters, or as hexadecimal digits (a dump's form of binary columns)."""
    plain = content.lower()
    return word.lower().encode() in plain or word.encode().hex().encode() in plain


def in_database(database: Database, word: str) -> set[str]:
    """The tables in which the word stands, as a dump would write them."""
    if database.url.startswith("sqlite"):
        return _in_sqlite(Path(database.url.removeprefix("sqlite:///")), word)
    return _in_postgres(database.url, word)


def _in_sqlite(path: Path, word: str) -> set[str]:
    with closing(sqlite3.connect(path)) as other:
        return {line.split('"')[1] for line in other.iterdump() if holds(line.encode(), word)}


def _in_postgres(url: str, word: str) -> set[str]:
    found = set()
    with psycopg.connect(url) as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with other.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as rows:
                if holds(b"".join(bytes(row) for row in rows), word):
                    found.add(table)
    if (binaries := postgres_binaries()) is not None:
        command = [str(binaries / "pg_dump"), "--dbname", url]
        dump = subprocess.run(command, check=True, capture_output=True).stdout
        # One by the other: what only one of them finds was looked for in the wrong place.
        assert holds(dump, word) == bool(found)
    return found


def in_sessions(word: str) -> set[str]:
    """A session's table if it holds the word: a dump shows these rows signed and packed."""
    for row in Session.objects.all():
        held = row.get_decoded()
        # What was packed with another key can't be looked into.
        assert held
        if holds(json.dumps(held, ensure_ascii=False).encode(), word):
            return {Session._meta.db_table}
    return set()


def in_files(directory: Path, word: str) -> set[str]:
    """Paths below the directory whose name or bytes hold the word; sockets are no files."""
    found = set()
    for path in directory.rglob("*"):
        is_there = holds(str(path.relative_to(directory)).encode(), word)
        if is_there or (path.is_file() and holds(path.read_bytes(), word)):
            found.add(str(path.relative_to(directory)))
    return found


def in_broker(client: Any, word: str) -> set[str]:
    """Every key, whatever kind its value is."""
    return {
        key.decode(errors="replace")
        for key in client.scan_iter()
        if holds(b"\n".join([key, *_values(client, key)]), word)
    }


def _values(client: Any, key: bytes) -> Iterator[bytes]:
    """`client` untyped: the stubs don't know whether it decodes, and this one doesn't."""
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key) or b""
    elif kind == b"list":
        yield from client.lrange(key, 0, -1)
    elif kind == b"set":
        yield from client.smembers(key)
    elif kind == b"zset":
        yield from client.zrange(key, 0, -1)
    elif kind == b"hash":
        for name, value in client.hgetall(key).items():
            yield from (name, value)
    else:
        raise AssertionError(f"a kind of value that nobody looks into: {kind!r}")
