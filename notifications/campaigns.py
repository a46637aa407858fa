"""Invitation campaigns: written, looked at, launched, stopped."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import outbox
from notifications.invitations import unknown_placeholders
from notifications.models import Delivery, InvitationCampaign, Kind
from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    LocalisedText,
    Participant,
    ParticipationProcess,
    Registration,
    User,
)
from workshops.operations.retrying import tried_again

Status = InvitationCampaign.Status
Audience = InvitationCampaign.Audience


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a launched campaign is, in mails."""

    total: int
    sent: int
    failed: int
    skipped: int

    @property
    def waiting(self) -> int:
        return self.total - self.sent - self.failed - self.skipped

    @property
    def is_over(self) -> bool:
        return self.waiting == 0


@transaction.atomic
def create(
    process: ParticipationProcess,
    *,
    name: str,
    field: ActionField | None,
    audience: str,
    subject: LocalisedText,
    text: LocalisedText,
    by: User,
    now: datetime.datetime | None = None,
) -> InvitationCampaign:
    """A draft. Refuses with `unknown_placeholder` or `no_text`."""
    _refuse_bad_text(subject, text)
    return InvitationCampaign.objects.create(
        process=process,
        name=name,
        field=field,
        audience=audience,
        subject=subject,
        text=text,
        created_at=now or timezone.now(),
        created_by=by,
    )


@transaction.atomic
def change(
    campaign: InvitationCampaign,
    *,
    name: str,
    field: ActionField | None,
    audience: str,
    subject: LocalisedText,
    text: LocalisedText,
    by: User,
) -> None:
    """Refuses with `launched` once people are getting it."""
    _lock(campaign)
    if campaign.status != Status.DRAFT:
        raise Refusal(
            "launched", _("Diese Einladungsaktion ist schon gestartet und lässt sich nicht ändern.")
        )
    _refuse_bad_text(subject, text)
    campaign.name, campaign.field, campaign.audience = name, field, audience
    campaign.subject, campaign.text = subject, text
    campaign.save(update_fields=["name", "field", "audience", "subject", "text"])


def audience_of(campaign: InvitationCampaign) -> QuerySet[Participant]:
    """Who would get it now: agreed, not objected, and as the campaign says."""
    people = Participant.objects.filter(process=campaign.process_id).may_be_invited()
    if campaign.audience == Audience.NOT_REGISTERED:
        registered = Registration.objects.active().filter(participant=OuterRef("pk"))
        if campaign.field_id:
            registered = registered.filter(workshop__series__field=campaign.field_id)
        people = people.filter(~Exists(registered))
    return people


@transaction.atomic
def send_test(campaign: InvitationCampaign, *, to: User, now: datetime.datetime | None = None) -> None:
    """The campaign's mail to the staff member who writes it, through the same door as all others."""
    now = now or timezone.now()
    outbox.enqueue(
        Kind.INVITATION,
        key=f"invitation_test:{campaign.pk}:{to.pk}:{now.timestamp():.6f}",
        process=campaign.process,
        user=to,
        campaign=campaign,
    )


@tried_again
@transaction.atomic
def launch(campaign: InvitationCampaign, *, by: User, now: datetime.datetime | None = None) -> int:
    """DRAFT → LAUNCHED: one delivery for each of the audience, by one statement; how many.

    Refuses with `not_a_draft` (a double click, the back button, two employees at once) or `nobody`.
    """
    now = now or timezone.now()
    _lock(campaign)
    if campaign.status != Status.DRAFT:
        raise Refusal("not_a_draft", _("Diese Einladungsaktion ist schon gestartet."))
    campaign.status, campaign.launched_at, campaign.launched_by = Status.LAUNCHED, now, by
    campaign.save(update_fields=["status", "launched_at", "launched_by"])
    key = Concat(Value(f"invitation:{campaign.pk}:"), Cast("pk", CharField()), output_field=CharField())
    count = outbox.enqueue_each(
        audience_of(campaign),
        Kind.INVITATION,
        key=key,
        process=campaign.process,
        participant=F("pk"),
        campaign=campaign,
    )
    if not count:
        raise Refusal("nobody", _("Zu diesem Empfängerkreis gehört zurzeit niemand."))
    return count


@transaction.atomic
def stop(campaign: InvitationCampaign, *, by: User, now: datetime.datetime | None = None) -> int:
    """LAUNCHED → STOPPED. Mails that wait are dropped; one that is just being sent may still arrive.

    How many were dropped. Refuses with `not_running`.
    """
    now = now or timezone.now()
    _lock(campaign)
    if campaign.status != Status.LAUNCHED:
        raise Refusal("not_running", _("Diese Einladungsaktion läuft nicht."))
    campaign.status, campaign.stopped_at, campaign.stopped_by = Status.STOPPED, now, by
    campaign.save(update_fields=["status", "stopped_at", "stopped_by"])
    return campaign.deliveries.filter(participant__isnull=False, status=Delivery.Status.PENDING).update(
        status=Delivery.Status.SKIPPED, ended_at=now, outcome_code="campaign_stopped"
    )


def with_counts(found: QuerySet[InvitationCampaign]) -> QuerySet[InvitationCampaign]:
    """Each with `total`, `sent` and `failed`: its mails to people, counted in the same statement."""
    to_people = Q(deliveries__participant__isnull=False)
    return found.annotate(
        total=Count("deliveries", filter=to_people),
        sent=Count("deliveries", filter=to_people & Q(deliveries__status=Delivery.Status.SENT)),
        failed=Count("deliveries", filter=to_people & Q(deliveries__status=Delivery.Status.FAILED)),
    )


def progress_of(campaign: InvitationCampaign) -> Progress:
    counts = campaign.deliveries.filter(participant__isnull=False).aggregate(
        total=Count("pk"),
        sent=Count("pk", filter=Q(status=Delivery.Status.SENT)),
        failed=Count("pk", filter=Q(status=Delivery.Status.FAILED)),
        skipped=Count("pk", filter=Q(status=Delivery.Status.SKIPPED)),
    )
    return Progress(**counts)


def _lock(campaign: InvitationCampaign) -> None:
    campaign.refresh_from_db(
        from_queryset=InvitationCampaign.objects.select_for_update(of=("self",)).select_related(
            "process", "field"
        )
    )


def _refuse_bad_text(subject: LocalisedText, text: LocalisedText) -> None:
    if not subject or not text:
        raise Refusal("no_text", _("Bitte geben Sie Betreff und Text in mindestens einer Sprache ein."))
    for written in (*subject.values(), *text.values()):
        for unknown in unknown_placeholders(written):
            raise Refusal(
                "unknown_placeholder",
                _("Diesen Platzhalter gibt es nicht: {%(name)s}") % {"name": unknown},
                name=unknown,
            )
