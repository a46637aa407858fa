"""Staff publish a proposed timetable."""

import datetime

import pytest
from django.test import Client

from tests import cast, pages
from tests.workshops.ears import listening
from tests.workshops.staff_planning.steps import NOW, PAGE
from workshops.models import BlockedDay, Workshop

pytestmark = pytest.mark.django_db


def test_publishing_asks_first_and_tells_of_each_workshop(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    question = staff.get(f"{PAGE}publish/").text
    assert "3 Workshops werden für alle sichtbar; Anmeldungen sind dann möglich." in question
    assert not Workshop.objects.published().exists()
    with listening("workshop_published") as heard:
        answer = staff.post(f"{PAGE}publish/", follow=True)

    assert "3 Workshops sind veröffentlicht." in answer.text
    assert [told["workshop"] for _name, told in heard] == proposal
    assert [one.status for one in Workshop.objects.all()] == ["published"] * 3


def test_a_proposal_that_breaks_rules_is_published_only_when_that_is_accepted(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    BlockedDay.objects.create(process=people.process, day=proposal[0].local_start.date(), reason="Stadtfest")

    refused = staff.post(f"{PAGE}publish/")
    assert "liegt auf einem gesperrten Tag." in refused.text
    assert not Workshop.objects.published().exists()

    accepting = {"accept_conflicts": "on", "conflict": pages.hidden(refused, "conflict")}
    BlockedDay.objects.create(
        process=people.process, day=proposal[1].local_start.date(), reason="Ratssitzung"
    )
    again = staff.post(f"{PAGE}publish/", accepting)
    assert again.text.count("liegt auf einem gesperrten Tag.") == 2
    assert not Workshop.objects.published().exists()

    staff.post(f"{PAGE}publish/", accepting | {"conflict": pages.hidden(again, "conflict")})
    assert Workshop.objects.published().count() == 3


def test_the_gate_counts_again_when_publishing(
    staff: Client, people: cast.Cast, proposal: list[Workshop]
) -> None:
    people.process.survey.closes_at = NOW + datetime.timedelta(days=3)
    people.process.survey.evaluated_at = people.process.survey.evaluated_by = None
    people.process.survey.save(update_fields=["closes_at", "evaluated_at", "evaluated_by"])

    answer = staff.post(f"{PAGE}publish/")

    assert (
        "Workshops dürfen erst geplant werden, wenn die Umfrage beendet und ausgewertet ist." in answer.text
    )
    assert not Workshop.objects.published().exists()
