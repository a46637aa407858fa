"""A campaign starts once, for whom it is meant; it is planned, stopped, gone on with, sent again."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications import by_hand, launching, progress
from notifications.models import Delivery, InvitationCampaign, Kind, Settled
from notifications.progress import Progress
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.notifications.test_campaigns import refusal_of
from tests.smtp_sink import Received, SmtpSink
from workshops.models import Participant, localised
from workshops.operations import participants

Deliver = Callable[[], list[Received]]
TOMORROW = NOW + datetime.timedelta(days=1)
Status = InvitationCampaign.Status


def people(stage: Stage, **columns: Any) -> Participant:
    return builders.a_participant(stage.cast.process, **{"invitation_agreed_at": NOW, **columns})


def test_launching_owes_each_person_one_mail_in_one_statement(
    stage: Stage, django_assert_num_queries: Any
) -> None:
    found = [stage.cast.amina, *(people(stage) for _ in range(4))]
    campaign = stage.campaign()

    with django_assert_num_queries(5):  # savepoint, lock, status, INSERT … SELECT, savepoint's release
        count = launching.launch(campaign, by=stage.cast.sabine)

    assert count == 5
    assert list(
        Delivery.objects.order_by("participant").values_list("participant", "kind", "status", "key")
    ) == [
        (person.pk, Kind.INVITATION, "pending", f"invitation:{campaign.pk}:{person.pk}") for person in found
    ]


def test_a_campaign_is_launched_once(stage: Stage) -> None:
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)

    assert refusal_of(lambda: launching.launch(campaign, by=stage.cast.sabine)) == "not_a_draft"
    assert Delivery.objects.count() == 1


def test_a_campaign_for_nobody_is_not_launched(stage: Stage) -> None:
    Participant.objects.update(invitation_agreed_at=None)
    campaign = stage.campaign()

    assert refusal_of(lambda: launching.launch(campaign, by=stage.cast.sabine)) == "nobody"
    campaign.refresh_from_db()
    assert campaign.status == Status.DRAFT


def test_whom_no_mail_reaches_stands_on_staffs_list_at_once(stage: Stage, delivered: Deliver) -> None:
    bounced = {"unreachable_since": NOW, "unreachable_reason": "5.1.1"}
    found = [
        people(stage, contact_by="letter", postal_address="Weg 1\n72379 Hechingen", email=""),
        people(stage, phone="07471 1", **bounced),
        people(stage, postal_address="Weg 2\n72379 Hechingen", **bounced),
        people(stage, **bounced),
    ]
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)

    rows = Delivery.objects.filter(participant__in=found).order_by("participant")
    assert list(rows.values_list("channel", flat=True)) == ["letter", "phone", "letter", "phone"]
    assert len(delivered()) == 1
    assert progress.progress_of(campaign) == Progress(sent=1, by_hand=4)
    assert progress.progress_of(campaign).is_over


def test_stopping_drops_what_waits_and_going_on_owes_it_again(stage: Stage, delivered: Deliver) -> None:
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)
    assert len(delivered()) == 1
    late, objecting = people(stage), people(stage)
    for person in (late, objecting):
        key = f"invitation:{campaign.pk}:{person.pk}"
        stage.delivery(Kind.INVITATION, campaign=campaign, participant=person, key=key)

    assert launching.stop(campaign, by=stage.cast.sabine) == 2
    assert delivered() == []
    assert progress.progress_of(campaign) == Progress(sent=1, left_out=2)
    assert refusal_of(lambda: launching.stop(campaign, by=stage.cast.sabine)) == "not_running"

    participants.object_to_invitations(objecting)
    assert launching.go_on(campaign, by=stage.cast.sabine) == 2
    assert [mail.recipients for mail in delivered()] == [(late.email,)]
    assert progress.progress_of(campaign) == Progress(sent=2, left_out=1)
    assert (campaign.status, campaign.stopped_at, campaign.launched_at) == (Status.LAUNCHED, None, NOW)
    assert refusal_of(lambda: launching.go_on(campaign, by=stage.cast.sabine)) == "not_stopped"


def test_whom_no_mail_reached_is_to_be_told_again_after_a_stop(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver
) -> None:
    lost, objecting, told = people(stage), people(stage), people(stage)
    for person in (lost, objecting, told):
        mailbox.refused[person.email] = "550 unknown"
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)
    delivered()
    row = Delivery.objects.get(participant=told)
    by_hand.tick_off(stage.cast.process, [row.pk], how=Settled.PHONE, by=stage.cast.sabine, now=NOW)

    def to_tell() -> list[int | None]:
        return list(Delivery.objects.by_hand(NOW).order_by("pk").values_list("participant", flat=True))

    assert to_tell() == [lost.pk, objecting.pk]
    launching.stop(campaign, by=stage.cast.sabine)
    assert by_hand.drop_obsolete(now=NOW) == 2
    assert to_tell() == []

    participants.object_to_invitations(objecting)
    launching.go_on(campaign, by=stage.cast.sabine)
    by_hand.drop_obsolete(now=NOW)
    assert to_tell() == [lost.pk]


def test_progress_counts_each_fate(stage: Stage, mailbox: SmtpSink, delivered: Deliver) -> None:
    lost = people(stage)
    mailbox.refused[lost.email] = "550 unknown"
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)
    assert progress.progress_of(campaign) == Progress(waiting=2)
    assert not progress.progress_of(campaign).is_over
    delivered()

    assert progress.progress_of(campaign) == Progress(sent=1, failed=1)
    assert progress.progress_of(campaign).is_over


# --- once more to whom it failed -----------------------------------------------------------------------


def test_only_those_whom_it_failed_get_it_again_under_the_same_message_id(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver
) -> None:
    lost = people(stage)
    mailbox.refused[lost.email] = "550 full for good"
    campaign = stage.campaign()
    launching.launch(campaign, by=stage.cast.sabine)
    delivered()
    failed = Delivery.objects.get(participant=lost)
    before = (failed.key, failed.message_id)
    mailbox.refused.clear()

    assert launching.resend_failed(campaign, by=stage.cast.sabine) == 1
    (mail,) = delivered()

    failed.refresh_from_db()
    assert mail.recipients == (lost.email,)
    assert (failed.key, failed.message_id) == before == (failed.key, mail.message["Message-ID"])
    assert progress.progress_of(campaign) == Progress(sent=2)
    assert refusal_of(lambda: launching.resend_failed(campaign, by=stage.cast.sabine)) == "nobody_to_resend"


def test_what_perhaps_arrived_was_told_or_cannot_arrive_is_not_sent_again(stage: Stage) -> None:
    campaign = stage.campaign(status="launched", launched_at=NOW, launched_by=stage.cast.sabine)
    dead = people(stage, unreachable_since=NOW, unreachable_reason="5.1.1")

    def failed(person: Participant, **columns: Any) -> Delivery:
        columns.setdefault("outcome_code", "rcpt_5xx")
        return stage.delivery(
            Kind.INVITATION, campaign=campaign, participant=person, status="failed", ended_at=NOW, **columns
        )

    failed(people(stage), outcome_code="perhaps_delivered", is_ambiguous=True)
    failed(people(stage), settled_at=NOW, settled_how="phone")
    failed(dead)
    again = failed(people(stage))

    assert list(launching.can_be_resent(campaign)) == [again]


# --- later ---------------------------------------------------------------------------------------------


def test_a_planned_campaign_goes_at_its_moment_and_once(stage: Stage, clock: time_machine.Traveller) -> None:
    campaign = stage.campaign()
    launching.schedule(campaign, moment=TOMORROW, by=stage.cast.sabine)

    assert launching.launch_scheduled(now=TOMORROW - datetime.timedelta(seconds=1)) == 0
    clock.move_to(TOMORROW + datetime.timedelta(days=3))  # the clock was off over the weekend
    assert launching.launch_scheduled(now=timezone.now()) == 1
    assert launching.launch_scheduled(now=timezone.now()) == 0

    campaign.refresh_from_db()
    assert (campaign.status, campaign.launched_by, campaign.launched_at) == (
        Status.LAUNCHED,
        stage.cast.sabine,
        timezone.now(),
    )
    assert Delivery.objects.count() == 1


def test_who_objects_before_the_moment_gets_nothing(stage: Stage) -> None:
    objecting = people(stage)
    launching.schedule(stage.campaign(), moment=TOMORROW, by=stage.cast.sabine)
    participants.object_to_invitations(objecting)
    launching.launch_scheduled(now=TOMORROW)

    assert list(Delivery.objects.values_list("participant", flat=True)) == [stage.cast.amina.pk]


def test_a_plan_can_be_taken_back(stage: Stage) -> None:
    campaign = stage.campaign()
    launching.schedule(campaign, moment=TOMORROW, by=stage.cast.sabine)
    launching.unschedule(campaign, by=stage.cast.sabine)

    assert launching.launch_scheduled(now=TOMORROW) == 0
    assert (campaign.status, campaign.scheduled_for, campaign.scheduled_by) == (Status.DRAFT, None, None)
    assert refusal_of(lambda: launching.unschedule(campaign, by=stage.cast.sabine)) == "not_scheduled"


def test_the_past_is_no_plan(stage: Stage) -> None:
    code = refusal_of(lambda: launching.schedule(stage.campaign(), moment=NOW, by=stage.cast.sabine))
    assert code == "past"


def test_a_plan_that_cannot_be_kept_becomes_a_draft_with_its_reason_and_hinders_no_other(
    stage: Stage,
) -> None:
    late = stage.campaign(workshop=stage.workshop)
    good = stage.campaign()
    for campaign in (late, good):
        launching.schedule(campaign, moment=TOMORROW, by=stage.cast.sabine)
    stage.workshop.status = stage.workshop.Status.CANCELLED
    stage.workshop.cancelled_at, stage.workshop.cancelled_by = NOW, stage.cast.sabine
    stage.workshop.cancellation_reason = "Krankheit"
    stage.workshop.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancellation_reason"])

    assert launching.launch_scheduled(now=TOMORROW) == 1

    late.refresh_from_db()
    good.refresh_from_db()
    assert (late.status, late.hindrance, good.status) == (Status.DRAFT, "workshop_gone", Status.LAUNCHED)
    assert set(Delivery.objects.values_list("campaign", flat=True)) == {good.pk}


def test_nobody_is_invited_to_pages_that_nobody_can_open(stage: Stage) -> None:
    planned, campaign = stage.campaign(), stage.campaign()
    stage.cast.process.is_public = False
    stage.cast.process.save(update_fields=["is_public"])

    # By then the pages may be public.
    launching.schedule(planned, moment=TOMORROW, by=stage.cast.sabine)
    assert refusal_of(lambda: launching.launch(campaign, by=stage.cast.sabine)) == "not_public"
    assert launching.launch_scheduled(now=TOMORROW) == 0

    planned.refresh_from_db()
    assert (planned.status, planned.hindrance) == (Status.DRAFT, "not_public")
    assert not Delivery.objects.exists()


def test_nobody_is_invited_to_a_workshop_that_has_begun(stage: Stage) -> None:
    campaign = stage.campaign(workshop=stage.workshop)
    code = refusal_of(lambda: launching.schedule(campaign, moment=STARTS_AT, by=stage.cast.sabine))
    assert code == "workshop_gone"


# --- what the person reads -------------------------------------------------------------------------------


def plain(mail: Received) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_workshops_invitation_tells_its_title_its_time_and_where_to_register(
    stage: Stage, delivered: Deliver
) -> None:
    stage.cast.amina.language = "de"
    stage.cast.amina.save(update_fields=["language"])
    people(stage, name="Fremd", verified_at=None)
    text = localised("Guten Tag {name},\n\n{workshop} am {date}:\n{register_link}\n{link}")
    campaign = stage.campaign(workshop=stage.workshop, subject=localised("{name}, {date}"), text=text)
    launching.launch(campaign, by=stage.cast.sabine)

    amina, nameless = delivered()

    assert str(amina.message["Subject"]) == "Amina Haddad, Dienstag, 7. Juli 2020, 18:00 bis 20:00 Uhr"
    assert "Guten Tag Amina Haddad,\n" in plain(amina)
    assert "Guten Tag,\n" in plain(nameless)
    assert f"/integrationsplan/register/?workshop={stage.workshop.pk}\n" in plain(amina)
    assert f"/integrationsplan/bildung-und-sprache/{stage.workshop.number}/\n" in plain(amina)
    assert "Bildung und Sprache: Workshop 1 am Dienstag, 7. Juli 2020" in plain(amina)


@pytest.mark.parametrize(("change", "code"), [("cancel", "workshop_cancelled"), ("start", "workshop_over")])
def test_an_invitation_to_what_is_over_is_not_sent(
    stage: Stage, delivered: Deliver, clock: time_machine.Traveller, change: str, code: str
) -> None:
    launching.launch(stage.campaign(workshop=stage.workshop), by=stage.cast.sabine)
    if change == "start":
        clock.move_to(STARTS_AT)
    else:
        stage.workshop.status = stage.workshop.Status.CANCELLED
        stage.workshop.cancelled_at, stage.workshop.cancelled_by = NOW, stage.cast.sabine
        stage.workshop.cancellation_reason = "Krankheit"
        stage.workshop.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancellation_reason"])

    assert delivered() == []
    assert list(Delivery.objects.values_list("status", "outcome_code")) == [("skipped", code)]


# --- the last line of defence ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "scheduled"},
        {"status": "launched"},
        {"status": "stopped"},
        {"scheduled_for": TOMORROW},
        {"launched_at": NOW},
        {"hindrance": "nobody", "status": "scheduled"},
        {"fallback": "something"},
        {"released_at": NOW},
        {"released_at": NOW, "released_by": "writer"},
        {"field": True, "workshop": True},
    ],
    ids=str,
)
def test_the_database_refuses_what_can_never_be(stage: Stage, columns: dict[str, Any]) -> None:
    campaign = stage.campaign()
    given = dict(columns)
    if given.get("released_by") == "writer":
        given["released_by"] = stage.cast.sabine
    if "field" in given:
        given |= {"field": stage.cast.fields[0], "workshop": stage.workshop}
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationCampaign.objects.filter(pk=campaign.pk).update(**given)


def test_a_chunk_of_invitations_needs_no_statement_per_link(
    stage: Stage, delivered: Deliver, django_assert_max_num_queries: Any
) -> None:
    """Per mail: still wanted (in a savepoint), begun and recorded. Everything else is shared."""
    for _ in range(19):
        people(stage)
    launching.launch(stage.campaign(), by=stage.cast.sabine)

    with django_assert_max_num_queries(20 * 6 + 25):
        assert len(delivered()) == 20


def test_an_invitation_reaches_thousands_without_building_them_here(stage: Stage) -> None:
    Participant.objects.bulk_create(
        Participant(
            process=stage.cast.process,
            email=f"p{number}@example.org",
            email_normalised=f"p{number}@example.org",
            created_at=NOW,
            invitation_agreed_at=NOW,
        )
        for number in range(2000)
    )

    assert launching.launch(stage.campaign(), by=stage.cast.sabine) == 2001
