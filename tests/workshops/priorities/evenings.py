"""An evening on which proposals are weighed: it runs, with two of its own and one of an earlier workshop."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import (
    Minutes,
    Participant,
    PointsGiven,
    Prioritisation,
    PrioritisedProposal,
    ProposedMeasure,
    Registration,
    Workshop,
)
from workshops.operations import minutes, points, priorities

HOUR = datetime.timedelta(hours=1)


@dataclass
class Evening:
    cast: cast.Cast
    workshop: Workshop
    earlier: Workshop
    courses: ProposedMeasure
    mentors: ProposedMeasure
    playground: ProposedMeasure  # said in the earlier workshop: it stands first
    amina: Registration  # was there
    hans: Registration  # wasn't

    def open_(self, points_each: int | None = 5, **more: datetime.datetime) -> Prioritisation:
        return priorities.open_(self.workshop, by=self.cast.murat, points_each=points_each, **more)

    def option(self, proposal: ProposedMeasure) -> PrioritisedProposal:
        return PrioritisedProposal.objects.get(prioritisation__workshop=self.workshop, proposal=proposal)

    def give(self, registration: Registration, **titles: int) -> int:
        """Points by the proposals' names here: `give(amina, courses=3)`."""
        given = {self.option(getattr(self, name)).pk: number for name, number in titles.items()}
        return points.give(registration, points=given, by=registration.participant)

    def somebody(self, **titles: int) -> Registration:
        """A further person who was there, and gives these points."""
        person = came(self.workshop)
        self.give(person, **titles)
        return person

    def publish(self) -> None:
        minutes.submit(self.workshop, by=self.cast.murat)
        minutes.publish(self.workshop, by=self.cast.sabine, early=True)

    def given(self) -> dict[str, int]:
        """The sum of points by title, as they lie in the database."""
        rows = PointsGiven.objects.filter(option__prioritisation__workshop=self.workshop)
        found: dict[str, int] = {}
        for title, number in rows.order_by("option__position").values_list(
            "option__proposal__title", "points"
        ):
            found[title] = found.get(title, 0) + number
        return found

    def kept(self) -> list[tuple[str, int | None, int | None]]:
        options = PrioritisedProposal.objects.filter(prioritisation__workshop=self.workshop)
        return list(options.order_by("position").values_list("proposal__title", "points", "hands"))


def came(workshop: Workshop, person: Participant | None = None) -> Registration:
    return builders.a_registration(workshop, person, has_attended=True, attendance_source="ticked")


def an_evening() -> Evening:
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    now = timezone.now()
    earlier = builders.a_workshop(series, starts_at=now - 200 * HOUR)
    workshop = builders.a_workshop(series, starts_at=now - HOUR, ends_at=now + HOUR)
    workshop.moderators.add(people.murat)
    item = builders.an_agenda_item(workshop, text="Viele Ideen", version=1, edited_at=now)
    return Evening(
        cast=people,
        workshop=workshop,
        earlier=earlier,
        courses=builders.a_proposal(item, title="Kurse am Abend", created_at=now - HOUR),
        mentors=builders.a_proposal(item, title="Sprachpaten", created_at=now),
        playground=builders.a_proposal(builders.an_agenda_item(earlier), title="Spielplatz"),
        amina=came(workshop, people.amina),
        hans=builders.a_registration(workshop, people.hans),
    )


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def status_of(workshop: Workshop) -> str:
    return Minutes.objects.get(workshop=workshop).status
