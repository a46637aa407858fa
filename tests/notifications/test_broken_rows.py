"""A row on which the work of a whole window breaks fails alone; nobody else's mail waits for it."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from notifications import by_hand
from notifications.models import BULK, URGENT, Delivery, InvitationCampaign, Kind, Settled
from notifications.models.delivery import UNKNOWN_KIND_WAITS
from tests import builders, pages
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received

Status = Delivery.Status
Deliver = Callable[[], list[Received]]
SENT = (Status.SENT, "dot_2xx", "OK")


def fates(*rows: Delivery) -> list[tuple[str, str, str]]:
    found = Delivery.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].status, found[row.pk].outcome_code, found[row.pk].outcome_text) for row in rows]


def launched(stage: Stage, **columns: Any) -> InvitationCampaign:
    return stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine, **columns)


def invited(stage: Stage, campaign: InvitationCampaign) -> Delivery:
    person = builders.a_participant(stage.cast.process, invitation_agreed_at=NOW)
    return stage.delivery(Kind.INVITATION, participant=person, campaign=campaign, priority=BULK)


def others(stage: Stage) -> list[Delivery]:
    """A confirmation, and a mail of a campaign with which all is well."""
    registration = stage.registered(stage.cast.hans)
    return [
        stage.delivery(
            Kind.CONFIRMED,
            participant=stage.cast.hans,
            registration=registration,
            workshop=stage.workshop,
            priority=URGENT,
        ),
        invited(stage, launched(stage)),
    ]


def a_campaign_for_nobody(stage: Stage) -> InvitationCampaign:
    """Its audience was understood when it was launched, and isn't any more."""
    return launched(stage, audience={"languages": ["xx"]})


def test_an_audience_that_no_longer_parses_fails_its_own_mails_alone(
    stage: Stage, delivered: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    broken = invited(stage, a_campaign_for_nobody(stage))
    whole = others(stage)

    assert len(delivered()) == 2
    assert fates(broken, *whole) == [(Status.FAILED, "broken_mail", "Refusal"), SENT, SENT]
    assert delivered() == []
    assert f"delivery {broken.pk} could not be made: Refusal" in caplog.text


def test_a_row_that_cannot_be_read_fails_alone(stage: Stage, delivered: Deliver) -> None:
    """Its workshop's UID is none."""
    other = builders.a_workshop(stage.workshop.series)
    broken = stage.delivery(
        Kind.CONFIRMED,
        participant=stage.cast.amina,
        registration=builders.a_registration(other, stage.cast.amina),
        workshop=other,
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workshops_workshop SET uid = 'none' WHERE id = %s", [other.pk])
    whole = others(stage)

    assert len(delivered()) == 2
    assert fates(broken, *whole) == [(Status.FAILED, "broken_mail", "ValueError"), SENT, SENT]


def test_a_kind_that_only_newer_workers_know_is_left_to_them(stage: Stage, delivered: Deliver) -> None:
    """In a deploy old and new workers run side by side. After a day nobody is going to know it."""
    unknown = stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.amina, priority=URGENT)
    Delivery.objects.filter(pk=unknown.pk).update(kind="of_next_year")
    first, _second = whole = others(stage)

    assert len(delivered()) == 2
    assert fates(unknown, *whole) == [(Status.PENDING, "", ""), SENT, SENT]
    assert Delivery.objects.get(pk=unknown.pk).attempts == 0

    Delivery.objects.filter(pk=unknown.pk).update(next_attempt_at=NOW - UNKNOWN_KIND_WAITS)
    Delivery.objects.filter(pk=first.pk).update(status=Status.PENDING)
    assert len(delivered()) == 1
    assert fates(unknown, first) == [(Status.FAILED, "broken_mail", "ValueError"), SENT]


@pytest.mark.parametrize("kind", ["audience", "kind"])
def test_such_a_row_stands_on_staffs_list_and_hides_nobody_else(
    stage: Stage, delivered: Deliver, client: Client, kind: str
) -> None:
    broken = invited(stage, a_campaign_for_nobody(stage))
    if kind == "kind":
        Delivery.objects.filter(pk=broken.pk).update(
            kind="of_last_year", next_attempt_at=NOW - UNKNOWN_KIND_WAITS
        )
    delivered()
    over = stage.delivery(
        Kind.CONFIRMED,
        participant=stage.cast.hans,
        status=Status.FAILED,
        ended_at=NOW,
        outcome_code="rcpt_5xx",
        registration=stage.registered(stage.cast.hans, "cancelled", ended_at=NOW),
        workshop=stage.workshop,
    )
    client.force_login(stage.cast.sabine)

    assert by_hand.drop_obsolete(now=NOW + datetime.timedelta(minutes=5)) == 1
    settled = Delivery.objects.get(pk=over.pk).settled_how
    shown = pages.lines(client.get("/staff/integrationsplan/by-hand/"))

    assert settled == Settled.NOT_NEEDED
    assert broken.participant is not None
    assert any(broken.participant.name in line for line in shown)
    assert fates(broken)[0][:2] == (Status.FAILED, "broken_mail")
