"""Points given at the same moment on a real PostgreSQL: nobody ever gives more than they have."""

import threading

import pytest
from django.db import transaction
from django.db.models import Sum

from tests import builders
from tests.concurrency.crowds import all_at_once, tally
from tests.workshops.priorities.evenings import an_evening, came
from workshops.errors import Refusal
from workshops.models import PointsGiven, Prioritisation, ProposedMeasure, Registration, Workshop
from workshops.operations import minutes, participants, points, priorities, proposals

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


def give(registration: int, given: dict[int, int]) -> str:
    seat = Registration.objects.select_related("workshop", "participant").get(pk=registration)
    try:
        points.give(seat, points=given, by=seat.participant)
    except Refusal as refusal:
        return refusal.code
    except Registration.DoesNotExist:
        return "erased"
    return "given"


def given_by(registration: int) -> int:
    return PointsGiven.objects.filter(registration=registration).aggregate(n=Sum("points"))["n"] or 0


def test_two_tabs_of_one_person_never_exceed_what_they_have() -> None:
    evening = an_evening()
    evening.open_(points_each=5)
    options = [evening.option(one).pk for one in (evening.courses, evening.mentors, evening.playground)]
    for _round in range(5):
        PointsGiven.objects.all().delete()
        # Each tab gives to a proposal that the others don't name: alone each of them fits.
        results = all_at_once(
            lambda number: give(evening.amina.pk, {options[number % 3]: 3}), range(6), threads=6
        )
        assert given_by(evening.amina.pk) == 3
        assert set(results) == {"given", "too_many_points"}


def test_without_the_lock_both_tabs_find_room() -> None:
    """The control: both look, then both write."""
    evening = an_evening()
    evening.open_(points_each=5)
    options = [evening.option(one).pk for one in (evening.courses, evening.mentors)]
    both_have_looked = threading.Barrier(2)

    def careless(option: int) -> None:
        with transaction.atomic():
            left = 5 - given_by(evening.amina.pk)
            both_have_looked.wait(30)
            assert left >= 3
            PointsGiven.objects.create(option_id=option, registration_id=evening.amina.pk, points=3)

    all_at_once(careless, options, threads=2)
    assert given_by(evening.amina.pk) == 6


def test_what_is_given_while_the_minutes_are_published_counts_or_is_refused() -> None:
    evening = an_evening()
    evening.open_()
    seats = [evening.somebody().pk for _each in range(12)]
    for seat in seats[:5]:
        assert give(seat, {evening.option(evening.mentors).pk: 1}) == "given"
    option = evening.option(evening.courses).pk
    minutes.submit(evening.workshop, by=evening.cast.murat)

    def act(seat: int) -> str:
        if seat:
            return give(seat, {option: 2})
        workshop = Workshop.objects.get(pk=evening.workshop.pk)
        minutes.publish(workshop, by=evening.cast.sabine, early=True)
        return "published"

    results = tally(all_at_once(act, [*seats[:6], 0, *seats[6:]], threads=13))
    assert results.get("given", 0) + results.get("closed", 0) == 12
    assert results["published"] == 1
    assert not PointsGiven.objects.exists()
    sums = {title: number for title, number, _hands in evening.kept()}
    assert sums["Kurse am Abend"] == 2 * results.get("given", 0)


def test_of_two_who_open_it_at_once_one_does() -> None:
    evening = an_evening()

    def open_(_number: int) -> str:
        workshop = Workshop.objects.get(pk=evening.workshop.pk)
        try:
            priorities.open_(workshop, by=evening.cast.murat, points_each=5)
        except Refusal as refusal:
            return refusal.code
        return "opened"

    assert tally(all_at_once(open_, range(4), threads=4)) == {"opened": 1, "opened_already": 3}
    assert Prioritisation.objects.get().options.count() == 3


def test_a_proposal_is_withdrawn_or_weighed_but_not_both() -> None:
    evening = an_evening()
    evening.open_()
    for number in range(4):
        one = builders.a_proposal(evening.courses.item, title=f"Noch einer {number}")
        priorities.take_up(evening.workshop, by=evening.cast.murat)
        option, seat = evening.option(one).pk, came(evening.workshop).pk

        def act(is_voter: bool, pk: int = one.pk, option: int = option, seat: int = seat) -> str:
            if is_voter:
                return give(seat, {option: 3})
            proposal = ProposedMeasure.objects.select_related("item__workshop").get(pk=pk)
            try:
                proposals.withdraw(proposal, by=evening.cast.murat)
            except Refusal as refusal:
                return refusal.code
            return "withdrawn"

        results = all_at_once(act, [True, False], threads=2)
        assert results in (["given", "prioritised"], ["option_removed", "withdrawn"])
        assert given_by(seat) == (3 if results[0] == "given" else 0)


def test_who_is_erased_while_giving_points_leaves_none() -> None:
    evening = an_evening()
    evening.open_()
    seats = [evening.somebody(mentors=1) for _each in range(6)]
    option = evening.option(evening.courses).pk

    def act(number: int) -> str:
        seat = seats[number // 2]
        if number % 2:
            return (
                give(seat.pk, {option: 2}) if Registration.objects.filter(pk=seat.pk).exists() else "erased"
            )
        participants.erase(seat.participant)
        return "erased"

    results = all_at_once(act, range(12), threads=12)
    assert set(results) <= {"given", "erased"}
    assert not PointsGiven.objects.exists()
    assert Prioritisation.objects.get().options.count() == 3
