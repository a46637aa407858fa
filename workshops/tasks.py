"""Thin Celery entry points of the domain's own sweeps."""

from celery import shared_task

from workshops.operations import registrations


@shared_task
def lapse_registrations() -> None:
    registrations.lapse_overdue()
