"""An evening that is over, with its minutes written, and three who came."""

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops import links
from workshops.links import Scope
from workshops.models import AgendaItem, Minutes, MinutesComment, Registration, Workshop
from workshops.operations import contributions, minutes
from workshops.operations.contributions import Said

NOW = timezone.now()
DAY = datetime.timedelta(days=1)


@dataclass
class Evening:
    cast: cast.Cast
    workshop: Workshop
    item: AgendaItem
    amina: Registration
    hans: Registration
    # Has a seat, and did not come.
    absent: Registration

    def submit(self, **how: Any) -> Minutes:
        how.setdefault("by", self.cast.murat)
        return minutes.submit(self.workshop, **how)

    def say(self, text: str, *, who: Registration | None = None, **how: Any) -> list[MinutesComment]:
        return contributions.comment(
            who or self.amina, said=[Said(self.item.pk, self.item.version, text)], **how
        )

    def path(self, registration: Registration, *parts: object) -> str:
        """Behind the person's link to contribute."""
        token = links.token_of(links.make(registration.participant, Scope.CONTRIBUTE))
        return "/".join([f"/contribute/{token}", *map(str, parts), ""])

    def moderation(self, *parts: object) -> str:
        return "/".join([f"/moderation/{self.workshop.pk}", *map(str, parts), ""])

    @property
    def public(self) -> str:
        return f"/{self.cast.process.slug}/{self.workshop.field.slug}/{self.workshop.number}/minutes/"


@pytest.fixture
def evening(people: cast.Cast) -> Evening:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=NOW - DAY)
    workshop.moderators.add(people.murat)
    item = builders.an_agenda_item(
        workshop, title="Kurse am Abend", text="Es gibt **einen** Kurs.", version=1, edited_at=NOW
    )
    came = {"has_attended": True, "attendance_source": "ticked"}
    return Evening(
        people,
        workshop,
        item,
        amina=builders.a_registration(workshop, people.amina, **came),
        hans=builders.a_registration(workshop, people.hans, **came),
        absent=builders.a_registration(workshop),
    )


@pytest.fixture
def murat(evening: Evening) -> Client:
    client = Client()
    client.force_login(evening.cast.murat)
    return client


@pytest.fixture
def sabine(evening: Evening) -> Client:
    client = Client()
    client.force_login(evening.cast.sabine)
    return client
