"""What a worker process knows of the mails in its hands, kept where a kill -9 doesn't reach.

One file a run, appended to without waiting for the disk: what was written outlives the process, though not
the machine. It holds row numbers and outcomes, no address and no word of a mail. The process that writes it
holds a lock on it; whoever gets that lock knows the process to be gone.
"""

import enum
import errno
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_VERSION = "journal-1"
# A dead worker's last statement may still reach the database some moments after its death: its journal is
# kept so many seconds, to be there when the rows appear.
KEPT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a hand-over ended: stage and reply as the sender saw them, and when (seconds since 1970)."""

    stage: str
    reply: str
    at: float


class Journal:
    """A run's own. Several threads may call its methods at once; when it is closed, none can begin."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file = file
        self._is_broken = False
        self._is_closed = False
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        """What the run's claims begin with: it leads from a row to this file."""
        return self._path.name

    @classmethod
    def open(cls, directory: Path) -> "Journal":
        """OSError where none can be written."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / new_token()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        journal = cls(path, file)
        try:
            # Before anybody can look for the rows that it speaks of.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            journal._write(f"{_VERSION} {_boot()}\n")
        except OSError:
            journal.close(is_recorded=True)
            raise
        return journal

    def begin(self, window: int, key: int) -> None:
        """The next thing that happens to this row is its final dot. OSError: then it must not happen."""
        self._write(f"begun {window} {key}\n")

    def end(self, window: int, key: int, *, stage: str, reply: str) -> None:
        """What came back. Nothing is lost when it can't be written: the row is then taken for begun."""
        with suppress(OSError):
            self._write(f"ended {window} {key} {stage} {reply} {time.time():.3f}\n")

    def close(self, *, is_recorded: bool) -> None:
        """Let go of the lock; when the database knows everything, the file has done its work."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            if is_recorded:
                with suppress(OSError):
                    self._path.unlink()
            os.close(self._file)

    def _write(self, line: str) -> None:
        content = line.encode("ascii")
        with self._lock:
            if self._is_closed:
                # Others may have read it, and done what it told them.
                raise OSError(errno.EBADF, "the journal is closed")
            if self._is_broken or os.write(self._file, content) != len(content):
                # Half a line: nothing may follow it, or two rows would be read as one.
                self._is_broken = True
                raise OSError(errno.ENOSPC, "the journal is broken off")


class State(enum.Enum):
    """Whose a journal is."""

    ABSENT = enum.auto()  # never written, on another machine, or its work is done
    ALIVE = enum.auto()  # its process holds it
    # Its process is gone. What it says is true; what it doesn't say may have been lost with the machine.
    DOUBTFUL = enum.auto()
    DEAD = enum.auto()  # its process is gone, and it says everything


@dataclass(slots=True)
class Found:
    """Somebody's journal as it was found. `begun` and `ended`: (window, row number)."""

    state: State
    path: Path
    begun: set[tuple[int, int]] = field(default_factory=set)
    ended: dict[tuple[int, int], Ended] = field(default_factory=dict)

    def forget(self) -> None:
        """Remove it, unless rows that it speaks of may yet appear."""
        with suppress(OSError):
            if time.time() - self.path.stat().st_mtime > KEPT_SECONDS:
                self.path.unlink()


def new_token() -> str:
    return secrets.token_hex(8)


def left_behind(directory: Path) -> list[str]:
    """Tokens of the journals that lie there, those of the living among them."""
    with suppress(OSError):
        return sorted(path.name for path in directory.iterdir())
    return []


@contextmanager
def found(directory: Path, token: str) -> Iterator[Found]:
    """The journal of this token. While the caller looks at a dead one, nobody else can."""
    path = directory / token
    try:
        file = os.open(path, os.O_RDWR)  # NFS locks no file that is open for reading only
    except OSError:
        yield Found(State.ABSENT, path)
        return
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield Found(State.ALIVE, path)
            return
        with os.fdopen(os.dup(file), "rb") as content:
            yield _read(path, content.read())
    finally:
        os.close(file)


def _read(path: Path, content: bytes) -> Found:
    head, *lines = content.decode("ascii", "replace").split("\n")
    # Since the machine started anew, the last lines may be missing.
    is_whole = head == f"{_VERSION} {_boot()}" and bool(_boot())
    journal = Found(State.DEAD if is_whole else State.DOUBTFUL, path)
    # What follows the last line break is a line that was never finished, or nothing.
    for line in lines[:-1]:
        word, *values = line.split(" ")
        with suppress(ValueError):
            row = int(values[0]), int(values[1])
            if word == "begun":
                journal.begun.add(row)
            elif word == "ended":
                stage, reply, at = values[2:]
                journal.ended[row] = Ended(stage, reply, float(at))
    return journal


def _boot() -> str:
    """Names the machine's run from its start to its end; the same in all its containers."""
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
