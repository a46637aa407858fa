"""A workshop with two seats and two places in the queue, and what is told of its registrations."""

from collections.abc import Iterator

import pytest

from tests import builders
from tests.workshops.ears import REGISTRATION_FACTS, listening
from tests.workshops.registrations.acts import Heard
from workshops.models import ParticipationProcess, Workshop


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(capacity=2, waiting_capacity=2)


@pytest.fixture
def process(workshop: Workshop) -> ParticipationProcess:
    return workshop.process


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening(*REGISTRATION_FACTS) as heard:
        yield heard
