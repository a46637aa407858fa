"""The threads of a worker process that hand mails over, each with a connection of its own.

They touch no database: one thread does that, and gives them mails that are ready. Around the final dot they
write the journal.
"""

import logging
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from notifications import journal, mishaps, smtp
from notifications.envelopes import Mail
from notifications.wire import Door

logger = logging.getLogger(__name__)

# How much longer the threads of a run that was given up may write its journal. What they haven't begun then
# they never will, and what they have is ambiguous: the next run takes it over.
LINGER_SECONDS = 15.0


def boot_seconds() -> float:
    """A clock that nobody sets, and that goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(slots=True)
class Job:
    """One mail to hand over. `outcome` None, once it is done: nothing has happened to it.

    It is begun before `begin_until` (it was asked "still wanted?" a moment before) and its dot goes out
    before `lease_ends`, or neither happens.
    """

    key: int
    window: int
    mail: Mail
    begin_until: float
    lease_ends: float
    outcome: smtp.Outcome | None = None


class Senders:
    """Up to `most` connections; another one is opened when those that stand have all to do."""

    def __init__(self, most: int, log: journal.Journal | None) -> None:
        self._most = most
        self._log = log
        self._door = Door()
        # No mail can go: the server is away or refuses our sign-in, or the journal's disk is full.
        self.is_halted = False
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._standing: set[smtp.Session] = set()
        # Jobs given and not yet taken back.
        self.outstanding = 0

    def put(self, job: Job) -> None:
        self.outstanding += 1
        self._jobs.put(job)
        self._grow()

    def take_done(self, *, wait: float) -> list[Job]:
        """Jobs that are done; waits up to so many seconds for the first."""
        self._grow()
        done: list[Job] = []
        try:
            done.append(self._done.get(timeout=wait) if wait > 0 else self._done.get_nowait())
            while True:
                done.append(self._done.get_nowait())
        except queue.Empty:
            pass
        self.outstanding -= len(done)
        return done

    def recall(self) -> None:
        """What no thread has taken up yet is done now, with no outcome."""
        try:
            while True:
                if job := self._jobs.get_nowait():
                    self._done.put(job)
        except queue.Empty:
            pass

    def close(self, *, is_recorded: bool) -> None:
        """Say goodbye to the servers and let go of the journal, whose work is done if all `is_recorded`.

        With jobs in hand it is kept until their threads have ended, but not for ever."""
        for _thread in self._threads:
            self._jobs.put(None)
        if not self.outstanding:
            self._let_go(seconds=3, is_recorded=is_recorded)
        elif self._log is not None:
            threading.Thread(target=self._let_go, args=(LINGER_SECONDS,), name="janitor", daemon=True).start()

    def _let_go(self, seconds: float, *, is_recorded: bool = False) -> None:
        ends = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        if self._log is not None:
            self._log.close(is_recorded=is_recorded)

    def _grow(self) -> None:
        wanted = min(self.outstanding, self._most)
        # The first connection finds out for all whether there is a server that takes us.
        if len(self._threads) < wanted and (self._standing or not self._threads):
            thread = threading.Thread(target=self._work, name="sender", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        with smtp.Session(self._door) as session:
            while job := self._jobs.get():
                if not self._hand_over(job, session):
                    return

    def _hand_over(self, job: Job, session: smtp.Session) -> bool:
        """False: this connection can't be had, others can; the mail goes over one of those."""
        outcome = None
        has_begun = False

        def begin() -> bool:
            nonlocal has_begun
            has_begun = self._begin(job)
            return has_begun

        try:
            if not self.is_halted and boot_seconds() < min(job.begin_until, job.lease_ends):
                outcome = session.send(
                    sender=job.mail.sender,
                    recipient=job.mail.recipient,
                    content=job.mail.content,
                    before_dot=begin,
                    seconds=min(smtp.PATIENCE, job.lease_ends - boot_seconds()),
                )
        except smtp.LetGo:
            pass
        except Exception as error:
            # A mistake of ours. The others' mails must not wait for a thread that has ended.
            logger.error("delivery %s: %s", job.key, mishaps.told(error))
            session.close()
            stage = smtp.Stage.DOT if has_begun else smtp.Stage.DATA
            outcome = smtp.Outcome(stage, smtp.Reply.BROKEN, type(error).__name__)
        (self._standing.add if session.is_open else self._standing.discard)(session)
        if outcome is not None and outcome.is_no_server:
            # A refused sign-in means all of them: each further one may count against us.
            if self._standing and outcome.fate != smtp.Fate.PAUSE:
                # So many connections are one too many for this server.
                self._most = max(1, len(self._standing))
                self._jobs.put(job)
                return False
            self.is_halted = True
        if outcome is not None and self._log is not None:
            self._log.end(job.window, job.key, stage=outcome.stage, reply=outcome.reply)
        job.outcome = outcome
        self._done.put(job)
        return True

    def _begin(self, job: Job) -> bool:
        """May the dot go out? It is written down first."""
        if boot_seconds() >= job.lease_ends:
            return False
        if self._log is not None:
            try:
                self._log.begin(job.window, job.key)
            except OSError:
                self.is_halted = True  # the next run sees whether another journal can be written
                return False
        return True


def open_journal(directory: Path) -> journal.Journal | None:
    """None where none can be written: then one mail at a time is marked in the database."""
    try:
        return journal.Journal.open(directory)
    except OSError:
        return None
