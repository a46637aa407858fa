"""The product's Celery app, bent: what the environment's BENT names is left out or overdone.

For `celery -A tests.faults.bent`. The first two are the controls of this directory: without that safeguard
the same tests must find duplicates.
"""

import datetime
import os
import time
from typing import Any

from celery.signals import worker_process_init
from kombu.transport import redis

from config.celery import app as app

NO_JOURNAL = "no journal"  # nothing is known of a dead worker's mails: all of them are sent anew
NO_CONDITION = "no condition"  # rows are chosen, then taken, whoever took them in between
TENFOLD = "tenfold"  # the broker delivers each task ten times

_bent = os.environ.get("BENT")


@worker_process_init.connect
def _bend(**told: Any) -> None:
    from notifications import claims, journal
    from notifications.models import Delivery

    def claim(name: str, *, most: int, now: datetime.datetime) -> list[int]:
        due = Delivery.objects.waiting(now).order_by("priority", "next_attempt_at", "pk")
        keys = list(due.values_list("pk", flat=True)[:most])
        time.sleep(0.3)  # a busy machine: what another takes meanwhile is taken from it
        Delivery.objects.filter(pk__in=keys).update(
            status=Delivery.Status.SENDING,
            claim=name,
            lease_until=now + claims.LEASE,
            outcome_code=claims.HANDING_OVER,
        )
        return keys

    if _bent == NO_JOURNAL:
        journal.Journal.begin = lambda *args, **kwargs: None  # type: ignore[method-assign]
        journal.Journal.end = lambda *args, **kwargs: None  # type: ignore[method-assign]
    if _bent == NO_CONDITION:
        claims.claim = claim


if _bent == TENFOLD:
    _put = redis.Channel._put

    def _put_ten_times(self: redis.Channel, *args: Any, **kwargs: Any) -> None:
        for _time in range(10):
            _put(self, *args, **kwargs)

    redis.Channel._put = _put_ten_times  # type: ignore[method-assign, assignment]
