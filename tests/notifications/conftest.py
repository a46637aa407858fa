"""A mail server to read from, a workshop with people, a fixed moment."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from notifications import sending
from notifications.models import Delivery, InvitationCampaign, Kind
from tests import builders, cast
from tests.smtp_sink import Received, SmtpSink
from workshops.models import Participant, PersonalLink, Registration, Workshop, localised

NOW = datetime.datetime(2020, 6, 20, 10, 0, tzinfo=datetime.UTC)
# 18:00 in Berlin
STARTS_AT = datetime.datetime(2020, 7, 7, 16, 0, tzinfo=datetime.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The moment of these tests, standing still: 20 June 2020, noon in Berlin. `move_to` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mailbox(smtp_sink: SmtpSink, settings: Settings) -> SmtpSink:
    """The mail server that the product talks to."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return smtp_sink


@pytest.fixture
def delivered(mailbox: SmtpSink) -> Callable[[], list[Received]]:
    """Send what is due; the mails that came of it."""

    def deliver() -> list[Received]:
        before = len(mailbox.received)
        sending.deliver_due()
        return mailbox.received[before:]

    return deliver


@dataclass
class Stage:
    """Hechingen, one workshop of “Bildung und Sprache” on 7 July 2020 at 18:00."""

    cast: cast.Cast
    workshop: Workshop

    def registered(self, person: Participant, status: str = "confirmed", **columns: Any) -> Registration:
        columns.setdefault("confirmed_at", None if status in ("pending", "lapsed") else NOW)
        return builders.a_registration(self.workshop, person, status=status, **columns)

    def delivery(self, kind: Kind, **columns: Any) -> Delivery:
        columns.setdefault("process", self.cast.process)
        columns.setdefault("key", f"{kind}:{uuid.uuid4()}")
        columns.setdefault("created_at", NOW)
        columns.setdefault("next_attempt_at", NOW)
        return Delivery.objects.create(kind=kind, **columns)

    def campaign(self, **columns: Any) -> InvitationCampaign:
        columns.setdefault(
            "subject", localised({"de": "Einladung: {process}", "en": "Invitation: {process}"})
        )
        columns.setdefault(
            "text",
            localised(
                {
                    "de": "{greeting},\n\nmelden Sie sich an & reden Sie mit:\n{link}\n\nIhre Stadt {town}",
                    "en": "{greeting},\n\nsign up & have a say:\n{link}\n\nYour town {town}",
                }
            ),
        )
        return InvitationCampaign.objects.create(
            process=self.cast.process,
            name="Erste Einladung",
            created_at=NOW,
            created_by=self.cast.sabine,
            changed_at=NOW,
            changed_by=self.cast.sabine,
            **columns,
        )


@pytest.fixture
def numbers_from_one(db: None) -> None:
    """Rows count from 1, whatever this worker committed and threw away before: mails name some numbers."""
    with connection.cursor() as cursor:
        sequences = connection.introspection.sequence_list()
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), sequences):
            cursor.execute(statement)


@pytest.fixture
def stage(numbers_from_one: None, clock: object) -> Stage:
    people = cast.gather()
    series = builders.a_series(people.fields[0])
    workshop = builders.a_workshop(
        series,
        uid=uuid.UUID("7d0a9f2e-0000-4000-8000-000000000001"),
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + datetime.timedelta(hours=2),
        description=localised(
            {"de": "Wie lernen alle gut Deutsch?", "en": "How does everyone learn German well?"}
        ),
        dial_in="07471 000000, PIN 4711",
        conference_url="https://konferenz.example/geheim",
    )
    return Stage(people, workshop)


@pytest.fixture
def sabine(stage: Stage) -> Client:
    client = Client()
    client.force_login(stage.cast.sabine)
    return client


@pytest.fixture
def bare(stage: Stage) -> Stage:
    """The stage, without any rule for reminders."""
    stage.cast.process.reminder_rules.all().delete()
    return stage


@pytest.fixture
def stable_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Personal links whose tokens, of the true length, only name their scope. For one person each."""

    def token_of(link: PersonalLink) -> str:
        return f"{link.scope}-{'x' * 43}"[:43]

    monkeypatch.setattr("workshops.links.token_of", token_of)
