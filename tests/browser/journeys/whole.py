"""The whole journey, once: each test file walks it as somebody else."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from notifications import reminders
from tests.browser.journeys.citizen import EMAIL, Citizen
from tests.browser.journeys.place import DAY, a_place
from workshops.models import Participant, Registration

if TYPE_CHECKING:
    import time_machine

MINUTE = datetime.timedelta(minutes=1)


def walk(citizen: Citizen, clock: "time_machine.Traveller", folder: Path) -> None:
    """From the poster to a seat, the evening, the plan, and out again. `clock` stands at the beginning."""
    place = a_place()
    starts_at = place.language.starts_at
    citizen.comes_from_the_poster(place, folder)
    citizen.finds_the_workshop(place)
    citizen.registers(place)
    citizen.confirms(place)
    citizen.changes_their_needs()
    citizen.takes_the_calendar_file(place)
    citizen.corrects_what_they_said()
    citizen.cancels_and_comes_after_all(place)
    citizen.loses_the_link()

    clock.move_to(starts_at - DAY + MINUTE)
    reminders.enqueue_due(now=timezone.now())
    assert len(citizen.mails()) == 1
    clock.move_to(starts_at - 5 * MINUTE)
    citizen.joins()
    seat = Registration.objects.get(participant__email=EMAIL, workshop=place.language)
    assert (seat.has_attended, seat.attendance_source) == (True, "click")

    clock.move_to(starts_at + 60 * MINUTE)
    place.meets()
    citizen.mails()
    clock.move_to(starts_at + 15 * 60 * MINUTE)
    place.submits()
    assert len(citizen.mails()) == 1
    citizen.comments(place)
    citizen.gives_points_and_their_name()
    place.answers()
    place.publishes()
    place.adopts()
    citizen.mails()
    citizen.reads_the_minutes(place)
    citizen.finds_the_measure(place)

    citizen.takes_their_data()
    citizen.objects_to_invitations()
    assert not Participant.objects.may_be_invited().filter(email=EMAIL).exists()
    assert seats_taken(place.housing.pk) == 1
    citizen.erases_everything()
    citizen.finds_nothing_left(place)
    assert seats_taken(place.housing.pk) == 0
    assert citizen.mails() == []


def seats_taken(workshop: int) -> int:
    return Registration.objects.active().filter(workshop=workshop).count()
