"""What lets the ledger doubt its database, and what doesn't."""

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.house import House
from notifications import ledger, witness
from notifications.models import Ledger
from tests.notifications.ledger.conftest import Town, forget_sending, why_held
from tests.servers import BrokerServer

Why = Ledger.Why


def test_mail_goes_and_each_window_is_witnessed(town: Town, data: Path) -> None:
    for name in ("anna", "bert"):
        town.owe(name)
        assert town.send() == [name]

    told = json.loads((data / "witness").read_text())
    standing = ledger.standing()
    assert (told["epoch"], told["count"]) == (standing.epoch, standing.count)
    # Two windows, and the ends of the runs that sent them; more where a window was given back.
    assert standing.count >= 4


def test_a_backup_made_while_mails_were_on_their_way_is_found_out_too(town: Town) -> None:
    """Its rows are claimed, and nobody will ever say what became of them."""
    town.owe("anna")
    assert town.send() == ["anna"]
    # The snapshot: counted for its window, not for the end of its run.
    Ledger.objects.update(count=1)

    town.owe("bert")
    assert town.send() == []
    assert why_held() == Why.BEHIND


def test_no_witness_at_all_holds_once_mail_has_gone(town: Town, data: Path) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]
    (data / "witness").unlink()

    town.owe("bert")
    assert town.send() == []
    assert why_held() == Why.NO_WITNESS


def test_a_flushed_broker_alone_holds_nothing(town: Town, with_broker: BrokerServer) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]
    with_broker.flush()

    town.owe("bert")
    assert town.send() == ["bert"]
    assert [mark.count for mark in witness.read()] == [ledger.standing().count] * 2  # both know again


def test_a_second_machine_holds_nothing(
    town: Town, with_broker: BrokerServer, data: Path, settings: Settings
) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]

    settings.WITNESS_FILE = data.parent / "other" / "witness"
    town.owe("bert")
    assert town.send() == ["bert"]

    # Back on the first one, whose file knows less than the database.
    settings.WITNESS_FILE = data / "witness"
    with_broker.flush()
    town.owe("carl")
    assert town.send() == ["carl"]


def test_who_has_a_witness_speaks_for_a_machine_that_has_none(
    town: Town, with_broker: BrokerServer, data: Path, settings: Settings
) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]
    with_broker.flush()
    settings.WITNESS_FILE = data.parent / "other" / "witness"
    town.owe("bert")
    assert town.send() == []
    assert why_held() == Why.NO_WITNESS

    settings.WITNESS_FILE = data / "witness"
    assert town.send() == ["bert"]
    assert why_held() == ""


def test_the_broker_alone_finds_out_a_restored_database(
    town: Town, with_broker: BrokerServer, data: Path
) -> None:
    """The machine is new: no file there knows anything."""
    town.owe("anna")
    assert town.send() == ["anna"]
    (data / "witness").unlink()
    Ledger.objects.update(count=0)
    forget_sending("anna")

    assert town.send() == []
    assert why_held() == Why.BEHIND


def test_a_data_directory_that_was_put_back_gives_itself_away(
    town: Town, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database and witness from the same backup agree. The file's change time doesn't."""
    monkeypatch.setattr(witness, "_SLACK_NS", 0)
    town.owe("anna")
    assert town.send() == ["anna"]
    town.owe("bert")
    assert town.send() == ["bert"]  # what we wrote ourselves is no copy
    (data / "witness").chmod(0o600)
    town.owe("carl")
    assert town.send() == ["carl"]  # nor is a file whose mode somebody set

    shutil.copy2(data / "witness", data / "copy")
    (data / "witness").unlink()
    (data / "copy").rename(data / "witness")
    town.owe("dora")
    assert town.send() == []
    assert why_held() == Why.COPIED


def test_a_backup_from_before_a_release_is_held_again(town: Town) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]
    before = Ledger.objects.values().get()
    ledger.hold(Why.BY_HAND, now=timezone.now())
    ledger.release(now=timezone.now())
    town.owe("bert")
    assert town.send() == ["bert"]

    Ledger.objects.update(**before)
    town.owe("carl")
    assert town.send() == []
    assert why_held() == Why.OTHER_EPOCH

    ledger.release(now=timezone.now())
    assert town.send() == ["carl"]


def test_a_release_that_reaches_no_witness_lasts_all_the_same(
    town: Town, with_broker: BrokerServer, settings: Settings, data: Path
) -> None:
    """`serve` hides its broker's socket from commands; a container may have another directory."""
    town.owe("anna")
    assert town.send() == ["anna"]
    before = Ledger.objects.values().get()
    ledger.hold(Why.BY_HAND, now=timezone.now())
    ledger.release(now=timezone.now())
    town.owe("bert")
    assert town.send() == ["bert"]
    Ledger.objects.update(**before)  # restored
    town.owe("carl")
    assert (town.send(), why_held()) == ([], Why.OTHER_EPOCH)
    reachable = settings.WITNESS_FILE, settings.WITNESS_BROKER_URL

    settings.WITNESS_FILE, settings.WITNESS_BROKER_URL = None, ""
    ledger.release(now=timezone.now())
    settings.WITNESS_FILE, settings.WITNESS_BROKER_URL = reachable

    assert town.send() == ["carl"]
    town.owe("dora")
    assert town.send() == ["dora"]


def test_a_new_database_beside_an_old_witness_is_no_restore(town: Town, data: Path) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=1)
    witness.begin_anew(witness.Mark("f" * 32, 4711, long_ago))

    for name in ("anna", "bert"):
        town.owe(name)
        assert town.send() == [name]


def test_a_backup_from_before_there_was_a_ledger_is_held(town: Town) -> None:
    town.owe("anna")
    witness.begin_anew(witness.Mark("f" * 32, 4711, timezone.now()))

    assert town.send() == []
    assert why_held() == Why.OTHER_EPOCH


def test_a_database_put_back_under_a_running_worker(town: Town) -> None:
    ledger.opens(timezone.now())
    first = ledger.advance(timezone.now())
    second = ledger.advance(timezone.now(), after=first or 0)
    Ledger.objects.update(count=0)

    assert (first, second) == (1, 2)
    assert ledger.advance(timezone.now(), after=2) is None
    assert why_held() == Why.BEHIND


def test_a_broker_that_is_away_holds_nothing(town: Town, with_broker: BrokerServer) -> None:
    town.owe("anna")
    assert town.send() == ["anna"]
    with_broker.stop()

    town.owe("bert")
    assert town.send() == ["bert"]


def test_a_witness_never_goes_back(town: Town, with_broker: BrokerServer) -> None:
    """Several workers write it; the slowest one comes last."""
    now = timezone.now()
    for count in (7, 9, 8):
        witness.bear(witness.Mark("a" * 32, count, now))

    assert [(mark.epoch, mark.count) for mark in witness.read()] == [("a" * 32, 9)] * 2


def test_a_reset_demo_forgets_its_witness(tmp_path: Path) -> None:
    for name in ("db.sqlite3", "witness", "secret_key"):
        (tmp_path / name).touch()
    House(kind="demo", data=tmp_path, host="", port=0, say=print)._empty()

    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    "columns",
    [
        {"pk": 2},
        {"held_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"held_why": "behind"},
        {"held_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), "held_why": "mood"},
        {"refused_since": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"away_since": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), "away_count": 1},
        {"away_count": 1},
        {"opened_count": 1},
    ],
)
def test_the_ledger_is_never_nonsense(db: None, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ledger.objects.create(**{"pk": 1, "epoch": "a", **columns})


def test_a_window_that_another_worker_counts_at_this_moment_is_no_reason_to_doubt(town: Town) -> None:
    """Between the look at the database and the one at the witnesses, or the other way round."""
    town.owe("anna")
    assert town.send() == ["anna"]
    counted: list[int | None] = []

    def another_worker(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and Ledger._meta.db_table in sql and not counted:
            counted.append(0)
            counted.append(ledger.advance(timezone.now()))
        return result

    with connection.execute_wrapper(another_worker):
        assert ledger.opens(timezone.now())

    assert len(counted) == 2
    assert why_held() == ""
