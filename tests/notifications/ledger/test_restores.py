"""After a restored backup nothing goes out until an operator says so: real dumps, real files."""

import datetime
import io
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from notifications import ledger, sending
from notifications.models import Delivery, Ledger
from tests.notifications.ledger.conftest import Town, why_held
from tests.servers import Database, postgres_binaries
from tests.smtp_sink import SmtpSink

Status = Delivery.Status
Why = Ledger.Why


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
