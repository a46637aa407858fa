"""What somebody reported of a barrier is theirs to read, and goes with them; nobody reaches another's."""

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.models import BarrierReport, Participant
from workshops.operations import barriers, own_data, participants

pytestmark = pytest.mark.django_db


def reported(people: cast.Cast, reply_to: str) -> BarrierReport:
    return barriers.report(people.process, message="Zu klein.", reply_to=reply_to, language="de")


def told(person: Participant) -> list[str]:
    return [each["message"] for each in own_data.export(person)["barrier_reports"]]


def test_what_they_reported_is_told_and_goes_with_them(people: cast.Cast) -> None:
    mine = reported(people, f" {people.amina.email.upper()} ".strip())
    others = [reported(people, reply_to) for reply_to in ("hans@example.net", "", "07471 930-0")]
    assert told(people.amina) == ["Zu klein."]

    participants.erase(people.amina, now=timezone.now())

    assert set(BarrierReport.objects.all()) == set(others)
    assert not BarrierReport.objects.filter(pk=mine.pk).exists()


def test_an_address_or_a_number_that_nobody_has_proven_reaches_nothing(people: cast.Cast) -> None:
    first = reported(people, "ida@example.org")
    second = reported(people, "07471 930-0")
    stranger = builders.a_participant(
        people.process, email="ida@example.org", phone="07471 9300", verified_at=None
    )
    assert told(stranger) == []

    participants.erase(stranger, now=timezone.now())

    assert set(BarrierReport.objects.all()) == {first, second}
