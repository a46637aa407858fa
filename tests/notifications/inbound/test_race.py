"""Several workers at one mailbox: each message is handled once. Real PostgreSQL, a real IMAP server."""

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from notifications.inbound import handling, mailbox, reading
from notifications.models import Delivery, InboundMessage
from tests import builders, cast
from tests.concurrency.crowds import all_at_once
from tests.imap_server import ImapServer
from tests.notifications.conftest import NOW, Stage
from tests.notifications.inbound.conftest import BOUNCES_TO, Seat
from workshops.models import Registration

WORKERS, MESSAGES = 4, 12

pytestmark = pytest.mark.postgres


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each message's consequences were drawn."""
    counts: Counter[str] = Counter()
    lock = threading.Lock()
    real = handling.handle

    def counting(incoming: reading.Incoming, *, now: object) -> handling.Result:
        with lock:
            counts[incoming.digest] += 1
        return real(incoming, now=NOW)

    monkeypatch.setattr(handling, "handle", counting)
    return counts


@pytest.fixture
def full(imap: ImapServer, settings: Settings) -> Registration:
    """A mailbox with a "no" and bounces of one mail."""
    settings.BOUNCE_ADDRESS = BOUNCES_TO
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    registration = builders.a_registration(workshop, people.hans, confirmed_at=NOW)
    delivery = Delivery.objects.create(
        process=people.process,
        kind="confirmed",
        key="confirmed:1",
        participant=people.hans,
        registration=registration,
        workshop=workshop,
        status="sent",
        sent_at=NOW,
        created_at=NOW,
        next_attempt_at=NOW,
        message_id="<eins@hechingen.example>",
    )
    seat = Seat(Stage(people, workshop), registration, delivery)
    imap.put(seat.sample("attachment_declined"))
    for number in range(MESSAGES - 1):
        imap.put(seat.sample("postfix_relayed").replace(b"4WfT1x0Kp5z1l", f"bounce{number}".encode()))
    return registration


def test_each_message_is_handled_once(full: Registration, handled: Counter[str]) -> None:
    read = all_at_once(lambda _worker: mailbox.read(now=NOW), range(WORKERS), threads=WORKERS)

    assert sum(read) == MESSAGES
    assert sorted(handled.values()) == [1] * MESSAGES
    assert InboundMessage.objects.count() == MESSAGES
    full.refresh_from_db()
    assert (full.status, full.reply) == ("cancelled", "declined")
    assert Delivery.objects.filter(kind="registration_cancelled").count() == 1


def test_without_the_constraint_messages_are_handled_twice(full: Registration, handled: Counter[str]) -> None:
    """Control: the row is what decides."""
    table = InboundMessage._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT a_message_is_read_once")
        cursor.execute(f"ALTER TABLE {table} ALTER digest TYPE text")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {_unique_digest(cursor, table)}")

    all_at_once(lambda _worker: mailbox.read(now=NOW), range(WORKERS), threads=WORKERS)

    assert max(handled.values()) > 1


def _unique_digest(cursor: Any, table: str) -> str:
    found = connection.introspection.get_constraints(cursor, table)
    return next(name for name, about in found.items() if about["columns"] == ["digest"] and about["unique"])
