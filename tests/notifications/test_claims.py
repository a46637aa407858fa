"""What a dead worker's journal tells about its mails, and what is done when it tells nothing."""

import datetime
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notifications import claims, journal, sending
from notifications.models import Delivery, Kind
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received, SmtpSink

Status = Delivery.Status
Deliver = Callable[[], list[Received]]


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, settings: Settings) -> Path:
    settings.JOURNAL_DIR = tmp_path / "journal"
    return tmp_path / "journal"


def claimed(stage: Stage, count: int, token: str, **columns: Any) -> list[int]:
    """Rows of a run with this token, in its first window."""
    columns.setdefault("lease_until", NOW + claims.LEASE)
    people = [stage.cast.hans, stage.cast.amina]
    return [
        stage.delivery(
            Kind.PERSONAL_LINK,
            participant=people[number % 2],
            status=Status.SENDING,
            claim=f"{token}:1",
            outcome_code=claims.HANDING_OVER,
            **columns,
        ).pk
        for number in range(count)
    ]


def states(keys: list[int]) -> list[tuple[str, str, bool, int]]:
    rows = Delivery.objects.in_bulk(keys)
    return [
        (row.status, row.outcome_code, row.is_ambiguous, row.attempts) for row in (rows[key] for key in keys)
    ]


def test_a_journal_tells_sent_from_begun_from_untouched(stage: Stage, directory: Path) -> None:
    """As soon as its process is gone, whatever its lease says."""
    log = journal.Journal.open(directory)
    keys = accepted, refused, begun, _untouched = claimed(stage, 4, log.token)
    for key in (accepted, refused, begun):
        log.begin(1, key)
    log.end(1, accepted, stage="dot", reply="2xx")
    log.end(1, refused, stage="dot", reply="5xx")
    log.close(is_recorded=False)

    claims.take_over(directory, now=NOW)

    assert states(keys) == [
        (Status.SENT, "dot_2xx", False, 1),
        (Status.FAILED, "dot_5xx", False, 1),
        (Status.PENDING, "worker_died", True, 1),
        (Status.PENDING, "", False, 0),
    ]
    # It stays for a while: the dead one's last statement may still be on its way to the database.
    assert journal.left_behind(directory) == [log.token]
    long_ago = time.time() - journal.KEPT_SECONDS - 1
    os.utime(directory / log.token, (long_ago, long_ago))
    claims.take_over(directory, now=NOW)
    assert journal.left_behind(directory) == []


def test_a_living_workers_rows_are_left_alone_even_after_their_lease(stage: Stage, directory: Path) -> None:
    """The clock may have jumped: the lock tells that it lives."""
    log = journal.Journal.open(directory)
    keys = claimed(stage, 1, log.token, lease_until=NOW)

    claims.take_over(directory, now=NOW + datetime.timedelta(days=1))

    assert states(keys) == [(Status.SENDING, claims.HANDING_OVER, False, 0)]
    log.close(is_recorded=True)
    assert journal.left_behind(directory) == []


@pytest.mark.parametrize("kind", ["absent", "of another start of the machine", "empty"])
def test_without_a_journal_to_trust_every_row_is_ambiguous_once_its_lease_is_over(
    stage: Stage, directory: Path, kind: str
) -> None:
    log = journal.Journal.open(directory)
    keys = sent, _unknown = claimed(stage, 2, log.token)
    log.begin(1, sent)
    log.end(1, sent, stage="dot", reply="2xx")
    log.close(is_recorded=kind == "absent")
    file = directory / log.token
    if kind == "of another start of the machine":
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join(["journal-1 0000\n", *lines[1:]]))
    if kind == "empty":
        file.write_text("")

    claims.take_over(directory, now=NOW)
    assert states(keys) == [(Status.SENDING, claims.HANDING_OVER, False, 0)] * 2

    claims.take_over(directory, now=NOW + claims.LEASE)
    known = kind == "of another start of the machine"
    assert states(keys) == [
        (Status.SENT, "dot_2xx", False, 1) if known else (Status.PENDING, "worker_died", True, 1),
        (Status.PENDING, "worker_died", True, 1),
    ]


def test_a_clock_that_was_set_back_strands_nobody(stage: Stage, directory: Path) -> None:
    keys = claimed(stage, 1, "0" * 16, lease_until=NOW + datetime.timedelta(hours=2))

    claims.take_over(directory, now=NOW)

    assert states(keys) == [(Status.PENDING, "worker_died", True, 1)]


def test_a_mail_that_two_kills_hit_does_not_go_a_third_time(stage: Stage, directory: Path) -> None:
    log = journal.Journal.open(directory)
    keys = claimed(stage, 1, log.token, is_ambiguous=True, attempts=1)
    log.begin(1, keys[0])
    log.close(is_recorded=False)

    claims.take_over(directory, now=NOW)

    assert states(keys) == [(Status.FAILED, "perhaps_delivered", True, 2)]


def test_an_ambiguous_mail_that_the_second_kill_did_not_reach_goes_on(stage: Stage, directory: Path) -> None:
    log = journal.Journal.open(directory)
    keys = claimed(stage, 1, log.token, is_ambiguous=True, attempts=1)
    log.close(is_recorded=False)

    claims.take_over(directory, now=NOW)

    assert states(keys) == [(Status.PENDING, "", True, 1)]


def test_a_line_that_was_cut_off_is_not_read(stage: Stage, directory: Path) -> None:
    log = journal.Journal.open(directory)
    log.begin(1, 12)
    log.close(is_recorded=False)
    with (directory / log.token).open("a") as file:
        file.write("begun 1 1")

    with journal.found(directory, log.token) as found:
        assert (found.state, found.begun) == (journal.State.DEAD, {(1, 12)})


def test_a_killed_process_leaves_its_journal_whole_and_unlocked(directory: Path) -> None:
    """Not flushed to disk, and there all the same: a process's end loses nothing that was written."""
    script = (
        "import pathlib, sys, time; from notifications import journal;"
        f"log = journal.Journal.open(pathlib.Path({str(directory)!r}));"
        "log.begin(1, 7); print(log.token, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        token = process.stdout.readline().strip()
        with journal.found(directory, token) as living:
            assert living.state == journal.State.ALIVE
        process.kill()

    with journal.found(directory, token) as dead:
        assert (dead.state, dead.begun) == (journal.State.DEAD, {(1, 7)})


def test_where_no_journal_can_be_written_one_mail_at_a_time_is_marked(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.JOURNAL_DIR = tmp_path / "file"  # no directory can be made here
    marked: list[int] = []
    mailbox.answer = lambda mail: "250 OK"
    for number in range(5):
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, key=f"link:{number}")

    run = sending._Run(lambda: False)
    assert run._claim_window()
    marked.append(Delivery.objects.filter(status=Status.SENDING).count())
    run.end()

    assert marked == [1]
    assert len(delivered()) == 4
    assert Delivery.objects.filter(status=Status.SENT).count() == 5


def test_a_journal_that_breaks_off_lets_no_dot_go_out(
    stage: Stage, mailbox: SmtpSink, directory: Path
) -> None:
    """The disk is full: the mail stays as it was, and the run ends."""
    keys = [stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, key="link").pk]
    run = sending._Run(lambda: False)
    assert run._journal is not None
    run._journal._is_broken = True
    run.go(until=time.monotonic() + 5)
    run.end()

    assert mailbox.received == []
    assert states(keys) == [(Status.PENDING, "", False, 0)]


def test_a_run_that_is_asked_to_end_sends_nothing_twice_and_keeps_nothing(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver
) -> None:
    mailbox.delay = 0.05
    for number in range(30):
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, key=f"link:{number}")

    assert sending.deliver_due(is_stopping=lambda: len(mailbox.received) >= 5) is False

    received = len(mailbox.received)
    assert 5 <= received < 20
    counts = {status: Delivery.objects.filter(status=status).count() for status in Status}
    assert (counts[Status.SENT], counts[Status.PENDING], counts[Status.SENDING]) == (
        received,
        30 - received,
        0,
    )
    delivered()
    ids = [mail.message["Message-ID"] for mail in mailbox.received]
    assert (len(ids), len(set(ids))) == (30, 30)
