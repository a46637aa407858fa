"""Staff who change workshops at the same moment, on a real PostgreSQL."""

import datetime
import threading

import pytest
from django.db import transaction
from django.utils import timezone

from tests import builders, cast
from tests.concurrency.crowds import all_at_once, tally
from workshops.errors import Refusal
from workshops.models import User, Workshop
from workshops.operations import registrations, workshops
from workshops.operations.registrations import Needs, Person

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def drafts_of_one_moderator(count: int) -> tuple[User, list[Workshop]]:
    """Sabine, and drafts that all begin at the same moment and are all led by Murat."""
    people = cast.gather()
    starts_at = timezone.now() + datetime.timedelta(days=10)
    series = builders.a_series(people.fields[0])
    drafts = [
        builders.a_workshop(series, starts_at=starts_at, status=Workshop.Status.DRAFT)
        for _number in range(count)
    ]
    for draft in drafts:
        draft.moderators.add(people.murat)
    return people.sabine, drafts


def test_one_moderator_is_published_into_one_workshop_at_a_time() -> None:
    sabine, drafts = drafts_of_one_moderator(8)

    def publish(draft: Workshop) -> str:
        try:
            workshops.publish(draft, by=sabine)
        except Refusal as refusal:
            return refusal.code
        return "published"

    results = all_at_once(publish, drafts, threads=8)

    assert tally(results) == {"published": 1, "double_booked": 7}
    assert Workshop.objects.published().count() == 1


def test_control_without_the_lock_a_moderator_is_published_twice() -> None:
    sabine, drafts = drafts_of_one_moderator(4)
    looked = threading.Barrier(4)

    def publish_carelessly(draft: Workshop) -> str:
        with transaction.atomic():
            is_free = not Workshop.objects.published().filter(starts_at=draft.starts_at).exists()
            # Everyone looks before anyone writes.
            looked.wait(30)
            if not is_free:
                return "double_booked"
            Workshop.objects.filter(pk=draft.pk).update(
                status=Workshop.Status.PUBLISHED, published_at=timezone.now(), published_by=sabine
            )
        return "published"

    results = all_at_once(publish_carelessly, drafts, threads=4)

    assert tally(results) == {"published": 4}


def test_seats_are_never_taken_away_under_someone_who_is_just_registering() -> None:
    people = cast.gather()
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), capacity=20, waiting_capacity=0)

    def act(number: int) -> str:
        own = Workshop.objects.get(pk=workshop.pk)
        try:
            if number % 2:
                # Registering may end up behind the seats (ADR 11); who got one keeps it.
                registrations.register(
                    people.process,
                    person=Person(f"person-{number}@example.org", "Jemand"),
                    workshop_ids=[own.pk],
                    needs=Needs(),
                )
                mine = own.registrations.get(participant__email=f"person-{number}@example.org")
                return "seat" if mine.holds_seat else "behind"
            workshops.change_capacity(own, capacity=max(20 - number, 1), waiting_capacity=0, by=people.sabine)
        except Refusal as refusal:
            return refusal.code
        return "fewer"

    results = tally(all_at_once(act, range(40), threads=8))

    workshop.refresh_from_db()
    taken = workshop.registrations.holding_a_seat().count()
    assert results["seat"] + results["behind"] == 20
    # One who stood behind may have moved up since: a later change may offer more than the one before it.
    assert 0 < results["seat"] <= taken <= workshop.capacity
