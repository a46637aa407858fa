"""Thin Celery entry points of the domain's own sweeps."""

from celery import shared_task
from django.utils import timezone

from workshops import stopping
from workshops.operations import (
    alike,
    document_making,
    documents,
    holds,
    recordings,
    retention,
    surveys,
    tending,
    timetables,
    uploads,
)


@shared_task
def lapse_registrations() -> None:
    holds.lapse_overdue()


@shared_task
def announce_closed_surveys() -> None:
    surveys.announce_closed(now=timezone.now())


@shared_task
def discard_stale_uploads() -> None:
    uploads.discard_stale(now=timezone.now())


@shared_task
def plan_timetables() -> None:
    timetables.run_waiting(now=timezone.now(), is_stopping=stopping.is_asked)


@shared_task
def tend_rooms() -> None:
    tending.tend(now=timezone.now())


@shared_task
def tend_recordings() -> None:
    recordings.tend(now=timezone.now())


@shared_task
def make_documents() -> None:
    documents.run_waiting(make=document_making.make, now=timezone.now(), is_stopping=stopping.is_asked)


@shared_task
def compare_proposals() -> None:
    alike.compare_waiting(now=timezone.now(), is_stopping=stopping.is_asked)


@shared_task
def discard_old_documents() -> None:
    documents.discard_old(now=timezone.now())


@shared_task
def delete_what_is_due() -> None:
    retention.run(now=timezone.now(), is_stopping=stopping.is_asked)
