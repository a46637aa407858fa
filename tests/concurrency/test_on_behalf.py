"""Registrations on behalf on a real PostgreSQL: who has no address is registered once, click by click."""

import threading

import pytest

from tests import builders, cast
from tests.concurrency.crowds import all_at_once, tally
from workshops.errors import Refusal
from workshops.models import ConsentGiven, ContactBy, Participant, Registration, Workshop
from workshops.operations import on_behalf
from workshops.operations.on_behalf import Contact
from workshops.operations.registrations import Needs, Person

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

CROWD = 6
IDA = Person(email="", name="Ida Weber", organisation="", language="de")
HOME = "Marktplatz 1\n72379 Hechingen"


def _workshop(people: cast.Cast) -> Workshop:
    return builders.a_workshop(builders.a_series(people.fields[0]), capacity=CROWD)


@pytest.mark.parametrize("only_own", [False, True], ids=["staff", "helper"])
def test_several_clicks_at_once_take_one_seat(*, only_own: bool) -> None:
    people = cast.gather()
    workshop = _workshop(people)

    def click(_number: int) -> str:
        try:
            on_behalf.register(
                people.process,
                person=IDA,
                contact=Contact(postal_address=HOME, contact_by=ContactBy.LETTER),
                consent=ConsentGiven("writing"),
                workshop_ids=[workshop.pk],
                needs=Needs(),
                by=people.sabine,
                only_own=only_own,
            )
        except Refusal as refusal:
            return refusal.code
        return "registered"

    said = all_at_once(click, range(CROWD), threads=CROWD)

    assert tally(said) == {"registered": 1, "already_registered": CROWD - 1}
    assert Registration.objects.filter(workshop=workshop).count() == 1


def test_control_looking_without_the_lock_finds_nobody() -> None:
    """What the lock is for."""
    people = cast.gather()
    looked = threading.Barrier(CROWD)

    def careless(_number: int) -> None:
        is_known = people.process.participants.filter(name=IDA.name, postal_address=HOME).exists()
        looked.wait(30)
        if not is_known:
            builders.a_participant(
                people.process, email="", name=IDA.name, postal_address=HOME, contact_by="letter"
            )

    all_at_once(careless, range(CROWD), threads=CROWD)
    assert Participant.objects.filter(name=IDA.name).count() == CROWD
