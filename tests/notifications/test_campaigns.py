"""Campaigns: who gets them, that they start once, stop, and how they read."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from notifications import campaigns, invitations
from notifications.models import Delivery, InvitationCampaign, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received, SmtpSink
from workshops.errors import Refusal
from workshops.models import LocalisedText, Participant, localised

Audience = InvitationCampaign.Audience
Deliver = Callable[[], list[Received]]


def _people(stage: Stage, **columns: Any) -> Participant:
    return builders.a_participant(stage.cast.process, **{"invitation_agreed_at": NOW, **columns})


def test_the_audience_is_who_agreed_and_has_not_objected(stage: Stage) -> None:
    agreed = _people(stage)
    _people(stage, invitation_objected_at=NOW)
    _people(stage, invitation_agreed_at=None)
    builders.a_participant(builders.a_process(), invitation_agreed_at=NOW)

    found = campaigns.audience_of(stage.campaign())

    assert list(found.order_by("pk")) == [stage.cast.amina, agreed]


def test_the_not_yet_registered_of_a_field_leave_out_who_is_registered_there(stage: Stage) -> None:
    stage.registered(stage.cast.amina)
    gone = _people(stage)
    stage.registered(gone, "cancelled")

    here = stage.campaign(audience=Audience.NOT_REGISTERED, field=stage.cast.fields[0])
    elsewhere = stage.campaign(audience=Audience.NOT_REGISTERED, field=stage.cast.fields[1])

    assert list(campaigns.audience_of(here)) == [gone]
    assert list(campaigns.audience_of(elsewhere).order_by("pk")) == [stage.cast.amina, gone]


def test_launching_owes_each_person_one_mail_in_one_statement(
    stage: Stage, django_assert_num_queries: Any
) -> None:
    people = [stage.cast.amina, *(_people(stage) for _ in range(4))]
    campaign = stage.campaign()

    with django_assert_num_queries(5):  # savepoint, lock, status, INSERT … SELECT, savepoint's release
        count = campaigns.launch(campaign, by=stage.cast.sabine)

    assert count == 5
    assert list(
        Delivery.objects.order_by("participant").values_list("participant", "kind", "status", "key")
    ) == [
        (person.pk, Kind.INVITATION, "pending", f"invitation:{campaign.pk}:{person.pk}") for person in people
    ]


def test_a_campaign_is_launched_once(stage: Stage) -> None:
    campaign = stage.campaign()
    campaigns.launch(campaign, by=stage.cast.sabine)

    with pytest.raises(Refusal) as refused:
        campaigns.launch(campaign, by=stage.cast.sabine)

    assert refused.value.code == "not_a_draft"
    assert Delivery.objects.count() == 1


def test_a_campaign_for_nobody_is_not_launched(stage: Stage) -> None:
    Participant.objects.update(invitation_agreed_at=None)
    campaign = stage.campaign()

    with pytest.raises(Refusal) as refused:
        campaigns.launch(campaign, by=stage.cast.sabine)

    assert refused.value.code == "nobody"
    campaign.refresh_from_db()
    assert campaign.status == InvitationCampaign.Status.DRAFT


def test_stopping_drops_what_waits_and_keeps_what_went(stage: Stage, delivered: Deliver) -> None:
    campaign = stage.campaign()
    campaigns.launch(campaign, by=stage.cast.sabine)
    assert len(delivered()) == 1
    late = _people(stage)
    stage.delivery(Kind.INVITATION, campaign=campaign, participant=late)

    assert campaigns.stop(campaign, by=stage.cast.sabine) == 1

    assert delivered() == []
    assert campaigns.progress_of(campaign) == campaigns.Progress(total=2, sent=1, failed=0, skipped=1)
    with pytest.raises(Refusal) as refused:
        campaigns.stop(campaign, by=stage.cast.sabine)
    assert refused.value.code == "not_running"


def test_a_test_mail_goes_to_the_writer_alone_and_counts_for_nothing(
    stage: Stage, delivered: Deliver
) -> None:
    campaign = stage.campaign()
    campaigns.send_test(campaign, to=stage.cast.sabine)

    (mail,) = delivered()

    assert mail.recipients == ("sabine@hechingen.example",)
    assert mail.message["List-Unsubscribe"] is None
    assert b"/unsubscribe/" not in mail.content
    assert 'href=""' not in str(mail.message.get_body(("html",)))
    assert campaigns.progress_of(campaign).total == 0


def test_progress_counts_each_fate(stage: Stage, mailbox: SmtpSink, delivered: Deliver) -> None:
    lost = _people(stage)
    mailbox.refused[lost.email] = "550 unknown"
    campaign = stage.campaign()
    campaigns.launch(campaign, by=stage.cast.sabine)
    delivered()

    assert campaigns.progress_of(campaign) == campaigns.Progress(total=2, sent=1, failed=1, skipped=0)
    assert campaigns.progress_of(campaign).is_over


@pytest.mark.parametrize(
    "text", ["{0.__class__}", "{greeting.pk}", "{geheim}", "{", "}", "{{greeting}}", "{ link }"]
)
def test_only_listed_placeholders_are_saved(stage: Stage, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        campaigns.create(
            stage.cast.process,
            name="x",
            field=None,
            audience=Audience.AGREED,
            subject=localised("Betreff"),
            text=localised(text),
            by=stage.cast.sabine,
        )

    assert refused.value.code == "unknown_placeholder"


def test_listed_placeholders_are_known() -> None:
    assert invitations.unknown_placeholders("{greeting} {process} {field} {town} {link}") == []


def test_a_launched_campaign_is_not_changed(stage: Stage) -> None:
    campaign = stage.campaign()
    campaigns.launch(campaign, by=stage.cast.sabine)

    with pytest.raises(Refusal) as refused:
        campaigns.change(
            campaign,
            name="anders",
            field=None,
            audience=Audience.AGREED,
            subject=localised("anders"),
            text=localised("anders"),
            by=stage.cast.sabine,
        )

    assert refused.value.code == "launched"


def test_a_campaign_without_a_text_is_refused(stage: Stage) -> None:
    with pytest.raises(Refusal) as refused:
        campaigns.create(
            stage.cast.process,
            name="x",
            field=None,
            audience=Audience.AGREED,
            subject=localised("Betreff"),
            text=LocalisedText(),
            by=stage.cast.sabine,
        )

    assert refused.value.code == "no_text"


def test_a_chunk_of_invitations_needs_no_statement_per_link(
    stage: Stage, delivered: Deliver, django_assert_max_num_queries: Any
) -> None:
    """Per mail: still wanted (in a savepoint), begun and recorded. Everything else is shared."""
    for _ in range(19):
        _people(stage)
    campaigns.launch(stage.campaign(), by=stage.cast.sabine)

    with django_assert_max_num_queries(20 * 6 + 25):
        assert len(delivered()) == 20


def test_an_invitation_reaches_ten_thousand_without_building_them_here(stage: Stage) -> None:
    now = NOW + datetime.timedelta(seconds=1)
    Participant.objects.bulk_create(
        Participant(
            process=stage.cast.process,
            email=f"p{number}@example.org",
            email_normalised=f"p{number}@example.org",
            created_at=now,
            invitation_agreed_at=now,
        )
        for number in range(2000)
    )

    assert campaigns.launch(stage.campaign(), by=stage.cast.sabine) == 2001
