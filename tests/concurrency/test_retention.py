"""Somebody's period ends in the very moment in which they come back."""

import datetime
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from tests import builders
from workshops.models import DeletionRecord, Participant, ParticipationProcess, Registration, Workshop
from workshops.operations import deadlines, participants, registrations, retention

pytestmark = pytest.mark.postgres

DAY = datetime.timedelta(days=1)
LOCKS_THE_PERSON = "FOR NO KEY UPDATE"


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop()


@pytest.fixture
def amina(workshop: Workshop) -> Participant:
    """Known for so long, and registered for nothing, that this night she is forgotten."""
    long_ago = timezone.now() - 200 * DAY
    return builders.a_participant(
        workshop.process, email="amina@example.org", created_at=long_ago, verified_at=long_ago
    )


def in_a_thread(act: Callable[[], object]) -> threading.Thread:
    def work() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@contextmanager
def before(statement: str, act: Callable[[], object]) -> Iterator[None]:
    """`act` happens once, on another connection and committed, before the first statement that has it."""
    left = [act]

    def interpose(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if left and statement in sql and "workshops_participant" in sql:
            thread = in_a_thread(left.pop())
            thread.join(30)
            assert not thread.is_alive()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interpose):
        yield
    assert not left


def comes_back(workshop: Workshop) -> Callable[[], object]:
    """The newest of links, and one click."""
    return lambda: registrations.add(
        Participant.objects.select_related("process").get(email="amina@example.org"),
        workshop_ids=[workshop.pk],
        needs=registrations.Needs(),
    )


def test_who_registers_while_they_are_about_to_be_forgotten_stays(
    workshop: Workshop, amina: Participant
) -> None:
    with before(LOCKS_THE_PERSON, comes_back(workshop)):
        retention.run(now=timezone.now())

    assert list(Participant.objects.values_list("pk", flat=True)) == [amina.pk]
    assert list(Registration.objects.values_list("status", flat=True)) == ["confirmed"]
    assert not DeletionRecord.objects.exists()


def test_control_without_looking_again_under_the_lock_the_seat_is_lost(
    workshop: Workshop, amina: Participant
) -> None:
    process = ParticipationProcess.objects.get()
    facts = deadlines.facts_of(process)
    verdict = deadlines.verdict_on(amina, [], facts, now=timezone.now())
    assert verdict is not None

    with before(LOCKS_THE_PERSON, comes_back(workshop)), transaction.atomic():
        participants.lock(amina)
        participants.delete(amina, is_remembered=False, now=timezone.now())

    assert (Participant.objects.count(), Registration.objects.count()) == (0, 0)


def test_two_sweeps_at_once_delete_and_count_once(workshop: Workshop) -> None:
    long_ago = timezone.now() - 200 * DAY
    for _number in range(12):
        builders.a_participant(workshop.process, created_at=long_ago, verified_at=long_ago)
    now = timezone.now()

    threads = [in_a_thread(lambda: retention.run(now=now)) for _number in range(3)]
    for thread in threads:
        thread.join(60)

    assert Participant.objects.count() == 0
    assert DeletionRecord.objects.values_list("rule", "count").get() == ("participation", 12)
