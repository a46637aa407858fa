"""The long run: python -m tests.faults.campaign [mails] [kills]

A workshop is moved, and so many people are told by mail, each with a calendar. Two Celery workers with four
connections each, two clocks, a broker, a PostgreSQL of its own, and a mail server whose weather is bad: at
each stage of a conversation something goes wrong with a probability of 5 %. Meanwhile workers are killed with
signal 9 (the whole worker or a process of its pool; half of them at the worst moment, when a mail is on the
server's disk and its 250 hasn't left), the broker is emptied at 30 % and 60 % of the mails, PostgreSQL is
restarted three times as if it had crashed. What was promised is then read off the server's log and the
database, and printed; the exit code is 1 when it was broken.

Time passes faster for waiting mails: greylisting costs five minutes and more, so twice a second each waiting
row's next attempt is brought a minute nearer, as a clock would. The sender's patience and its timeouts are
settings, made small here. A server that says 421 as often as this one soon gets a sixteenth of the former
rate: the limits per minute are settings too, so high that a sixteenth is no standstill. Nothing else differs
from production. The bell rings twice a second, as in a town where people register meanwhile.
"""

import datetime
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults import town
from tests.faults.hostile_smtp import HostileSmtp, Weather
from tests.faults.results import Plan, Result

if TYPE_CHECKING:
    from tests.servers import BrokerServer, OwnPostgres, Worker

# How long the sender waits for an answer, and for a whole mail; of the latter it has 60 in production.
TIMEOUT, PATIENCE = 2, 6
MAILS_PER_MINUTE = 60_000


@dataclass
class Campaign:
    """One run. The database of `postgres` named in `url` is this process's default and migrated."""

    plan: Plan
    home: Path
    broker: "BrokerServer"
    url: str
    # To be restarted.
    postgres: "OwnPostgres | None" = None
    say: Callable[[str], None] = lambda text: None
    workers: list["Worker"] = field(default_factory=list)
    clocks: list["Worker"] = field(default_factory=list)

    def run(self, *, seconds: float) -> Result:
        """Everything, from the first worker's start to the last mail's end; fails after `seconds`."""
        plan = self.plan
        self._dice = random.Random(plan.seed)
        weather = Weather(plan.chance, seed=plan.seed)
        self._server = HostileSmtp(
            self.home / "accepted.log",
            weather=weather,
            delay=plan.delay,
            byte_seconds=0.2,
            before_answer=self._at_the_worst_moment,
        )
        self._kills, self._starts, self._cruel = 0, 0, False
        town.owe(plan.mails)
        begun = time.monotonic()
        with ExitStack() as stack:
            self._server.start()
            stack.callback(self._server.stop)
            stack.callback(self._end)
            self.workers = [self._start() for _ in range(plan.workers)]
            self.clocks = [self._start("beat") for _ in range(2)]
            self._live(until=begun + seconds)
        faults = Counter[str]()
        for (place, _behaviour), count in weather.happened.items():
            faults[place] += count
        return self._result(time.monotonic() - begun, faults)

    # --- what happens -----------------------------------------------------------------------------------

    def _live(self, *, until: float) -> None:
        due = self._events()
        while True:
            if time.monotonic() > until:
                raise AssertionError(f"not over in time: {self._fates()}, {len(due)} events are left")
            for place, worker in enumerate(self.workers):
                if worker.process.poll() is not None:
                    self.workers[place] = self._start()
            while due and due[0][0] <= len(self._server.accepted):
                _at, event = due[0]
                if not event():
                    break  # no worker stands that could be killed
                due.pop(0)
            with town.while_the_database_restarts():
                town.pass_time(datetime.timedelta(minutes=1))
                # A kill that was meant for the next acceptance may come too late for one.
                if town.is_over():
                    return
            self._ring()
            time.sleep(0.5)

    def _events(self) -> list[tuple[float, Callable[[], bool]]]:
        plan = self.plan
        moments = sorted(self._dice.uniform(0.03, 0.9) for _ in range(plan.kills))
        events: list[tuple[float, Callable[[], bool]]] = []
        events += [(at * plan.mails, self._kill_some) for at in moments]
        events += [(at * plan.mails, self._flush) for at in plan.flushes]
        events += [(at * plan.mails, self._restart_postgres) for at in plan.restarts]
        return sorted(events, key=lambda event: event[0])

    def _kill_some(self) -> bool:
        """Now, or in the moment after the next acceptance. False: there is none, or one is about to be."""
        if self._cruel or not self._victims():
            return False
        if self._dice.random() < self.plan.cruelty:
            self._cruel = True
        else:
            self._kill()
        return True

    def _at_the_worst_moment(self) -> None:
        if self._cruel and self._victims():
            self._cruel = False
            self._kill()

    def _victims(self) -> list["Worker"]:
        standing = (worker for worker in self.workers if worker.process.poll() is None)
        return [worker for worker in standing if " ready." in worker.log.read_text()]

    def _kill(self) -> None:
        worker = self._dice.choice(self._victims())
        children = children_of(worker.process.pid)
        self._kills += 1
        if children and self._dice.random() < 0.5:
            self.say(f"kill {self._kills}: a process of the pool of {worker.log.name}")
            with suppress(ProcessLookupError):
                os.kill(self._dice.choice(children), signal.SIGKILL)
            return
        self.say(f"kill {self._kills}: {worker.log.name}")
        os.killpg(worker.process.pid, signal.SIGKILL)

    def _flush(self) -> bool:
        self.say("broker emptied")
        self.broker.flush()
        return True

    def _restart_postgres(self) -> bool:
        self.say("PostgreSQL crashes")
        assert self.postgres is not None
        self.postgres.stop(immediately=True)
        time.sleep(1)
        self.postgres.start()
        return True

    def _ring(self) -> None:
        """As after a commit, twice at once: both workers look."""
        from config.celery import app
        from notifications import tasks

        with (
            suppress(tasks.deliver_due.OperationalError),
            app.connection_for_write(self.broker.broker.celery_url) as to,
        ):
            for _time in range(2):
                tasks.deliver_due.apply_async(queue="mail", expires=10, connection=to)  # type: ignore[call-arg]

    def _start(self, kind: str = "worker") -> "Worker":
        from tests.servers import Database, Worker

        self._starts += 1
        name = f"{kind}{self._starts}"
        environment = {
            **Database(self.url).environment,
            **self.broker.environment,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "EMAIL_URL": self._server.url,
            "EMAIL_TIMEOUT": str(TIMEOUT),
            "MAIL_PATIENCE": str(PATIENCE),
            "MAIL_CONNECTIONS": str(self.plan.connections),
            # Of a ledger that an emptied broker no longer vouches for (docs/adr/0026).
            "TEST_WITNESS_FILE": str(self.home / "witness"),
            "MAIL_PER_MINUTE": str(MAILS_PER_MINUTE),
            "MAIL_PER_MINUTE_AND_DOMAIN": str(MAILS_PER_MINUTE),
            "BENT": self.plan.bent,
            **self.plan.environment,
        }
        arguments = {
            "worker": ("-Q", "mail,default", "-c", "1", "-n", f"{name}@%h"),
            "beat": ("--scheduler", "config.celery:Clock", "--pidfile="),
        }[kind]
        app = "tests.faults.bent" if self.plan.bent else "config"
        return Worker(environment, self.home / f"{name}.log", *arguments, app=app, kind=kind)

    def _end(self) -> None:
        for one in [*self.clocks, *self.workers]:
            one.stop()

    # --- what became of it ------------------------------------------------------------------------------

    def _fates(self) -> dict[str, int]:
        return dict(Counter(f"{row.status} {row.outcome_code}" for row in town.told()))

    def _result(self, seconds: float, faults: Counter[str]) -> Result:
        from notifications.models import Delivery

        acceptances = defaultdict(list)
        for acceptance in self._server.acceptances:
            acceptances[acceptance.recipient].append(acceptance)
        logged = Counter(recipient for recipient, _message_id in self._server.logged())
        assert logged == Counter({recipient: len(all_) for recipient, all_ in acceptances.items()})
        rows = {row.participant.email: row for row in town.told() if row.participant}
        failed = {email: row for email, row in rows.items() if row.status == Delivery.Status.FAILED}
        twice = {email: all_ for email, all_ in acceptances.items() if len(all_) > 1}
        unanswered = {email for email, row in failed.items() if row.outcome_code == "perhaps_delivered"}
        refused = {email for email in failed if email in self._server.refused} - unanswered
        for email in sorted(unanswered):
            dots = [behaviour or "250" for recipient, behaviour in self._server.dots if recipient == email]
            self.say(f"{email} was broken off twice; its final dots: {dots}")
        return Result(
            plan=self.plan,
            seconds=seconds,
            faults=faults,
            copies=Counter(len(all_) for all_ in acceptances.values()),
            lost=self.plan.mails - len(rows.keys() & (acceptances.keys() | failed.keys())),
            refused=len(refused),
            unanswered=len(unanswered),
            unanswered_and_never_accepted=len(unanswered - acceptances.keys()),
            unexplained=len(failed.keys() - refused - unanswered),
            unended=sum(
                row.status in (Delivery.Status.PENDING, Delivery.Status.SENDING) for row in rows.values()
            ),
            message_ids_differ=sum(len({each.message_id for each in all_}) > 1 for all_ in twice.values()),
            not_listed_as_ambiguous=sum(not rows[email].is_ambiguous for email in twice),
            by_a_kill=sum(all_[0].is_answered for all_ in twice.values()),
            after_a_heard_250=sum(any(each.is_heard for each in all_[:-1]) for all_ in twice.values()),
            listed_as_ambiguous=sum(row.is_ambiguous for row in rows.values()),
        )


def children_of(pid: int) -> list[int]:
    """Direct children of a process."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def main(mails: int = 10_000, kills: int = 20) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    import django

    from tests.servers import BrokerServer, default_database, own_postgres, postgres_binaries

    binaries = postgres_binaries()
    if binaries is None:
        sys.exit("no PostgreSQL under /usr/lib/postgresql")
    home = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
    broker = BrokerServer(home)
    broker.start()
    os.environ |= broker.environment
    django.setup()
    from django.core.management import call_command

    begun = time.monotonic()
    try:
        with own_postgres(binaries, is_durable=True) as postgres:
            url = postgres.create("faults")
            with default_database(url):
                call_command("migrate", verbosity=0)
                plan = Plan(mails=mails, kills=kills)
                campaign = Campaign(plan, home, broker, url, postgres)
                campaign.say = lambda text: print(
                    f"{time.monotonic() - begun:6.0f} s  {len(campaign._server.accepted):6}  {text}",
                    flush=True,
                )
                result = campaign.run(seconds=3600)
    finally:
        broker.stop()
    print(result.table())
    print(f"faults by stage: {dict(result.faults)}; logs in {home}")
    for promise in result.broken():
        print("BROKEN:", promise)
    return 1 if result.broken() else 0


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
