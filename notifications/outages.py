"""A mail server that refuses our sign-in, or none that takes us at all: what all workers know of it.

It stands in the ledger's row, not on mails: no mail has failed, none has used up an attempt.
"""

import datetime
import logging

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from notifications import ledger
from notifications.models import Ledger

logger = logging.getLogger(__name__)

# While our sign-in is refused, one mail tries again after so long, for all workers: seldom enough for
# servers that lock an address out after five failures in ten minutes. (Each process that is just sending
# may be refused once before it hears of it.)
PROBE_EVERY = datetime.timedelta(minutes=5)

# While no mail server takes us, one mail tries again: so long after the first time, the second … the last of
# these from then on.
AWAY_AGAIN_AFTER = tuple(datetime.timedelta(seconds=seconds) for seconds in (0, 10, 30, 60, 120))

_ROW = 1
_NOT_AWAY = {"away_since": None, "away_count": 0, "away_try_at": None}


def may_send(now: datetime.datetime) -> tuple[bool, bool]:
    """(may this run send?, does it try for all?) While no server takes us, or our sign-in, one run at a time
    hands over one mail; at once when user name or password were changed since a refusal."""
    standing = ledger.standing()
    if standing.refused_since is not None:
        turn = Ledger.objects.filter(pk=_ROW, refused_since__isnull=False)
        if standing.refused_with == _credentials():
            turn = turn.filter(_is_time("probe_at", PROBE_EVERY, now))
        else:
            turn = turn.filter(refused_with=standing.refused_with)
        is_ours = bool(turn.update(probe_at=now + PROBE_EVERY, refused_with=_credentials()))
        return is_ours, is_ours
    if standing.away_since is not None:
        turn = Ledger.objects.filter(pk=_ROW, away_count=standing.away_count)
        turn = turn.filter(_is_time("away_try_at", PROBE_EVERY, now))
        is_ours = bool(turn.update(away_try_at=now + AWAY_AGAIN_AFTER[standing.away_count - 1]))
        return is_ours, is_ours
    return True, False


def _is_time(column: str, longest: datetime.timedelta, now: datetime.datetime) -> Q:
    """A moment far ahead comes from a clock that was set back."""
    return Q(**{f"{column}__lte": now}) | Q(**{f"{column}__gt": now + 2 * longest})


def sign_in_refused(now: datetime.datetime) -> None:
    """Nothing goes out until one mail has got through; no mail has failed."""
    ledger.begin()
    Ledger.objects.filter(pk=_ROW, refused_since__isnull=True).update(refused_since=now, probe_at=now)
    Ledger.objects.filter(pk=_ROW).update(
        probe_at=now + PROBE_EVERY, refused_with=_credentials(), **_NOT_AWAY
    )
    logger.error("the mail server refuses our sign-in: mail is paused")


def server_away(now: datetime.datetime, *, is_signing_in: bool) -> None:
    """No server takes our connection, for whatever reason: no mail's fault, and no mail's attempt.

    `is_signing_in`: it broke off there, which its operators may count as a failed sign-in.
    """
    standing = ledger.begin()
    count = min(standing.away_count + 1, len(AWAY_AGAIN_AFTER))
    pause = max(AWAY_AGAIN_AFTER[count - 1], PROBE_EVERY if is_signing_in else datetime.timedelta())
    # A refused sign-in stays the alarm until a mail has got through.
    Ledger.objects.filter(pk=_ROW, refused_since__isnull=True).update(
        away_since=Coalesce(F("away_since"), now), away_count=count, away_try_at=now + pause
    )
    logger.warning("no mail server takes us, for the %s. time", count)


def server_takes_us() -> None:
    Ledger.objects.filter(pk=_ROW).update(refused_since=None, probe_at=None, refused_with="", **_NOT_AWAY)
    logger.warning("the mail server takes us again")


def _credentials() -> str:
    told = f"{settings.EMAIL_HOST}\n{settings.EMAIL_HOST_USER}\n{settings.EMAIL_HOST_PASSWORD}"
    return salted_hmac("notifications.ledger", told, algorithm="sha256").hexdigest()[:32]
