"""Which mail is owed to whom, and what became of it."""

from notifications.models.campaign import InvitationCampaign
from notifications.models.delivery import BULK, NORMAL, URGENT, Channel, Delivery, Kind, Settled
from notifications.models.inbound import InboundMessage, InboxState
from notifications.models.reminder import DEFAULT_MINUTES_BEFORE, ReminderRule

__all__ = [
    "BULK",
    "DEFAULT_MINUTES_BEFORE",
    "NORMAL",
    "URGENT",
    "Channel",
    "Delivery",
    "InboundMessage",
    "InboxState",
    "InvitationCampaign",
    "Kind",
    "ReminderRule",
    "Settled",
]
