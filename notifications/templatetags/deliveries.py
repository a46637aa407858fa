"""What the process's page says of mail. Named only by `config`'s templates: the domain knows no mail."""

import datetime
from dataclasses import dataclass

from django import template
from django.db.models import Count, Q
from django.utils import timezone

from notifications import ledger, pace
from notifications.inbound import mailbox
from notifications.models import Channel, Delivery, InboundMessage
from notifications.models.delivery import WENT_LATE
from workshops.models import ParticipationProcess

_BY_MAIL = Q(channel=Channel.EMAIL)
# For so long the process's page speaks of reminders that were late.
RECENT = datetime.timedelta(days=14)

register = template.Library()


@dataclass(frozen=True, slots=True)
class Summary:
    waiting: int
    failed: int
    # How many people staff have to call or write to.
    to_tell: int
    sent: int
    # How many reminders went later than planned, or not at all, in the last days.
    late: int
    expired: int
    # What came back by mail and only a person can judge.
    to_look_at: int
    # Since when the mailbox can't be read, or None.
    inbox_fails_since: datetime.datetime | None
    has_invited: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """What staff must know when mail doesn't go out as usual. It is the same for all processes."""

    held_at: datetime.datetime | None
    # In words; and an operator's own.
    held_why: str
    held_note: str
    is_held_by_hand: bool
    # How many mails wait for the operator, of all processes.
    waiting: int
    # Since when the mail server refuses our user name or password.
    refused_since: datetime.datetime | None
    # Since when no mail server takes us at all.
    away_since: datetime.datetime | None
    slow: list[pace.Slow]


@register.simple_tag
def sending_state() -> Sending:
    standing = ledger.standing()
    return Sending(
        held_at=standing.held_at,
        held_why=standing.get_held_why_display(),
        held_note=standing.held_note,
        is_held_by_hand=standing.held_why == ledger.Why.BY_HAND,
        waiting=ledger.waiting().count if standing.held_at else 0,
        refused_since=standing.refused_since,
        away_since=standing.no_server_since(timezone.now()),
        slow=pace.slowed(timezone.now()),
    )


@register.simple_tag
def delivery_summary(process: ParticipationProcess) -> Summary:
    now = timezone.now()
    recent = Q(planned_at__gte=now - RECENT)
    counts = Delivery.objects.of_process(process).aggregate(
        waiting=Count(
            "pk", filter=_BY_MAIL & Q(status__in=[Delivery.Status.PENDING, Delivery.Status.SENDING])
        ),
        failed=Count("pk", filter=Q(status=Delivery.Status.FAILED, settled_at__isnull=True)),
        sent=Count("pk", filter=_BY_MAIL & Q(status=Delivery.Status.SENT)),
        late=Count("pk", filter=recent & WENT_LATE),
        expired=Count("pk", filter=recent & Q(outcome_code="expired")),
    )
    by_hand = Delivery.objects.of_process(process).by_hand(now)
    launched = process.campaigns.filter(launched_at__isnull=False)
    inbox = mailbox.state()
    return Summary(
        **counts,
        to_tell=by_hand.values("participant").distinct().count(),
        to_look_at=InboundMessage.objects.of_process(process).to_look_at().count(),
        inbox_fails_since=inbox.failing_since if inbox else None,
        has_invited=launched.exists(),
    )
