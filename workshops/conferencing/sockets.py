"""Connections that end in time and lead only where they may: under `http`, which alone uses them."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from .addresses import is_public
from .protocol import NotAllowed, ProviderDown, ProviderSlow

Resolver = Callable[[str, int], Sequence[str]]

# How many names may be looked up at the same time. A lookup can't be given up, only left behind; where
# the name server hangs, the next ones are slow at once instead of leaving more threads behind.
LOOKUPS = threading.BoundedSemaphore(16)


class _Nothing(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


# urllib3 writes whole addresses into its log (each request at DEBUG, a broken header as a warning). In ours
# are checksums and tokens; a filter holds where a level or a handler would be configured away.
for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_Nothing())


class Deadline:
    """The moment at which everything belonging to one question ends, whatever it is waiting for.

    A timeout of sockets counts anew with each byte that drips in; this doesn't. Used as a context manager:
    while it is open, the connection given to `watch` is shut down at the deadline.
    """

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self._is_shut = False

    @property
    def remaining(self) -> float:
        """Seconds; ProviderSlow when there are none left."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise ProviderSlow
        return left

    @property
    def is_over(self) -> bool:
        return self._is_shut or time.monotonic() >= self._at

    def __enter__(self) -> "Deadline":
        self._timer = threading.Timer(self.remaining, self._shut)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = None

    def watch(self, connection: socket.socket) -> None:
        """By a second handle: TLS takes the first over, and once that is closed its number is another's."""
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = connection.dup()

    def _shut(self) -> None:
        with self._lock:
            self._is_shut = True
            if self._watched is not None:
                try:
                    self._watched.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # The other side was faster.
                    return


class Reach:
    """How one question gets a connection: looked up once, connected to the very number that was checked."""

    def __init__(self, deadline: Deadline, resolver: Resolver, *, is_trusted: bool) -> None:
        self.deadline = deadline
        self._resolver = resolver
        self._is_trusted = is_trusted

    def connect(self, connection: HTTPConnection) -> socket.socket:
        host, port = connection.host, int(connection.port or 0)
        numbers = self._look_up(host.strip("[]"), port)
        if not self._is_trusted and not all(is_public(number) for number in numbers):
            # One private number among public ones is no mistake that we work around.
            raise NotAllowed("private")
        for left, number in zip(range(len(numbers), 0, -1), numbers, strict=True):
            try:
                # A number that never answers (IPv6 that leads nowhere) leaves time for the next.
                found = socket.create_connection((number, port), timeout=self.deadline.remaining / left)
            except OSError:
                continue
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.deadline.watch(found)
            return found
        raise ProviderDown

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        if not LOOKUPS.acquire(timeout=self.deadline.remaining):
            raise ProviderSlow
        found: list[Sequence[str]] = []

        def look() -> None:
            try:
                found.append(self._resolver(host, port))
            except ProviderDown:
                found.append(())
            finally:
                LOOKUPS.release()

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        looking.join(self.deadline.remaining)
        if looking.is_alive():
            raise ProviderSlow
        if not found or not found[0]:
            raise ProviderDown("name")
        return found[0]


class _Plain(HTTPConnection):
    # http.client prints whole requests where someone switched this on for all.
    debuglevel = 0
    reach: Reach

    def _new_conn(self) -> socket.socket:
        return self.reach.connect(self)


class _Tls(HTTPSConnection):
    debuglevel = 0
    reach: Reach

    def _new_conn(self) -> socket.socket:
        return self.reach.connect(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain
    reach: Reach

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.reach = self.reach
        return connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls
    reach: Reach

    def _new_conn(self) -> Any:
        connection: Any = super()._new_conn()
        connection.reach = self.reach
        return connection


class Adapter(HTTPAdapter):
    """One question's adapter for `requests`: never a proxy, never a second try."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.reach = self._reach
        return pool
