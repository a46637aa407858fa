"""What `demo` and `serve` start: which processes, in which order, with which environment."""

import json
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from config import health
from config.embedded import Broker, private_directory
from config.supervisor import LAST_STOP_SECONDS, Program, StartRefused, Supervisor

MANAGE = Path(__file__).resolve().parent.parent / "manage.py"
# Settings make a key in the data directory when there is none. The supervisor loads them before it
# knows the directory, so manage.py gives it this one, and its children make the real one.
NO_KEY_YET = "replaced-by-the-key-in-the-data-directory"
# A worker that sends waits so long for the answers to what it has in hand (`sending.PARTING_SECONDS`, and a
# goodbye): killed before, those mails would go a second time. With nothing in hand it ends at once.
WORKER_STOP_SECONDS = 25.0
# A server that doesn't answer at all is given up.
DATABASE_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One instance of the product on one machine.

    `kind` is "demo" or "serve": it is written into the data, so that a demo never touches the data
    of a town that works with it.
    """

    kind: str
    data: Path
    host: str
    port: int
    say: Callable[[str], None]

    @property
    def address(self) -> str:
        return os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"

    def live(self, *, fill: Callable[["House", Supervisor], bool], reset: bool = False) -> None:
        """Start everything, call `fill`, and run until a signal; then end everything.

        `fill` gets a running house, prepares its data, and returns False when a signal came.
        Raises StartRefused with one sentence when the house can't start.
        """
        with Supervisor(self.data, environment={}, say=self.say) as supervisor:
            self._take_possession()
            self._look_at_port()
            self._look_at_database()
            if reset:
                self._empty()
            self.say(_("Startet; alle Daten liegen in %(data)s …") % {"data": self.data})
            if supervisor.environment.get("SECRET_KEY") == NO_KEY_YET:
                del supervisor.environment["SECRET_KEY"]
            supervisor.environment |= self._environment()
            if (
                self._start_broker(supervisor)
                and supervisor.run("migrate", self.manage("migrate", "--noinput", "--verbosity", "0"))
                and supervisor.run("collectstatic", self.manage("collectstatic", "--noinput", "-v", "0"))
                and self._start_mailbox(supervisor)
                and supervisor.start(self._worker(), self._beat(), self._web())
                and fill(self, supervisor)
            ):
                supervisor.keep_running()
            self.say(_("Wird beendet …"))

    @staticmethod
    def manage(*words: str) -> list[str]:
        return [sys.executable, str(MANAGE), *words]

    # --- before anything starts -----------------------------------------------------------------

    def _take_possession(self) -> None:
        sign = self.data / "kind"
        if not sign.exists():
            sign.write_text(self.kind)
        if sign.read_text() != self.kind:
            raise StartRefused(
                _("Die Daten in %(data)s gehören zu „%(kind)s“; bitte mit --data ein anderes wählen.")
                % {"data": self.data, "kind": sign.read_text()}
            )

    def _look_at_port(self) -> None:
        try:
            with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
        except (OSError, OverflowError) as error:
            raise StartRefused(
                _("Port %(port)s auf %(host)s ist nicht frei; wählen Sie mit --port einen anderen.")
                % {"port": self.port, "host": self.host}
            ) from error

    def _look_at_database(self) -> None:
        """One that was named must answer; our own is made where we just could write."""
        if not os.environ.get("DATABASE_URL", "").strip():
            return
        probe = connection.copy()
        if probe.vendor == "postgresql":
            probe.settings_dict["OPTIONS"] = {"connect_timeout": DATABASE_PATIENCE_SECONDS}
        try:
            probe.ensure_connection()
        except DatabaseError as error:
            raise StartRefused(
                _("Die Datenbank aus DATABASE_URL ist nicht erreichbar (%(reason)s).")
                % {"reason": str(error).partition("\n")[0].strip()}
            ) from error
        finally:
            probe.close()

    def _empty(self) -> None:
        if "DATABASE_URL" in os.environ:
            raise StartRefused(_("--reset leert nur die eigene Datenbank, nicht die aus DATABASE_URL."))
        for path in self.data.iterdir():
            if path.name.startswith("db.sqlite3") or path.name in ("sample-loaded", "witness"):
                path.unlink()
            elif path.name in ("broker", "mailbox", "files", "uploads"):
                shutil.rmtree(path)

    # --- environment ----------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        """What every process gets; what the person set in the environment stays."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PUBLIC_URL": self.address,
            "ALLOWED_HOSTS": f"localhost 127.0.0.1 [::1] {urlsplit(self.address).hostname}",
        }
        if self.kind == "demo":
            ours["MAIL_FROM"] = "beteiligung@hechingen.example"
        given = {name: value for name, value in os.environ.items() if name in ours and value}
        return {
            **ours,
            **given,
            "DATA_DIR": str(self.data),
            # Made by now: settings name static files by their content only when the directory exists.
            "STATIC_ROOT": str(private_directory(self.data / "static")),
            "PYTHONUNBUFFERED": "1",
        }

    # --- the processes --------------------------------------------------------------------------

    def _start_broker(self, supervisor: Supervisor) -> bool:
        if os.environ.get("REDIS_URL"):
            return True
        broker = Broker(data=self.data / "broker", run=self.data / "run")
        supervisor.environment |= {"REDIS_URL": broker.url, "CELERY_BROKER_URL": broker.celery_url}
        return supervisor.start(
            Program(
                name="broker",
                command=broker.command,
                is_ready=broker.is_ready,
                ends_last=True,
                stop_seconds=LAST_STOP_SECONDS,
            )
        )

    def _start_mailbox(self, supervisor: Supervisor) -> bool:
        # A demo writes to made-up people; it must never reach a real mail server.
        if self.kind != "demo":
            return True
        directory, port = self.data / "mailbox", free_port()
        supervisor.environment |= {
            "MAILBOX_DIR": str(directory),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "BOUNCE_ADDRESS": "",
            "INBOX_URL": "",
        }
        command = [sys.executable, "-m", "config.mailbox.server", str(directory), str(port)]
        return supervisor.start(
            # It takes what the worker has in hand at the end.
            Program(
                name="mailbox",
                command=command,
                is_ready=lambda: _listens("127.0.0.1", port),
                ends_last=True,
                stop_seconds=LAST_STOP_SECONDS,
            )
        )

    def _worker(self) -> Program:
        # Three: a plan computes for minutes and a campaign sends for minutes; a confirmation finds
        # the third free. One Celery process only, its children share its memory.
        words = "worker --queues mail,default --concurrency 3 --without-gossip --without-mingle"
        program = self._celery("worker", f"{words} --loglevel info")
        if self.kind == "serve":
            program.stop_seconds = WORKER_STOP_SECONDS
        # A demo sends to its own mailbox, which answers at once: Ctrl-C ends it within ten seconds, always.
        return program

    def _beat(self) -> Program:
        return self._celery("beat", "beat --scheduler config.celery:Clock --pidfile= --loglevel warning")

    def _celery(self, name: str, words: str) -> Program:
        alive = self.data / "run" / f"{name}.alive"
        started = time.time()
        return Program(
            name=name,
            command=[sys.executable, "-m", "celery", "-A", "config", *words.split()],
            environment={"ALIVE_FILE": str(alive)},
            is_ready=lambda: health.shows_life(alive, since=started),
        )

    def _web(self) -> Program:
        workers = 1 if self.kind == "demo" else min(2, os.cpu_count() or 1)
        words = f"--host {self.host} --port {self.port} --interface wsgi --no-ws"
        words += f" --workers {workers} --blocking-threads 4"
        return Program(
            name="web",
            command=[sys.executable, "-m", "granian", *words.split(), "config.wsgi:application"],
            is_ready=self._web_answers,
        )

    def _web_answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return health.web_answers(host, self.port, public_url=self.address)


def stored(path: Path, value: str) -> str:
    """The text in `path`, which is first made with `value` and readable only by its owner."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(value)
    return path.read_text()


def sign_ins(data: Path) -> dict[str, dict[str, str]]:
    """Addresses and passwords of the demo's two accounts, the same at every start."""
    made = {
        role: {"email": f"{role}@hechingen.example", "password": secrets.token_urlsafe(12)}
        for role in ("verwaltung", "moderation")
    }
    answer: dict[str, dict[str, str]] = json.loads(stored(data / "sign-in.json", json.dumps(made)))
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
