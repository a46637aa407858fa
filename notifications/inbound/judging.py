"""What staff decide about a message that no rule could judge."""

import datetime

from django.db import transaction

from notifications.models import Channel, Delivery, InboundMessage
from workshops.models import User
from workshops.operations import participants

# `Participant.unreachable_reason`, where RFC 3463 has no code.
SAID_BY_STAFF = "staff"


def tick_off(message: InboundMessage, *, by: User, now: datetime.datetime) -> None:
    """Somebody has looked at it; whoever did so first stays written down."""
    InboundMessage.objects.filter(pk=message.pk, looked_at__isnull=True).update(looked_at=now, looked_by=by)


@transaction.atomic
def take_for_bounce(message: InboundMessage, *, by: User, now: datetime.datetime) -> bool:
    """Staff read in the mailbox that the address is dead: the mail has failed, and nothing more goes there.

    False for a message of which nobody knows whose mail it is about. Twice is once.
    """
    delivery = message.delivery
    if message.outcome != InboundMessage.Outcome.UNCLEAR or delivery is None:
        return False
    # Not one that has become a call or a letter since, and is ticked off.
    mails = Delivery.objects.filter(channel=Channel.EMAIL, status=Delivery.Status.SENT)
    mails.filter(pk=delivery.pk).update(
        status=Delivery.Status.FAILED, ended_at=now, outcome_code=Delivery.BOUNCED, outcome_text=""
    )
    if (person := delivery.owner_of_address) is not None:
        participants.mark_unreachable(person, reason=SAID_BY_STAFF, now=now)
    tick_off(message, by=by, now=now)
    return True
