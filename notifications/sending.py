"""Claim → still wanted? → build → hand over → record.

At least once, and provably near exactly once. Due rows are claimed a window at a time; each is asked "still
wanted?" at most FRESH seconds before a connection takes it up; its connection writes the run's journal
before the final dot goes out and when the answer has come; outcomes are recorded in chunks. When a worker is
killed, its journal tells which mails are sent, which were never begun, and of which nobody knows: those, as
many as it has connections, go once more under the same Message-ID, flagged.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from notifications import claims, emails, hearing, journal, ledger, outages, smtp, verdicts, windows
from notifications.claims import LEASE
from notifications.models import Delivery
from notifications.senders import Job, Senders, boot_seconds, open_journal
from notifications.verdicts import GIVEN_BACK, Verdict

logger = logging.getLogger(__name__)

# How long ago a mail may have been asked "still wanted?" when a connection takes it up.
FRESH = 1.0
# A window is about so many seconds of work: urgent mail waits for no more than that.
WINDOW_SECONDS = 0.5
FIRST_WINDOW, LARGEST_WINDOW = 20, 250
# Outcomes are written down so many at a time, or after so many seconds; until then the journal has them.
CHUNK, CHUNK_SECONDS = 100, 0.5
# Where a limit holds mail back, a run looks again so often.
PACE_SECONDS = 0.5
# One run of a worker.
RUN_SECONDS = 20.0
# A deploy ends a worker 30 s after it asked for it: a server that takes longer for its last answer than
# this leaves a mail ambiguous.
PARTING_SECONDS = 20.0

_DATABASE_AWAY = (DatabaseError, InterfaceError)


def deliver_due(*, seconds: float = RUN_SECONDS, is_stopping: Callable[[], bool] = lambda: False) -> bool:
    """Send what is due, urgent mail first, until nothing is or the time is over. True: more is due.

    `is_stopping` is asked again and again: when it says yes, the run ends as soon as it can.
    """
    now = timezone.now()
    if not ledger.opens(now):
        return False
    claims.take_over(settings.JOURNAL_DIR, now=now)
    if not Delivery.objects.waiting(now).exists():
        return False
    may_go, is_probe = outages.may_send(now)
    if not may_go:
        return False
    run = _Run(is_stopping, is_probe=is_probe)
    is_whole = False
    try:
        run.go(until=time.monotonic() + seconds)
        is_whole = True
    finally:
        run.end(is_whole=is_whole)
    run.count_end()
    return not (run.is_halted or is_stopping()) and Delivery.objects.waiting(timezone.now()).exists()


class _Run:
    """One run of one worker process: its journal, its connections, the mails in their hands."""

    def __init__(self, is_stopping: Callable[[], bool], *, is_probe: bool = False) -> None:
        self._is_stopping = is_stopping
        # No server took us, or our sign-in: one mail finds out whether that is still so.
        self._is_probe = is_probe
        # The ledger said no: held, or another worker's sign-in was refused.
        self._is_shut = False
        self._count = 0
        self._ear = hearing.Ear()
        # What its mails have told of the server, and nobody else knows yet: our sign-in is refused; it takes
        # us; at which stage none did (told once a run).
        self._is_refused = self._is_accepted = False
        self._away_at: smtp.Outcome | None = None
        self._has_told_away = False
        self._journal = open_journal(settings.JOURNAL_DIR)
        if self._journal is None:
            logger.warning("no journal can be written: one mail at a time is marked in the database")
        self._token = self._journal.token if self._journal else journal.new_token()
        self._senders = Senders(settings.MAIL_CONNECTIONS, self._journal)
        self._writer = emails.Writer()
        self._window = 0
        self._size = FIRST_WINDOW if self._journal and not is_probe else 1
        self._rows: dict[int, Delivery] = {}
        self._verdicts: list[tuple[int, str, Verdict]] = []
        self._recorded_at = time.monotonic()
        self._is_recorded = False
        # The database went away: what becomes of the mails in hand stands in the journal alone.
        self._has_lost_database = False
        self._sent, self._since = 0, time.monotonic()

    @property
    def is_halted(self) -> bool:
        """No mail can go: the server is away, or refuses our sign-in."""
        return self._senders.is_halted

    def go(self, *, until: float) -> None:
        while not self._is_over(until):
            if not self._claim_window():
                if self._senders.outstanding:
                    self._collect(wait=0.2)
                elif self._is_shut or not Delivery.objects.waiting(timezone.now()).exists():
                    return
                else:
                    time.sleep(PACE_SECONDS)  # a limit holds back what waits
            while self._senders.outstanding > self._size // 2 and not self._is_over(until):
                self._collect(wait=0.2)
            self._measure()

    def _claim_window(self) -> bool:
        """Claim and hand out what is due; False when nothing is, or may go."""
        now = timezone.now()
        self._window += 1
        name = f"{self._token}:{self._window}"
        lease_ends = boot_seconds() + LEASE.total_seconds()
        keys = claims.claim(name, most=self._size, now=now)
        if not keys:
            return False
        count = ledger.advance(now, after=self._count, is_probe=self._is_probe)
        if count is None:
            self._is_shut = True
            claims.record((key, name, GIVEN_BACK) for key in keys)
            return False
        self._count = count
        self._hand_out(keys, name, lease_ends)
        return True

    def end(self, *, is_whole: bool = True) -> None:
        """Give back what wasn't begun, wait for what was, record all.

        Where that can't be, or the run broke off (not `is_whole`), the journal stays: the next run settles.
        """
        self._senders.recall()
        try:
            self._finish()
            is_settled = is_whole and not self._has_lost_database
            self._is_recorded = is_settled and not self._senders.outstanding
        except _DATABASE_AWAY:
            # Threads still write to the journal. It is let go of when it says everything, or the rows would
            # belong to a living process and nobody could take them over.
            self._finish()
            raise
        finally:
            self._senders.close(is_recorded=self._is_recorded)

    def _finish(self) -> None:
        ends = time.monotonic() + smtp.PATIENCE + 5
        parts_at: float | None = None
        while self._senders.outstanding:
            self._collect(wait=0.2)
            if parts_at is None and self._is_stopping():
                parts_at = time.monotonic() + PARTING_SECONDS
            if time.monotonic() > min(ends, parts_at or ends):
                logger.warning("%s mails are left in hand", self._senders.outstanding)
                break
        self._record()

    def count_end(self) -> None:
        """A backup made while these mails were on their way may not know that they arrived."""
        self._ear.obey(is_over=True)
        if self._count:
            ledger.advance(timezone.now(), after=self._count, is_probe=True)

    def _is_over(self, until: float) -> bool:
        return self.is_halted or self._is_shut or time.monotonic() > until or self._is_stopping()

    def _hand_out(self, keys: list[int], name: str, lease_ends: float) -> None:
        """Ask of each row whether it is still wanted, build its mail, give it to a connection."""
        # A conversation that begins has all its time before the lease ends.
        latest = lease_ends - min(smtp.PATIENCE, LEASE.total_seconds() / 2)
        for key, row, written, asked_at in windows.written(keys, name, self._writer):
            if isinstance(written, Verdict):
                self._verdicts.append((key, name, written))
                continue
            assert row is not None
            self._rows[key] = row
            job = Job(key, self._window, written, min(asked_at + FRESH, latest), lease_ends)
            self._senders.put(job)
            if len(self._verdicts) >= CHUNK:
                self._record()
        self._collect(wait=0)

    def _collect(self, *, wait: float) -> None:
        now = timezone.now()
        for job in self._senders.take_done(wait=wait):
            row = self._rows.pop(job.key)
            if job.outcome is None:
                verdict = GIVEN_BACK
            else:
                self._sent += 1
                self._hear(row, job.outcome)
                verdict = verdicts.of_outcome(row, job.outcome, now=now, message_id=job.mail.message_id)
            self._verdicts.append((job.key, f"{self._token}:{job.window}", verdict))
        is_late = time.monotonic() - self._recorded_at > CHUNK_SECONDS
        if len(self._verdicts) >= CHUNK or is_late or not self._journal or not self._senders.outstanding:
            self._record()

    def _hear(self, row: Delivery, outcome: smtp.Outcome) -> None:
        """What one mail's fate means for the others."""
        self._ear.hear(row.address, outcome)
        if outcome.fate == smtp.Fate.PAUSE:
            self._is_refused = True
        elif outcome.is_no_server:
            self._away_at = outcome
        elif self._is_probe:
            self._is_probe, self._is_accepted = False, True

    def _record(self) -> None:
        recorded, self._verdicts = self._verdicts, []
        self._recorded_at = time.monotonic()
        if self._has_lost_database:
            return
        try:
            claims.record(recorded)
        except _DATABASE_AWAY:
            self._has_lost_database = True
            raise
        self._pass_on()

    def _pass_on(self) -> None:
        """Tell the other workers what this one has learnt."""
        self._ear.obey()
        if self._is_refused:
            self._is_refused = False
            outages.sign_in_refused(timezone.now())
        elif self._is_accepted:
            self._is_accepted = False
            outages.server_takes_us()
        if self._away_at is not None and not self._has_told_away:
            self._has_told_away = True
            is_signing_in = (self._away_at.stage, self._away_at.reply) == (smtp.Stage.AUTH, smtp.Reply.BROKEN)
            outages.server_away(timezone.now(), is_signing_in=is_signing_in)

    def _measure(self) -> None:
        """The next window is as large as what goes in WINDOW_SECONDS."""
        if self._journal is None or self._is_probe:
            return
        now = time.monotonic()
        if now - self._since > WINDOW_SECONDS / 20:
            size = int(self._sent / (now - self._since) * WINDOW_SECONDS)
            # At most twice the last one: the first mails of a run wait for its connections.
            size = max(settings.MAIL_CONNECTIONS, size, self._size // 2)
            self._size = min(size, self._size * 2, LARGEST_WINDOW)
            self._sent, self._since = 0, now
