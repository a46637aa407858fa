"""What the process's page says of mail. Named only by `config`'s templates: the domain knows no mail."""

import datetime
from dataclasses import dataclass

from django import template
from django.db.models import Count, Q
from django.utils import timezone

from notifications.inbound import mailbox
from notifications.models import Channel, Delivery, InboundMessage
from workshops.models import ParticipationProcess

_BY_MAIL = Q(channel=Channel.EMAIL)

register = template.Library()


@dataclass(frozen=True, slots=True)
class Summary:
    waiting: int
    failed: int
    # How many people staff have to call or write to.
    to_tell: int
    sent: int
    # What came back by mail and only a person can judge.
    to_look_at: int
    # Since when the mailbox can't be read, or None.
    inbox_fails_since: datetime.datetime | None
    has_invited: bool
    # The mail server refuses our user name or password: nothing is sent.
    is_paused: bool


@register.simple_tag
def delivery_summary(process: ParticipationProcess) -> Summary:
    counts = Delivery.objects.of_process(process).aggregate(
        waiting=Count(
            "pk", filter=_BY_MAIL & Q(status__in=[Delivery.Status.PENDING, Delivery.Status.SENDING])
        ),
        failed=Count("pk", filter=Q(status=Delivery.Status.FAILED, settled_at__isnull=True)),
        sent=Count("pk", filter=_BY_MAIL & Q(status=Delivery.Status.SENT)),
    )
    by_hand = Delivery.objects.of_process(process).by_hand(timezone.now())
    launched = process.campaigns.filter(launched_at__isnull=False)
    inbox = mailbox.state()
    return Summary(
        **counts,
        to_tell=by_hand.values("participant").distinct().count(),
        to_look_at=InboundMessage.objects.of_process(process).to_look_at().count(),
        inbox_fails_since=inbox.failing_since if inbox else None,
        has_invited=launched.exists(),
        is_paused=Delivery.objects.pausing(timezone.now()).exists(),
    )
