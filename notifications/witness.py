"""Witnesses outside the database: how far the ledger was when mail last went out.

One is a file in the data directory, one a key in the broker. Whoever restores the database from a backup
leaves at least one of them ahead of it. A file that was restored together with the database gives itself
away: no copy has the change time that the system gave to the original.
"""

import contextlib
import datetime
import fcntl
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import redis
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

# Between writing a file and its last change (its name) lie microseconds; a busy disk may need seconds.
_SLACK_NS = 60 * 10**9
_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the ledger had come in an epoch. `is_copy`: somebody else put this witness there."""

    epoch: str
    count: int
    at: datetime.datetime
    is_copy: bool = False


def places() -> int:
    """How many witnesses there could be here."""
    return bool(settings.WITNESS_FILE) + bool(settings.WITNESS_BROKER_URL)


def read() -> list[Mark]:
    """What the witnesses say; one that is missing, away or not readable says nothing."""
    marks = _from_broker()
    if settings.WITNESS_FILE and (mark := _from_file(settings.WITNESS_FILE)):
        marks.append(mark)
    return marks


def bear(mark: Mark) -> None:
    """Write the mark down everywhere, unless a later one of the same epoch stands there already."""
    _to_file(mark)
    _to_broker(mark, is_alone=False)


def begin_anew(mark: Mark) -> None:
    """The same, and whatever another epoch left is forgotten."""
    _to_file(mark, is_alone=True)
    _to_broker(mark, is_alone=True)


# --- the file -------------------------------------------------------------------------------------


def _from_file(path: Path) -> Mark | None:
    try:
        with path.open("rb") as file:
            told = json.loads(file.read())
            found = os.fstat(file.fileno())
        at = datetime.datetime.fromisoformat(told["at"])
        written, inode = int(told["written"]), int(told["inode"])
        mark = Mark(str(told["epoch"]), int(told["count"]), at)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Changing owner or mode touches the change time alone; a file that was put there again has another
    # number or another time of writing as well.
    is_other = found.st_ino != inode or found.st_mtime_ns != written
    is_copy = found.st_ctime_ns - written > _SLACK_NS and is_other
    return Mark(mark.epoch, mark.count, mark.at, is_copy)


def _to_file(mark: Mark, *, is_alone: bool = False) -> None:
    path: Path | None = settings.WITNESS_FILE
    if path is None:
        return
    try:
        with _lock(path):
            known = None if is_alone else _from_file(path)
            if known and known.epoch == mark.epoch and known.count > mark.count and not known.is_copy:
                return
            draft = path.with_name(f"{path.name}.new")
            with draft.open("wb") as file:
                # The file system's own clock, which is the one that its change times come from.
                made = os.fstat(file.fileno())
                told = {
                    "epoch": mark.epoch,
                    "count": mark.count,
                    "at": mark.at.isoformat(),
                    "written": made.st_mtime_ns,
                    "inode": made.st_ino,
                }
                file.write(json.dumps(told).encode("ascii"))
                file.flush()
                os.utime(file.fileno(), ns=(made.st_mtime_ns, made.st_mtime_ns))
            draft.replace(path)
    except OSError as error:
        logger.warning("the ledger's witness can't be written: %s", error.strerror)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- the broker -----------------------------------------------------------------------------------


def _from_broker() -> list[Mark]:
    counts: list[tuple[str, float]] = []
    moments: dict[str, str] = {}
    with _broker() as client:
        if client is not None:
            counts = cast("list[tuple[str, float]]", client.zrange(_key(), 0, -1, withscores=True))
            moments = cast("dict[str, str]", client.hgetall(f"{_key()}:at"))
    return [
        Mark(epoch, int(count), datetime.datetime.fromisoformat(moments[epoch]))
        for epoch, count in counts
        if epoch in moments
    ]


def _to_broker(mark: Mark, *, is_alone: bool) -> None:
    with _broker() as client:
        if client is None:
            return
        together = client.pipeline(transaction=True)
        if is_alone:
            together.delete(_key(), f"{_key()}:at")
        # Several workers write: the higher count stays.
        together.zadd(_key(), {mark.epoch: mark.count}, gt=True)
        together.hset(f"{_key()}:at", mark.epoch, mark.at.isoformat())
        together.execute()


@contextlib.contextmanager
def _broker() -> Iterator["redis.Redis | None"]:
    """The broker, if there is one. Whatever goes wrong with it inside ends the block without an error."""
    url: str = settings.WITNESS_BROKER_URL
    if not url:
        yield None
        return
    # kombu has its own spelling for a unix socket.
    url = url.replace("redis+socket://", "unix://", 1)
    try:
        with redis.Redis.from_url(
            url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS, decode_responses=True
        ) as client:
            yield client
    except (redis.RedisError, OSError) as error:
        logger.warning("the broker can't witness the ledger: %s", type(error).__name__)


def _key() -> str:
    # Two towns may share a broker; they don't share the secret.
    return f"ledger:{salted_hmac('notifications.witness', 'key').hexdigest()[:16]}"
