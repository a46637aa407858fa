"""A house (`serve` or `demo`) started as its own process, and what belongs to it."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from config.house import free_port
from tests.servers import ROOT, wait_until

READY = "Strg-C beendet alles"


class StartedHouse:
    """`manage.py <kind>` as a person starts it, with an environment that says nothing of the tests."""

    def __init__(
        self,
        kind: str,
        data: Path,
        *,
        port: int | None = None,
        options: tuple[str, ...] = (),
        **environment: str,
    ) -> None:
        self.data = data
        self.port = port or free_port()
        self.output = Path(tempfile.mkstemp(prefix="house-", suffix=".out")[1])
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", kind, "--data", str(data), "--port", str(self.port), *options],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self, *, seconds: float = 120) -> "StartedHouse":
        def ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"it ended with {self.process.returncode}: {self.said()}")
            return READY in self.said()

        wait_until(ready, what=f"the house is ready: {self.said()}", seconds=seconds)
        return self

    def members(self) -> dict[int, str]:
        """Its processes, children of children too: pid → command line."""
        parents = {pid: parent for pid in _pids() if (parent := _parent(pid)) is not None}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return {pid: _command(pid) for pid in family}

    def children(self, word: str) -> list[int]:
        """The processes directly under the supervisor whose command line contains `word`."""
        return [
            pid
            for pid, command in self.members().items()
            if word in command and _parent(pid) == self.process.pid
        ]

    def clean_up(self) -> None:
        """For teardown: whatever happened, nothing stays."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        self.output.unlink(missing_ok=True)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the supervisor alone; its exit code, at the latest after ten seconds."""
        self.process.send_signal(number)
        return self.process.wait(10)


def still_alive(members: dict[int, str]) -> dict[int, str]:
    """Those of `members` that run on (a pid that was given to another command doesn't count)."""
    return {pid: command for pid, command in members.items() if command and _command(pid) == command}


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        # The second field, the command in brackets, may itself contain brackets and spaces.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _command(pid: int) -> str:
    """Empty for one that has ended (a zombie has none)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
