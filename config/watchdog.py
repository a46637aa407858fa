"""Ends the house when its supervisor is gone, however it went: SIGKILL leaves no other witness.

The supervisor holds the writing end of this process's standard input and tells it the process
groups it started (`+123`) and saw end (`-123`). When the pipe closes, whatever is still in the
list gets SIGTERM and, after the grace, SIGKILL together with all its children. This process also
inherits the lock on the data, so nobody starts a second house before the first is really empty.

Only the standard library, and no import of ours: it costs as little as a Python process can.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

GRACE_SECONDS = 5.0


def listen(lines: Iterable[str]) -> set[int]:
    """The process groups that are alive when the supervisor falls silent."""
    groups: set[int] = set()
    for line in lines:
        sign, group = line[0], int(line[1:])
        if sign == "+":
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: set[int], *, grace: float = GRACE_SECONDS) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(map(_lives, groups)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end(listen(sys.stdin))
