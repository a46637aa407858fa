"""What breaks for one campaign, process or workshop is in the log by its id, and holds up no other."""

import datetime
from typing import Any

import pytest
from django.db import connection

from notifications import launching, reminders
from notifications.models import Delivery, InvitationCampaign, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.notifications.reminding import HOUR, span
from workshops.models import ParticipationProcess, Workshop

Status = InvitationCampaign.Status


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if record.levelname == "ERROR"]
    return [record.getMessage().partition("\n")[0] for record in found]


def planned(stage: Stage, **columns: Any) -> InvitationCampaign:
    return stage.campaign(
        status=Status.SCHEDULED, scheduled_for=NOW, scheduled_by=stage.cast.sabine, **columns
    )


def test_a_campaign_on_which_the_program_breaks_holds_up_no_other(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = planned(stage), planned(stage)
    InvitationCampaign.objects.filter(pk=broken.pk).update(text=["no text"])

    assert launching.launch_scheduled(now=NOW) == 1

    states = InvitationCampaign.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == [Status.SCHEDULED, Status.LAUNCHED]
    assert set(Delivery.objects.values_list("campaign", flat=True)) == {whole.pk}
    assert errors(caplog) == [f"launching campaign {broken.pk}: ValueError"]


def remembered(process: ParticipationProcess) -> Workshop:
    """Its people are reminded now."""
    series = builders.a_series(builders.a_field(process))
    workshop = builders.a_workshop(series, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    Workshop.objects.filter(pk=workshop.pk).update(published_at=NOW - 50 * HOUR, changed_at=NOW - 50 * HOUR)
    builders.a_registration(
        workshop, builders.a_participant(process), confirmed_at=NOW - datetime.timedelta(days=2)
    )
    return workshop


def test_a_process_or_a_workshop_on_which_the_program_breaks_holds_up_no_other(
    bare: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    lost, found = builders.a_process(), builders.a_process()
    for process in (lost, found):
        process.reminder_rules.all().delete()
        reminders.add_rule(process, when=span(120), now=NOW - 50 * HOUR)
    unreadable = remembered(lost)
    broken, whole = remembered(found), remembered(found)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("UPDATE workshops_workshop SET uid = 'none' WHERE id = %s", [unreadable.pk])
        cursor.execute("UPDATE workshops_workshop SET revision = -1 WHERE id = %s", [broken.pk])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")

    assert reminders.enqueue_due(now=NOW) == 1

    assert list(Delivery.objects.values_list("kind", "workshop")) == [(Kind.REMINDER, whole.pk)]
    assert sorted(line.split(":")[0] for line in errors(caplog)) == sorted(
        [f"reminding of process {lost.pk}", f"reminding of workshop {broken.pk}"]
    )
