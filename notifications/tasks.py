"""Thin Celery entry points: the clock's ticks and the bell after a commit."""

import logging
import time
from typing import Any

from celery import shared_task
from django.utils import timezone

from notifications import by_hand, forgetting, launching, reminders, results_clock, sending
from notifications.inbound import mailbox
from workshops import stopping

logger = logging.getLogger(__name__)

# Somebody waits for the page meanwhile, and a broker that is away is tried twice; a worker may listen for
# longer (`CELERY_BROKER_TRANSPORT_OPTIONS`). After a failure this process stays silent for so long. The sweep
# sends the mail either way.
QUICKLY = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}
SILENCE_SECONDS = 10.0

# broker's address → the monotonic moment until which it isn't rung
_silent_until: dict[str, float] = {}

# Longer than a run and its slowest mail (`sending.RUN_SECONDS`, `smtp.PATIENCE`): what hangs for so long, in
# a database's silence for instance, is killed, and its mails are taken over.
KILLED_AFTER = 150


@shared_task(time_limit=KILLED_AFTER)
def deliver_due() -> None:
    """Send what is due. What is left when the run's time is over gets the next run at once."""
    if sending.deliver_due(is_stopping=stopping.is_asked):
        # Each tick of the clock may begin such a chain; when they pile up, the oldest link is dropped.
        deliver_due.apply_async(queue="mail", expires=30)


@shared_task
def enqueue_reminders() -> None:
    reminders.enqueue_due(now=timezone.now())


@shared_task
def remind_of_minutes() -> None:
    results_clock.remind_of_minutes(now=timezone.now())


@shared_task
def tell_decisions() -> None:
    results_clock.tell_decisions(now=timezone.now())


@shared_task
def drop_needless_calls() -> None:
    """Take off staff's list what nobody needs to be told any more."""
    by_hand.drop_obsolete(now=timezone.now())


@shared_task
def launch_scheduled_campaigns() -> None:
    launching.launch_scheduled(now=timezone.now())


@shared_task
def forget_people() -> None:
    """Take out what is left, beside their own rows, of people who are deleted."""
    forgetting.run(now=timezone.now())


@shared_task
def read_inbox() -> None:
    mailbox.read(now=timezone.now(), is_stopping=stopping.is_asked)


def ring(**enqueued: Any) -> None:
    """Wake a worker. The broker may be away: then the sweep finds the mail within seconds of its return."""
    broker = str(deliver_due.app.conf.broker_url)
    if time.monotonic() < _silent_until.get(broker, 0.0):
        return
    try:
        with deliver_due.app.connection_for_write(transport_options=QUICKLY) as connection:
            # Older than this, the sweep has done it.
            deliver_due.apply_async(  # type: ignore[call-arg]  # its stubs don't name the connection
                queue="mail", expires=10, connection=connection
            )
    except Exception as error:  # kombu lets through whatever the connection raises
        _silent_until[broker] = time.monotonic() + SILENCE_SECONDS
        logger.warning("broker away, mail waits for the sweep: %s", type(error).__name__)


def forget_silence() -> None:
    """Ring again at once, whatever failed before."""
    _silent_until.clear()
