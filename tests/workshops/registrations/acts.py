"""What citizens do about seats, and what the book says of it afterwards."""

import datetime
from typing import Any

import pytest

from workshops.errors import Refusal
from workshops.models import Participant, Registration, Workshop
from workshops.operations import registrations
from workshops.operations.registrations import Needs, Person

Heard = list[tuple[str, dict[str, Any]]]


def register(
    workshop: Workshop, *more: Workshop, email: str, now: datetime.datetime | None = None, **person: str
) -> None:
    person.setdefault("name", email.split("@")[0].strip().title())
    registrations.register(
        workshop.process,
        person=Person(email=email, **person),
        workshop_ids=[workshop.pk, *(each.pk for each in more)],
        needs=Needs(),
        now=now,
    )


def the_person(email: str) -> Participant:
    return Participant.objects.with_address(email).get()


def confirm(email: str, now: datetime.datetime | None = None) -> list[Registration]:
    return registrations.confirm(the_person(email), now=now)


def book_of(workshop: Workshop) -> list[tuple[str, str, bool]]:
    """(name, status, holds a seat), by arrival."""
    return list(
        workshop.registrations.order_by("place").values_list("participant__name", "status", "holds_seat")
    )


def refusal_of(workshop: Workshop, *more: Workshop, email: str = "neu@example.org") -> str:
    with pytest.raises(Refusal) as refusal:
        register(workshop, *more, email=email)
    assert "%" not in refusal.value.sentence
    return refusal.value.code
