"""Words are put back while somebody registers with the same address: what waits by then keeps its words."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from tests import builders
from tests.concurrency.crowds import wait_until_someone_waits
from workshops.models import Participant, Workshop
from workshops.operations import registrations, typed_words
from workshops.operations.registrations import Needs, Person

pytestmark = pytest.mark.postgres
ADDRESS = "lina@example.org"


def type_in(workshop: Workshop) -> None:
    registrations.register(
        workshop.process,
        person=Person(email=ADDRESS, name="Getippt"),
        workshop_ids=[workshop.pk],
        needs=Needs(),
        may_mail=False,
    )


def name_after(sweep_at_the_same_time: Callable[[], object], workshop: Workshop) -> str:
    """Somebody registers, in a transaction that is still open when the sweep comes to this person."""
    builders.a_participant(workshop.process, email=ADDRESS, name="Lina Liste")
    Participant.objects.update(
        verified_at=None,
        privacy_agreed_at=None,
        privacy_version=None,
        typed_over={"name": "Lina Liste", "organisation": "", "organisation_kind": "", "language": "de"},
    )

    def run() -> None:
        try:
            sweep_at_the_same_time()
        finally:
            connections.close_all()

    sweep = threading.Thread(target=run)
    with transaction.atomic():
        type_in(workshop)
        sweep.start()
        wait_until_someone_waits()
    sweep.join(20)
    return Participant.objects.get().name


@pytest.fixture
def workshop(postgres: object) -> Workshop:
    return builders.a_workshop(builders.a_series(builders.a_field()))


def test_the_sweep_waits_and_looks_again(workshop: Workshop) -> None:
    assert name_after(typed_words.put_back_unproven, workshop) == "Getippt"


def test_without_looking_again_it_would_take_what_waits(workshop: Workshop) -> None:
    """The control."""

    def careless() -> None:
        due = Participant.objects.exclude(registrations__status="pending")
        for pk in list(due.values_list("pk", flat=True)):
            with transaction.atomic():
                typed_words.put_back(Participant.objects.select_for_update(no_key=True).get(pk=pk))

    assert name_after(careless, workshop) == "Lina Liste"
