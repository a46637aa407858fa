"""Thin Celery entry points: the clock's ticks and the bell after a commit."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from notifications import reminders, sending

logger = logging.getLogger(__name__)


@shared_task
def deliver_due() -> None:
    """Send what is due. What is left when the run's time is over gets the next run at once."""
    if sending.deliver_due():
        # Each tick of the clock may begin such a chain; when they pile up, the oldest link is dropped.
        deliver_due.apply_async(queue="mail", expires=30)


@shared_task
def enqueue_reminders() -> None:
    reminders.enqueue_due(now=timezone.now())


def ring(**enqueued: Any) -> None:
    """Wake a worker. The broker may be away: then the sweep finds the mail within seconds of its return."""
    try:
        # Older than this, the sweep has done it.
        deliver_due.apply_async(queue="mail", expires=10)
    except Exception as error:  # kombu lets through whatever the connection raises
        logger.warning("broker away, mail waits for the sweep: %s", type(error).__name__)
