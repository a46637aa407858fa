"""Runs the house as real processes: starts them in order, keeps them alive, ends them all.

Used by `demo` and `serve`. In containers each process has its own container instead.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.embedded import private_directory

READY_SECONDS = 120.0
# What a program gets to end by itself, all side by side: those who talk to the broker first, then the broker.
STOP_SECONDS = 5.0
LAST_STOP_SECONDS = 2.0
# Whoever waits longer than that for the end is told what for.
SILENT_STOP_SECONDS = 3.0
BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
# Who lived this long has recovered: its next death starts the back-off afresh.
RECOVERED_SECONDS = 60.0
LOG_BYTES = 20 * 1024 * 1024


class StartRefused(Exception):
    """The house can't start here; the text is one sentence for the person at the console."""


@dataclass(kw_only=True)
class Program:
    """A long-running process of the house. `is_ready` is asked again and again after its start.

    `stop_seconds`: how long it may take to end when it is asked to, before it is killed.
    """

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    ends_last: bool = False
    stop_seconds: float = STOP_SECONDS

    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    starts_again_at: float | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)


class Supervisor:
    """A context: entering takes the lock on `data`, leaving ends everything that was started.

    Raises StartRefused on entering when `data` can't be written or another house lives there.
    SIGINT, SIGTERM and SIGHUP only set `stopping`; every wait looks at it.
    """

    def __init__(self, data: Path, *, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.data = data
        self.environment = {**os.environ, **environment}
        self.say = say
        self.stopping = False
        self._programs: list[Program] = []
        self._handlers: dict[int, signal._HANDLER] = {}
        self._lock: IO[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    # --- the frame ------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._lock = self._take_lock()
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            bufsize=0,
            pass_fds=[self._lock.fileno()],
            start_new_session=True,
        )
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._on_signal) or signal.SIG_DFL
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for last in (False, True):
            self._end([one for one in self._programs if one.ends_last is last])
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            self._watchdog.wait()
        if self._lock is not None:
            self._lock.close()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _take_lock(self) -> IO[bytes]:
        try:
            private_directory(self.data)
            private_directory(self.data / "run")
            private_directory(self.data / "log")
            lock = (self.data / "run" / "lock").open("ab")
        except OSError as error:
            raise StartRefused(
                _("In das Verzeichnis %(data)s kann nicht geschrieben werden (%(reason)s).")
                % {"data": self.data, "reason": error.strerror}
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise StartRefused(
                _("Mit den Daten in %(data)s läuft schon eine Instanz; beenden Sie zuerst diese.")
                % {"data": self.data}
            ) from error
        return lock

    # --- starting -------------------------------------------------------------------------------

    def run(self, name: str, command: Sequence[str]) -> bool:
        """Run a command to its end, on our own standard output. False: stopped by a signal.

        Raises StartRefused when it fails.
        """
        process = self._spawn(command, self.environment, None)
        while process.poll() is None:
            if self.stopping:
                self._kill(process)
                return False
            time.sleep(0.05)
        self._tell_watchdog("-", process)
        if process.returncode != 0:
            raise StartRefused(
                _("Der Schritt „%(name)s“ ist fehlgeschlagen (Code %(code)s).")
                % {"name": name, "code": process.returncode}
            )
        return True

    def start(self, *programs: Program) -> bool:
        """Start programs side by side and wait until all are ready. False: stopped by a signal.

        Raises StartRefused when one ends early or isn't ready in time.
        """
        for program in programs:
            self._programs.append(program)
            self._launch(program)
        deadline = time.monotonic() + READY_SECONDS
        while waiting := [program for program in programs if not program.is_ready()]:
            if self.stopping:
                return False
            for program in waiting:
                ended = program.process is None or program.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise StartRefused(
                        _("Der Dienst „%(name)s“ startet nicht; der Grund steht in %(log)s.")
                        % {"name": program.name, "log": self._log(program)}
                    )
            time.sleep(0.05)
        return not self.stopping

    def keep_running(self) -> None:
        """Until a signal: start again, with growing pauses, whatever dies."""
        while not self.stopping:
            for program in self._programs:
                self._look_after(program)
            time.sleep(0.1)

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.process is None:
            if program.starts_again_at is not None and now >= program.starts_again_at:
                self._launch(program)
            return
        code = program.process.poll()
        if code is None:
            _shorten(self._log(program))
            return
        self._kill(program.process)  # its children, should it have left some
        if now - program.started_at > RECOVERED_SECONDS:
            program.deaths = 0
        pause = BACK_OFF_SECONDS[min(program.deaths, len(BACK_OFF_SECONDS) - 1)]
        program.deaths += 1
        program.process, program.starts_again_at = None, now + pause
        self.say(
            _("Der Dienst „%(name)s“ endete unerwartet (Code %(code)s) und startet in %(pause)d s neu.")
            % {"name": program.name, "code": code, "pause": pause}
        )

    def _launch(self, program: Program) -> None:
        environment = {**self.environment, **program.environment}
        with self._log(program).open("ab") as log:
            program.process = self._spawn(program.command, environment, log)
        program.started_at, program.starts_again_at = time.monotonic(), None

    def _spawn(
        self, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None
    ) -> subprocess.Popen[bytes]:
        # Its own session: Ctrl-C at the terminal reaches only us, and one signal its whole family.
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._tell_watchdog("+", process)
        return process

    def _tell_watchdog(self, sign: str, process: subprocess.Popen[bytes]) -> None:
        if self._watchdog is not None and self._watchdog.stdin is not None:
            with suppress(BrokenPipeError):
                self._watchdog.stdin.write(f"{sign}{process.pid}\n".encode())

    def _log(self, program: Program) -> Path:
        return self.data / "log" / f"{program.name}.log"

    # --- ending ---------------------------------------------------------------------------------

    def _end(self, programs: list[Program]) -> None:
        """Each is killed when its own time is over: what is still busy doesn't prolong the others' lives."""
        alive = {one.process: one for one in programs if one.process is not None}
        for process in alive:
            process.terminate()
        asked_at, is_told = time.monotonic(), False
        while alive:
            passed = time.monotonic() - asked_at
            for process, program in list(alive.items()):
                if process.poll() is not None or passed > program.stop_seconds:
                    self._kill(process)  # its children, should it have left some
                    del alive[process]
            if passed > SILENT_STOP_SECONDS and not is_told:
                is_told = True
                for program in alive.values():
                    self._say_what_for(program, seconds=program.stop_seconds - passed)
            time.sleep(0.02)

    def _say_what_for(self, program: Program, *, seconds: float) -> None:
        with suppress(OSError):  # the terminal may be gone
            self.say(
                ngettext(
                    "„%(name)s“ bringt noch zu Ende, was begonnen ist: höchstens %(seconds)d Sekunde.",
                    "„%(name)s“ bringt noch zu Ende, was begonnen ist: höchstens %(seconds)d Sekunden.",
                    int(seconds),
                )
                % {"name": program.name, "seconds": int(seconds)}
            )

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to the process and all its children, as far as they still live."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_watchdog("-", process)


def _shorten(log: Path) -> None:
    """Keep one old piece of a log that grew too long; its writer appends, so it needn't reopen."""
    if log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
