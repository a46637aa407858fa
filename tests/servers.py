"""Real servers for tests: PostgreSQL from the system's binaries, a broker, a Celery worker.

Everything listens on a unix socket or loopback and is ended by the fixture that started it.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import dj_database_url
import psycopg
import redis
from django.db import connections
from psycopg import sql

from config.embedded import Broker

ROOT = Path(__file__).resolve().parent.parent


def wait_until(condition: Callable[[], bool], *, what: str, seconds: float = 30) -> None:
    """Return as soon as `condition()` holds; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.02)


def postgres_binaries() -> Path | None:
    """The newest directory that holds `initdb` and `postgres`, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parent.parent.name), default=None)
    return newest.parent if newest else None


class PostgresServer:
    """A PostgreSQL server that knows how to make databases. `admin_url` names any database."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url

    def url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{name}"))

    def create(self, name: str, *, template: str = "template0") -> str:
        """A fresh database, copied from `template`; returns its URL."""
        self.drop(name)
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        return self.url(name)

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


class OwnPostgres(PostgresServer):
    """A throw-away server on a unix socket; root runs it as `postgres` (it refuses root).

    `is_durable`: what it has committed outlives `stop(immediately=True)`. The others are faster.
    """

    def __init__(self, binaries: Path, home: Path, *, is_durable: bool) -> None:
        super().__init__(f"postgres://postgres@{quote(str(home), safe='')}/postgres")
        self._binaries, self._home, self._is_durable = binaries, home, is_durable
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, Any] = {"cwd": home}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(home, account.pw_uid, account.pw_gid)
            self._as_user |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        command = [str(binaries / "initdb"), "-D", str(home / "data"), *options]
        subprocess.run(command, check=True, capture_output=True, **self._as_user)

    @property
    def log(self) -> Path:
        """What the server itself writes down: errors, with the statements that met them."""
        return self._home / "log"

    def start(self) -> None:
        """Return when it answers."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._home),
            "max_connections": "400",
            "timezone": "UTC",
        }
        if not self._is_durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        log = self.log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._home / "data", *options],
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self._as_user,
            )
        wait_until(lambda: _answers(self.admin_url), what=f"PostgreSQL ready ({log})")

    def stop(self, *, immediately: bool = False) -> None:
        """Fast, or as if it had crashed: the next start recovers from its log."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
            process.wait(20)


@contextmanager
def own_postgres(binaries: Path, *, is_durable: bool = False) -> Iterator[OwnPostgres]:
    """A server of our own, running."""
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: socket paths end at 107 bytes
    try:
        server = OwnPostgres(binaries, home, is_durable=is_durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def default_database(url: str) -> Iterator[None]:
    """Make `url` the database of this process, in every thread, for a while.

    The suite runs on in-memory SQLite; a test that needs the real thing (row locks, other
    processes) swaps the `default` alias instead of taking an alias that no product code names.
    """
    before, connection = connections.settings["default"], connections["default"]
    replacement = {**deepcopy(dj_database_url.parse(url)), "CONN_MAX_AGE": 0}
    if replacement["ENGINE"].endswith("sqlite3"):
        replacement["OPTIONS"] = deepcopy(before["OPTIONS"])
    replacement = connections.configure_settings({"default": replacement})["default"]
    connections.settings["default"] = replacement
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = connection


@dataclass(frozen=True, slots=True)
class Database:
    """The database that is `default` just now; `url` is for other processes."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url}


class Worker:
    """A real Celery worker process on the given environment, or a clock (`kind` "beat").

    `kill` is SIGKILL to all of it.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        log: Path,
        *arguments: str,
        app: str = "config",
        kind: str = "worker",
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "-A",
                    app,
                    kind,
                    "--loglevel",
                    "info",
                    *list(arguments),
                ],
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    def wait_until_ready(self, *, times: int = 1) -> None:
        """Wait until the log has told `times` times that a worker is ready."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"the worker ended: {self.log.read_text()[-3000:]}")
            return self.log.read_text().count(" ready.") >= times

        wait_until(ready, what="worker ready", seconds=60)

    def kill(self) -> None:
        self._signal(9)

    def stop(self) -> None:
        """End it: politely for 10 s, then not."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self._signal(9)

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(10)


class BrokerServer:
    """The embedded broker as a process that a test may kill, stop, start again and empty."""

    def __init__(self, home: Path) -> None:
        self.broker = Broker(data=home / "broker", run=home / "run")
        self.log = home / "broker.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process of the product needs to reach it."""
        return {"REDIS_URL": self.broker.url, "CELERY_BROKER_URL": self.broker.celery_url}

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(self.broker.command, stdout=output, stderr=output)
        wait_until(self.broker.is_ready, what="broker ready")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is not None:
            self.process.send_signal(9 if kill else 15)
            self.process.wait(10)
            self.process = None

    def flush(self) -> None:
        """Lose everything, as a broker without a disk would."""
        with redis.Redis(unix_socket_path=str(self.broker.socket)) as client:
            client.flushall()
