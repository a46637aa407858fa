"""How often strangers may have us write to one address (docs/adr/0040)."""

from workshops import counters
from workshops.models import mailbox_of
from workshops.operations.participants import MAILS_PER_WINDOW

HOUR_SECONDS = 60 * 60
DAY_SECONDS = 24 * HOUR_SECONDS
# To one address at strangers' wish, whatever they ask for and in however many processes.
MAILS_PER_HOUR = MAILS_PER_WINDOW
MAILS_PER_DAY = 10


def may_write_to(email: str) -> bool:
    """Count one more mail that a stranger wishes us to write to this address; whether it may go.

    Asked for each address typed, known or not, and no page shows the answer: it would tell that somebody
    else has asked. If nothing can be counted it may: `participants.count_mail` still counts in the row.
    """
    address = mailbox_of(email)
    for what, seconds, most in (
        ("mails_an_hour", HOUR_SECONDS, MAILS_PER_HOUR),
        ("mails_a_day", DAY_SECONDS, MAILS_PER_DAY),
    ):
        count = counters.raised(what, address, seconds=seconds)
        if count is not None and count > most:
            return False
    return True
