"""What the process's page says of mail. Named only by `config`'s templates: the domain knows no mail."""

from dataclasses import dataclass

from django import template
from django.db.models import Count, Q
from django.utils import timezone

from notifications.models import Delivery, InvitationCampaign
from workshops.models import ParticipationProcess

register = template.Library()


@dataclass(frozen=True, slots=True)
class Summary:
    waiting: int
    failed: int
    sent: int
    has_invited: bool
    # The mail server refuses our user name or password: nothing is sent.
    is_paused: bool


@register.simple_tag
def delivery_summary(process: ParticipationProcess) -> Summary:
    counts = Delivery.objects.of_process(process).aggregate(
        waiting=Count("pk", filter=Q(status__in=[Delivery.Status.PENDING, Delivery.Status.SENDING])),
        failed=Count("pk", filter=Q(status=Delivery.Status.FAILED)),
        sent=Count("pk", filter=Q(status=Delivery.Status.SENT)),
    )
    launched = process.campaigns.exclude(status=InvitationCampaign.Status.DRAFT)
    return Summary(
        **counts,
        has_invited=launched.exists(),
        is_paused=Delivery.objects.pausing(timezone.now()).exists(),
    )
