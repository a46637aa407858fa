"""After a restored backup nothing goes out until an operator says so; nothing else stops mail."""

import datetime
import io
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.house import House
from notifications import ledger, sending, witness
from notifications.models import Delivery, Kind, Ledger
from tests import builders, cast
from tests.servers import BrokerServer, Database, postgres_binaries
from tests.smtp_sink import SmtpSink

Status = Delivery.Status
Why = Ledger.Why


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    """A data directory with its witness, and no broker."""
    directory = tmp_path / "data"
    settings.WITNESS_FILE = directory / "witness"
    settings.WITNESS_BROKER_URL = ""
    return directory


@pytest.fixture
def with_broker(data: Path, broker: BrokerServer, settings: Settings) -> BrokerServer:
    settings.WITNESS_BROKER_URL = broker.environment["CELERY_BROKER_URL"]
    return broker


class Town:
    """Mails of one town, sent and waiting."""

    def __init__(self, mailbox: SmtpSink) -> None:
        self.people = cast.gather()
        self.mailbox = mailbox

    def owe(self, name: str) -> None:
        now = timezone.now()
        Delivery.objects.create(
            process=self.people.process,
            kind=Kind.PERSONAL_LINK,
            key=f"personal_link:{name}",
            participant=builders.a_participant(self.people.process, email=f"{name}@example.org"),
            created_at=now,
            next_attempt_at=now,
        )

    def send(self) -> list[str]:
        """Who gets a mail from what is due now."""
        before = len(self.mailbox.received)
        sending.deliver_due()
        return sorted(mail.recipients[0].partition("@")[0] for mail in self.mailbox.received[before:])


@pytest.fixture
def town(data: Path, db: None, mailbox: SmtpSink) -> Town:
    return Town(mailbox)


def why_held() -> str:
    return ledger.standing().held_why


def forget_sending(*names: str) -> None:
    """What a restored backup does to rows and ledger: as if these had never gone out."""
    Delivery.objects.filter(key__in=[f"personal_link:{name}" for name in names]).update(
        status=Status.PENDING, sent_at=None, ended_at=None, outcome_code="", attempts=0
    )


# --- real backups ------------------------------------------------------------------------------------


def through_a_restore(town: Town, back_up: Callable[[], None], restore: Callable[[], None]) -> None:
    """Mail goes, a backup is made, mail goes, the backup is restored."""
    town.owe("early")
    assert town.send() == ["early"]
    town.owe("between")
    back_up()
    assert town.send() == ["between"]
    town.owe("lost")
    assert town.send() == ["lost"]
    last_sent_at = timezone.now()
    restore()
    town.owe("after")

    assert town.send() == []
    assert why_held() == Why.BEHIND
    between = Delivery.objects.get(key="personal_link:between")
    assert (between.status, between.attempts) == (Status.PENDING, 0)
    assert sending.deliver_due() is False  # nor later, by itself

    witnessed_at = ledger.standing().witnessed_at
    assert witnessed_at is not None
    assert abs(witnessed_at - last_sent_at) < datetime.timedelta(seconds=30)
    call_command("release_mail", "--yes", skip_before=last_sent_at.isoformat(), stdout=io.StringIO())

    assert town.send() == ["after"]
    between.refresh_from_db()
    assert (between.status, between.outcome_code) == (Status.SKIPPED, "before_restore")
    town.owe("later")
    assert town.send() == ["later"]


def test_a_copied_sqlite_file_that_is_put_back(
    data: Path, sqlite: Database, mailbox: SmtpSink, tmp_path: Path
) -> None:
    file, copy = Path(urlsplit(sqlite.url).path), tmp_path / "copy.sqlite3"

    def back_up() -> None:
        with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()

    def restore() -> None:
        connections.close_all()
        for rest in ("-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
        shutil.copy(copy, file)

    through_a_restore(Town(mailbox), back_up, restore)


@pytest.mark.postgres
def test_a_dump_of_postgresql_that_is_restored(
    data: Path, postgres: Database, mailbox: SmtpSink, tmp_path: Path
) -> None:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no pg_dump beside the server")
    parts = urlsplit(postgres.url)
    # Not `hostname`, which is lower case: a socket's directory may have capitals.
    host = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    reach = ["-h", host, "-U", parts.username or "postgres"]
    if parts.port:
        reach += ["-p", str(parts.port)]
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    name, dump = parts.path.strip("/"), tmp_path / "dump"

    def run(program: str, *words: str) -> None:
        connections.close_all()
        subprocess.run(
            [str(binaries / program), *reach, *words], check=True, env=environment, capture_output=True
        )

    through_a_restore(
        Town(mailbox),
        lambda: run("pg_dump", "-Fc", "-f", str(dump), name),
        lambda: run("pg_restore", "--clean", "--if-exists", "-d", name, str(dump)),
    )


# --- what contradicts, and what doesn't ---------------------------------------------------------------


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
        {"opened_count": 1},
    ],
)
def test_the_ledger_is_never_nonsense(db: None, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ledger.objects.create(**{"pk": 1, "epoch": "a", **columns})


# --- operator and staff -------------------------------------------------------------------------------


def test_by_hand_it_is_held_and_released(town: Town) -> None:
    out = io.StringIO()
    call_command("hold_mail", why="Umzug auf den neuen Server", stdout=out)
    town.owe("anna")

    assert town.send() == []
    assert out.getvalue().startswith("Der Versand ist angehalten.")

    out = io.StringIO()
    call_command("release_mail", "--yes", stdout=out)
    assert "Umzug auf den neuen Server" in out.getvalue()
    assert "1 E-Mail wartet, angelegt am " in out.getvalue()
    assert town.send() == ["anna"]


@pytest.mark.parametrize(("answer", "goes"), [("j", ["anna"]), ("", []), ("nein", [])])
def test_a_release_asks_first(
    town: Town, monkeypatch: pytest.MonkeyPatch, answer: str, goes: list[str]
) -> None:
    call_command("hold_mail", why="…", stdout=io.StringIO())
    town.owe("anna")
    monkeypatch.setattr("builtins.input", lambda question: answer)

    call_command("release_mail", stdout=io.StringIO())

    assert town.send() == goes


def test_a_release_of_what_is_not_held_skips_nothing(town: Town) -> None:
    town.owe("anna")
    out = io.StringIO()

    call_command("release_mail", "--yes", skip_before=timezone.now().isoformat(), stdout=out)

    assert out.getvalue() == "Der Versand ist nicht angehalten; es ist nichts freizugeben.\n"
    assert town.send() == ["anna"]


@pytest.mark.parametrize("moment", ["gestern", "2020-13-01T00:00", "2999-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused(town: Town, moment: str) -> None:
    call_command("hold_mail", why="…", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("release_mail", "--yes", skip_before=moment, stdout=io.StringIO())

    assert why_held() == Why.BY_HAND


def test_only_what_was_due_before_the_moment_is_skipped(town: Town) -> None:
    town.owe("early")
    town.owe("late")
    town.owe("letter")
    moment = timezone.now()
    Delivery.objects.filter(key="personal_link:late").update(
        next_attempt_at=moment + datetime.timedelta(milliseconds=1)
    )
    Delivery.objects.filter(key="personal_link:letter").update(channel="letter")
    ledger.hold(Why.BY_HAND, now=moment)

    assert ledger.release(now=moment, skip_before=moment) == 1
    assert town.send() == ["late"]
    assert Delivery.objects.get(key="personal_link:letter").status == Status.PENDING


@pytest.mark.parametrize("page", ["/staff/integrationsplan/", "/staff/integrationsplan/deliveries/"])
def test_staff_read_what_happened_and_who_must_do_what(town: Town, client: Client, page: str) -> None:
    client.force_login(town.people.sabine)
    town.owe("anna")
    assert "Der Versand ist angehalten" not in client.get(page).content.decode()

    ledger.hold(Why.BEHIND, now=timezone.now())

    shown = client.get(page).content.decode()
    assert shown.count("Der Versand ist angehalten") == 1
    assert "Die Datenbank ist älter als das, was schon verschickt ist." in shown
    assert "Eine E-Mail wartet. Bitte sagen Sie der Technik Bescheid" in shown
    assert "manage.py release_mail" in shown

    ledger.release(now=timezone.now())
    assert "Der Versand ist angehalten" not in client.get(page).content.decode()


def test_whoever_watches_the_machine_reads_it_too(town: Town, client: Client) -> None:
    assert client.get("/health/").content == b"ok\n"
    ledger.hold(Why.BEHIND, now=timezone.now())

    answer = client.get("/health/")

    assert (answer.status_code, answer.content.decode().splitlines()[0]) == (200, "ok")
    assert "mail: held since " in answer.content.decode()
    assert "(behind)" in answer.content.decode()
