"""Which mail is owed to whom, and what became of it."""

from notifications.models.campaign import InvitationCampaign
from notifications.models.delivery import BULK, NORMAL, URGENT, Delivery
from notifications.models.inbound import InboundMessage, InboxState
from notifications.models.kinds import TO_ANOTHER_ADDRESS, Channel, Kind, Settled
from notifications.models.reminder import (
    DEFAULT_RULES,
    Group,
    ReminderAudience,
    ReminderRule,
    mail_goes_until,
)
from notifications.models.sending import Ledger, Pace

__all__ = [
    "BULK",
    "DEFAULT_RULES",
    "NORMAL",
    "TO_ANOTHER_ADDRESS",
    "URGENT",
    "Channel",
    "Delivery",
    "Group",
    "InboundMessage",
    "InboxState",
    "InvitationCampaign",
    "Kind",
    "Ledger",
    "Pace",
    "ReminderAudience",
    "ReminderRule",
    "Settled",
    "mail_goes_until",
]
