"""Somebody moves to an address that another takes at the same moment: one has it, nobody gets an error."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from tests import builders
from tests.concurrency.crowds import wait_until_someone_waits
from workshops.errors import Refusal
from workshops.models import ContactBy, Participant, PersonalLink, Workshop
from workshops.operations import contact_lists, contacts, registrations
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.postgres
# Seconds, PostgreSQL's own.
DEADLOCK_TIMEOUT = 1.0
OLD, NEW = "hans@example.org", "neu@example.org"


@pytest.fixture
def workshop(postgres: object) -> Workshop:
    return builders.a_workshop(builders.a_series(builders.a_field()))


@pytest.fixture
def waiting(workshop: Workshop) -> PersonalLink:
    """Of Hans, who has typed his new address."""
    hans = builders.a_participant(workshop.process, email=OLD, name="Hans Vogel")
    return contacts.type_new_address(hans, email=NEW)


def registers(workshop: Workshop) -> Callable[[], object]:
    return lambda: registrations.register(
        workshop.process,
        person=Person(email=NEW, name="Neu"),
        workshop_ids=[workshop.pk],
        needs=Needs(),
        may_mail=False,
    )


def answer_of(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


@contextmanager
def at_the_same_time(act: Callable[[], object]) -> Iterator[list[str]]:
    """On a connection of its own; what came of it stands in the list afterwards."""
    said: list[str] = []

    def run() -> None:
        try:
            said.append(answer_of(act))
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield said
    thread.join(30)
    assert not thread.is_alive()


def while_open(first: Callable[[], object], second: Callable[[], object]) -> str:
    """`second` begins while the transaction of `first` is open, and waits for it; its answer."""
    with transaction.atomic():
        first()
        other = at_the_same_time(second)
        said = other.__enter__()
        wait_until_someone_waits()
    other.__exit__(None, None, None)
    return said[0]


def people() -> list[tuple[str, str, int]]:
    found = Participant.objects.order_by("email")
    return [(person.email, person.name, person.registrations.count()) for person in found]


def test_who_registers_a_moment_before_has_it(waiting: PersonalLink, workshop: Workshop) -> None:
    said = while_open(registers(workshop), lambda: contacts.move_address(waiting))
    assert (said, people()) == ("address_taken", [(OLD, "Hans Vogel", 0), (NEW, "Neu", 1)])


def test_who_registers_a_moment_later_is_whom_it_has_become(
    waiting: PersonalLink, workshop: Workshop
) -> None:
    said = while_open(lambda: contacts.move_address(waiting), registers(workshop))
    # What is typed for somebody known renames nobody.
    assert (said, people()) == ("done", [(NEW, "Hans Vogel", 1)])


def test_two_who_change_places_both_stay(workshop: Workshop) -> None:
    hans, olga = (builders.a_participant(workshop.process, email=address) for address in (OLD, NEW))

    def moves(person: Participant, email: str) -> Callable[[], object]:
        return lambda: contacts.correct_contact(
            person,
            email=email,
            phone="",
            postal_address="",
            contact_by=ContactBy.EMAIL,
            by=builders.a_staff_member(),
        )

    with at_the_same_time(moves(olga, OLD)) as said:
        assert answer_of(moves(hans, NEW)) == "address_taken"
    assert said == ["address_taken"]


def brings_both(workshop: Workshop) -> Callable[[], object]:
    return lambda: contact_lists.take_in(
        workshop.process,
        io.BytesIO(f"E-Mail\n{NEW}\n{OLD}\n".encode()),
        name="Sommerfest",
        consent_source="Stand",
        agreed_on=timezone.localdate(),
        by=builders.a_staff_member(),
    )


def while_a_list_brings_both(move: Callable[[], object], workshop: Workshop) -> list[str]:
    """It has the new address, and waits for the person who is about to move there."""
    others: list[AbstractContextManager[list[str]]] = []

    def interpose(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not others and sql.startswith('INSERT INTO "workshops_participant"'):
            others.append(at_the_same_time(brings_both(workshop)))
            said.append(others[0].__enter__())
            wait_until_someone_waits()
            # Of two who wait for each other PostgreSQL ends the one that looks last.
            time.sleep(DEADLOCK_TIMEOUT + 0.2)
        return execute(sql, params, many, context)

    said: list[list[str]] = []
    try:
        with connection.execute_wrapper(interpose):
            answer = answer_of(move)
    finally:
        others[0].__exit__(None, None, None)
    return [answer, *said[0]]


def test_a_list_that_has_the_one_address_and_waits_for_the_other_costs_nobody_an_answer(
    waiting: PersonalLink, workshop: Workshop
) -> None:
    answers = while_a_list_brings_both(lambda: contacts.move_address(waiting), workshop)
    # The move is ended, and begins again: who comes first then is not ours to say.
    assert (*answers, people()) in [
        ("address_taken", "done", [(OLD, "Hans Vogel", 0), (NEW, "", 0)]),
        ("done", "done", [(NEW, "Hans Vogel", 0)]),
    ]


def test_control_in_one_attempt_it_would(waiting: PersonalLink, workshop: Workshop) -> None:
    """Inside a caller's transaction nothing is tried again."""

    def move() -> None:
        with transaction.atomic():
            contacts.move_address(waiting)

    with pytest.raises(OperationalError, match="deadlock"):
        while_a_list_brings_both(move, workshop)
