"""A run ends while a connection still has a mail in hand: what becomes of it is written down, and it is
taken over soon, by whomever."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from notifications import journal, senders, sending, smtp
from notifications.models import Delivery, Kind
from tests.faults.hostile_smtp import SILENCE, HostileSmtp, Script
from tests.notifications.conftest import Stage
from tests.servers import wait_until

Status = Delivery.Status


@pytest.fixture
def server(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileSmtp]:
    """Its answer to the dot comes after the run was given up: a deploy waits so long and no longer."""
    server = HostileSmtp(tmp_path / "log", delay=1.5)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.JOURNAL_DIR = tmp_path / "journal"
    monkeypatch.setattr(sending, "PARTING_SECONDS", 0.1)
    yield server
    server.stop()


def owed(stage: Stage) -> Delivery:
    return stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)


def give_up() -> None:
    began = time.monotonic()
    sending.deliver_due(is_stopping=lambda: time.monotonic() - began > 0.5)


def states(*rows: Delivery) -> list[tuple[str, str, bool, int]]:
    found = Delivery.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    return list(found.values_list("status", "outcome_code", "is_ambiguous", "attempts"))


def journals(directory: Path) -> list[journal.State]:
    found = []
    for token in journal.left_behind(directory):
        with journal.found(directory, token) as one:
            found.append(one.state)
    return found


def test_the_late_answer_is_written_down_and_the_next_run_reads_it(
    stage: Stage, server: HostileSmtp, settings: Settings
) -> None:
    row = owed(stage)
    give_up()
    assert [each[0] for each in states(row)] == [Status.SENDING]
    sending.deliver_due()  # its thread still has it in hand: nobody sends it a second time
    assert [each[0] for each in states(row)] == [Status.SENDING]
    assert journals(settings.JOURNAL_DIR) == [journal.State.ALIVE]

    wait_until(lambda: journals(settings.JOURNAL_DIR) == [journal.State.DEAD], what="let go", seconds=10)
    sending.deliver_due()

    assert states(row) == [(Status.SENT, "dot_2xx", False, 1)]
    assert len(server.accepted) == 1


def test_a_thread_that_hangs_for_ever_holds_no_journal_for_ever(
    stage: Stage, server: HostileSmtp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senders, "LINGER_SECONDS", 0.5)
    server.delay = 0
    server.scripts = [Script("dot", SILENCE)]
    row = owed(stage)
    give_up()
    assert [each[0] for each in states(row)] == [Status.SENDING]

    wait_until(lambda: journals(settings.JOURNAL_DIR) == [journal.State.DEAD], what="let go", seconds=10)
    sending.deliver_due()

    # Perhaps it arrived: once more, flagged. At once, since it is due.
    assert states(row) == [(Status.SENT, "dot_2xx", True, 2)]
    assert [len(server.accepted), len(set(server.accepted))] == [2, 1]


def test_all_of_it_lasts_less_than_two_minutes_from_the_claim() -> None:
    tick = 5
    longest = sending.RUN_SECONDS + smtp.PATIENCE + 5 + senders.LINGER_SECONDS + tick
    assert longest < 120


def test_a_journal_that_was_let_go_of_lets_nobody_begin(tmp_path: Path) -> None:
    """Its number may be another file's by then."""
    log = journal.Journal.open(tmp_path)
    log.begin(1, 1)
    log.close(is_recorded=False)
    other = (tmp_path / "other").open("wb")
    with other:
        with pytest.raises(OSError, match="closed"):
            log.begin(1, 2)
        log.end(1, 1, stage="dot", reply="2xx")
        log.close(is_recorded=False)
        other.write(b"x")

    with journal.found(tmp_path, log.token) as found:
        assert (found.state, found.begun, found.ended) == (journal.State.DEAD, {(1, 1)}, {})
    assert (tmp_path / "other").read_bytes() == b"x"
