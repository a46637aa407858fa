"""Sending a campaign: planned for later, launched once, stopped, gone on with, sent again where it failed."""

import datetime

from django.db import transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import audiences, outbox
from notifications.campaigns import WORDS, Words, lock, refuse_bad_words, refuse_unless_draft, refuse_unseen
from notifications.mishaps import contained
from notifications.models import Delivery, InvitationCampaign, Kind, Settled
from notifications.models.delivery import DeliveryQuerySet
from workshops.errors import Refusal
from workshops.models import User
from workshops.operations.retrying import tried_again

Status = InvitationCampaign.Status

# On which way somebody hears of it whom no mail reaches; where nothing is known, a colleague may know more.
_CHANNEL = Case(
    When(~Q(contact_by="email"), then=F("contact_by")),
    When(Q(unreachable_since__isnull=True), then=F("contact_by")),
    When(~Q(phone_normalised=""), then=Value("phone")),
    When(~Q(postal_address=""), then=Value("letter")),
    default=Value("phone"),
)


@transaction.atomic
def schedule(
    campaign: InvitationCampaign,
    *,
    moment: datetime.datetime,
    by: User,
    seen: str = "",
    now: datetime.datetime | None = None,
) -> None:
    """DRAFT → SCHEDULED: a sweep launches it then. Refuses with `past` and like `launch`."""
    now = now or timezone.now()
    lock(campaign)
    refuse_unless_draft(campaign)
    refuse_unseen(campaign, seen)
    if moment <= now:
        raise Refusal("past", _("Dieser Zeitpunkt ist schon vorbei."))
    _refuse_unready(campaign, at=moment)
    campaign.status, campaign.scheduled_for, campaign.scheduled_by = Status.SCHEDULED, moment, by
    campaign.hindrance = ""
    campaign.save(update_fields=["status", "scheduled_for", "scheduled_by", "hindrance"])


@transaction.atomic
def unschedule(campaign: InvitationCampaign, *, by: User) -> None:
    """SCHEDULED → DRAFT. Refuses with `not_scheduled`: it may have begun a moment ago."""
    lock(campaign)
    if campaign.status != Status.SCHEDULED:
        raise Refusal("not_scheduled", _("Diese Einladungsaktion ist nicht geplant."))
    _back_to_draft(campaign, hindrance="")


@tried_again
@transaction.atomic
def launch(
    campaign: InvitationCampaign, *, by: User, seen: str = "", now: datetime.datetime | None = None
) -> int:
    """DRAFT or SCHEDULED → LAUNCHED: one delivery for each of the audience, by one statement; how many.

    Refuses with `not_a_draft` (a double click, the back button, two employees at once), `changed_meanwhile`
    (`seen` is the `edition` on the page whose button was pressed), `not_public`, `not_released`,
    `workshop_gone`, `bad_audience` or `nobody`.
    """
    now = now or timezone.now()
    lock(campaign)
    if campaign.was_launched:
        raise Refusal("not_a_draft", _("Diese Einladungsaktion ist schon gestartet."))
    refuse_unseen(campaign, seen)
    return _launch(campaign, by=by, now=now)


def launch_scheduled(*, now: datetime.datetime) -> int:
    """Launch what was planned for a moment that has come; how many. May run twice, and late.

    What can't be launched becomes a draft again, with the reason: the page says so. One on which the program
    breaks stays planned, is in the log at each tick, and holds up no other.
    """
    due = InvitationCampaign.objects.filter(status=Status.SCHEDULED, scheduled_for__lte=now)
    count = 0
    for pk in list(due.values_list("pk", flat=True)):
        with contained("launching campaign", pk):
            count += _launch_if_due(pk, now=now)
    return count


@tried_again
@transaction.atomic
def _launch_if_due(pk: int, *, now: datetime.datetime) -> int:
    campaign = InvitationCampaign(pk=pk)
    try:
        lock(campaign)
    except InvitationCampaign.DoesNotExist:
        return 0
    is_due = campaign.status == Status.SCHEDULED and campaign.scheduled_for and campaign.scheduled_for <= now
    if not is_due or campaign.scheduled_by is None:
        return 0
    try:
        with transaction.atomic():
            _launch(campaign, by=campaign.scheduled_by, now=now)
    except Refusal as refusal:
        lock(campaign)
        _back_to_draft(campaign, hindrance=refusal.code)
        return 0
    return 1


def _launch(campaign: InvitationCampaign, *, by: User, now: datetime.datetime) -> int:
    if not campaign.process.is_public:
        # Planned it may be before: until then somebody makes the pages public.
        raise Refusal(
            "not_public",
            _("Die Seiten sind noch nicht öffentlich: Der Link in der Einladung ginge ins Leere."),
        )
    _refuse_unready(campaign, at=now)
    _set_running(campaign, by=by, now=now)
    key = Concat(Value(f"invitation:{campaign.pk}:"), Cast("pk", CharField()), output_field=CharField())
    count = outbox.enqueue_each(
        audiences.receivers(campaign),
        Kind.INVITATION,
        key=key,
        process=campaign.process,
        participant=F("pk"),
        campaign=campaign,
        channel=_CHANNEL,
    )
    if not count:
        raise Refusal("nobody", _("Zu diesem Empfängerkreis gehört zurzeit niemand."))
    return count


@transaction.atomic
def stop(campaign: InvitationCampaign, *, by: User, now: datetime.datetime | None = None) -> int:
    """LAUNCHED → STOPPED. What waits is dropped; a mail that is just being sent may still arrive.

    How many were dropped. Refuses with `not_running`.
    """
    now = now or timezone.now()
    lock(campaign)
    if campaign.status != Status.LAUNCHED:
        raise Refusal("not_running", _("Diese Einladungsaktion läuft nicht."))
    campaign.status, campaign.stopped_at, campaign.stopped_by = Status.STOPPED, now, by
    campaign.save(update_fields=["status", "stopped_at", "stopped_by"])
    return (
        of_people(campaign)
        .filter(status=Delivery.Status.PENDING)
        .update(status=Delivery.Status.SKIPPED, ended_at=now, outcome_code="campaign_stopped")
    )


@transaction.atomic
def go_on(campaign: InvitationCampaign, *, by: User, now: datetime.datetime | None = None) -> int:
    """STOPPED → LAUNCHED: what was dropped is owed again under its own keys; how many.

    Who objected, or registered, since then still doesn't get it: that is asked as each mail is sent.
    Refuses with `not_stopped`.
    """
    lock(campaign)
    if campaign.status != Status.STOPPED:
        raise Refusal("not_stopped", _("Diese Einladungsaktion ist nicht angehalten."))
    _set_running(campaign, by=by, now=now or timezone.now())
    # While it stood still nobody had to be told; what no mail could carry is staff's to tell again. What
    # isn't wanted for another reason goes off their list at the next sweep.
    failed = of_people(campaign).failed().filter(settled_how=Settled.NOT_NEEDED)
    failed.update(settled_at=None, settled_how="")
    return outbox.owe_again(of_people(campaign).filter(outcome_code="campaign_stopped"))


@transaction.atomic
def resend_failed(campaign: InvitationCampaign, *, by: User) -> int:
    """Once more to those whom it did not reach: the same rows, keys and Message-IDs; how many.

    Refuses with `not_running`, or `nobody_to_resend` if nothing failed that could go better now.
    """
    lock(campaign)
    if campaign.status != Status.LAUNCHED:
        raise Refusal("not_running", _("Diese Einladungsaktion läuft nicht."))
    count = outbox.try_again(can_be_resent(campaign))
    if not count:
        raise Refusal("nobody_to_resend", _("Es ist nichts mehr da, was noch einmal gesendet werden könnte."))
    return count


def of_people(campaign: InvitationCampaign) -> DeliveryQuerySet:
    """Its deliveries, but for those to staff who looked at it first."""
    return Delivery.objects.filter(campaign=campaign, participant__isnull=False)


def can_be_resent(campaign: InvitationCampaign) -> QuerySet[Delivery]:
    """Failed mails that may go better: nobody has told the person, and their address is not known to be dead.

    Not those that perhaps arrived: a third copy would surely be one too many (ADR 16).
    """
    return (
        of_people(campaign)
        .failed()
        .filter(settled_at__isnull=True, participant__unreachable_since__isnull=True)
        .exclude(participant__email_normalised="")
        .exclude(outcome_code="perhaps_delivered")
    )


def _set_running(campaign: InvitationCampaign, *, by: User, now: datetime.datetime) -> None:
    if not campaign.was_launched:
        campaign.launched_at, campaign.launched_by = now, by
    campaign.status, campaign.hindrance = Status.LAUNCHED, ""
    campaign.stopped_at = campaign.stopped_by = None
    names = ["status", "hindrance", "launched_at", "launched_by", "stopped_at", "stopped_by"]
    campaign.save(update_fields=names)


def _back_to_draft(campaign: InvitationCampaign, *, hindrance: str) -> None:
    campaign.status, campaign.hindrance = Status.DRAFT, hindrance
    campaign.scheduled_for = campaign.scheduled_by = None
    campaign.save(update_fields=["status", "hindrance", "scheduled_for", "scheduled_by"])


def _refuse_unready(campaign: InvitationCampaign, *, at: datetime.datetime) -> None:
    """Whatever may not go out at that moment."""
    if campaign.process.invitations_need_release and campaign.released_at is None:
        raise Refusal(
            "not_released", _("Diese Einladung ist noch nicht von einer zweiten Person freigegeben.")
        )
    workshop = campaign.workshop
    if workshop is not None and (not workshop.is_published or workshop.starts_at <= at):
        raise Refusal(
            "workshop_gone",
            _("Der Workshop ist nicht veröffentlicht, abgesagt oder hat dann schon begonnen."),
        )
    refuse_bad_words(Words(**{name: getattr(campaign, name) for name in WORDS}))
    audiences.refuse_strangers(campaign.process, audiences.audience_of(campaign))
