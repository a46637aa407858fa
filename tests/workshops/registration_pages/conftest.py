"""A workshop with one seat and one place to wait, two weeks from now."""

import datetime

import pytest
from django.utils import timezone

from tests import builders
from workshops.models import ParticipationProcess, Workshop


@pytest.fixture
def workshop() -> Workshop:
    return builders.a_workshop(
        starts_at=(timezone.now() + datetime.timedelta(days=14)).replace(hour=16, minute=0),
        capacity=1,
        waiting_capacity=1,
    )


@pytest.fixture
def process(workshop: Workshop) -> ParticipationProcess:
    return workshop.process
