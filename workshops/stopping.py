"""Has this worker been asked to end? Only the worker itself hears the signal; the processes of its pool
work on until their task is done, and look here.
"""

import mmap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# One byte that the worker shares with the processes of its pool: not 0 once it has been asked.
_asked = mmap.mmap(-1, 1)

LOOK_SECONDS = 0.2


def ask() -> None:
    _asked[0] = 1


def is_asked() -> bool:
    return bool(_asked[0])


@contextmanager
def cutting_short(
    is_stopping: Callable[[], bool], cut: Callable[[], None], *, after: float = 0.0
) -> Iterator[None]:
    """For what waits inside another library: once `is_stopping` has said yes for `after` seconds, `cut` is
    called from a thread of its own, again and again until the block has ended."""
    has_ended = threading.Event()

    def look() -> None:
        while not has_ended.wait(LOOK_SECONDS):
            if is_stopping():
                break
        if not has_ended.wait(after):
            cut()
            while not has_ended.wait(LOOK_SECONDS):
                cut()

    thread = threading.Thread(target=look, name="cutting short", daemon=True)
    thread.start()
    try:
        yield
    finally:
        has_ended.set()
        thread.join()
