"""What a fate makes of a row (the table of fates is `smtp.FATES`)."""

import datetime
from dataclasses import dataclass

from notifications import smtp
from notifications.models import Delivery

# About two days of greylisting, or of connections that break off, at the longest pause.
MOST_ATTEMPTS = 200
_AGAIN_AFTER = (10, 30, 60, 120, 300, 600, 900)  # seconds

_Status = Delivery.Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row becomes. PENDING waits until `next_attempt_at`; None leaves that moment as it is.

    `attempts` is what it adds to those counted. `at`: when it ended, if that was not just now.
    """

    status: Delivery.Status
    code: str
    text: str = ""
    next_attempt_at: datetime.datetime | None = None
    is_ambiguous: bool = False
    attempts: int = 0
    message_id: str = ""
    at: datetime.datetime | None = None


# It was claimed, and nothing has happened to it: due again at once, for anyone.
GIVEN_BACK = Verdict(_Status.PENDING, "")


def of_outcome(
    delivery: Delivery, outcome: smtp.Outcome, *, now: datetime.datetime, message_id: str
) -> Verdict:
    """What becomes of a row whose hand-over ended so."""
    attempt = delivery.attempts + 1
    seconds = _AGAIN_AFTER[min(attempt, len(_AGAIN_AFTER)) - 1]
    code, next_attempt_at, counts = outcome.code, None, True
    is_ambiguous = delivery.is_ambiguous
    match outcome.fate:
        case smtp.Fate.SENT:
            status = _Status.SENT
        case smtp.Fate.UNREACHABLE | smtp.Fate.REFUSED:
            status = _Status.FAILED
        case smtp.Fate.PAUSE:
            # Due as before: the ledger says when one mail tries for all.
            status, code, counts = _Status.PENDING, Delivery.SIGN_IN_REFUSED, False
        case _ if outcome.is_no_server:
            # Nor was this the mail's attempt: an outage of days fails nobody's mail.
            status, counts = _Status.PENDING, False
        case smtp.Fate.AMBIGUOUS if is_ambiguous:
            # A third copy would surely be one too many.
            status, code = _Status.FAILED, "perhaps_delivered"
        case smtp.Fate.AMBIGUOUS:
            status, is_ambiguous = _Status.PENDING, True
            next_attempt_at = now + datetime.timedelta(minutes=1)
        case _ if attempt >= MOST_ATTEMPTS:
            status, code = _Status.FAILED, "given_up"
        case smtp.Fate.LATER:
            status = _Status.PENDING
            next_attempt_at = now + datetime.timedelta(minutes=min(5 * attempt, 15))
        case _:
            status = _Status.PENDING
            next_attempt_at = now + datetime.timedelta(seconds=seconds)
    return Verdict(
        status,
        code,
        outcome.text,
        next_attempt_at,
        is_ambiguous=is_ambiguous,
        attempts=1 if counts else 0,
        message_id=message_id,
    )


def of_silence(delivery: Delivery, *, now: datetime.datetime, message_id: str) -> Verdict:
    """What becomes of a row whose worker died while the final dot may have been on its way."""
    if delivery.is_ambiguous:
        return Verdict(
            _Status.FAILED, "perhaps_delivered", is_ambiguous=True, attempts=1, message_id=message_id
        )
    return Verdict(_Status.PENDING, "worker_died", "", now, True, 1, message_id)
