"""Killed workers, a flushed broker, a broker that is away: nobody is left out, nobody gets a third copy.

Real PostgreSQL, broker, Celery worker with its beat, and an SMTP server that writes each mail down, on disk,
before it answers.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from notifications import campaigns, launching, tasks
from notifications.models import Delivery, InvitationCampaign
from tests import builders
from tests.faults.hostile_smtp import HostileSmtp
from tests.servers import BrokerServer, Database, Worker, wait_until
from workshops.models import Participant, ParticipationProcess, localised
from workshops.operations import registrations
from workshops.operations.registrations import Needs, Person

PEOPLE = 200
# One process with its own clock.
WORKER = ("-Q", "mail,default", "-c", "1", "-B", "--scheduler", "config.celery:Clock", "-s", os.devnull)
StartWorker = Callable[..., Worker]

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[HostileSmtp]:
    server = HostileSmtp(tmp_path / "accepted.log", delay=0.005)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start(
    start_worker: StartWorker, postgres: Database, broker: BrokerServer, server: HostileSmtp
) -> StartWorker:
    return lambda connections=4: start_worker(
        postgres.environment,
        broker.environment,
        arguments=WORKER,
        EMAIL_URL=server.url,
        MAIL_CONNECTIONS=str(connections),
    )


@pytest.fixture
def campaign(postgres: Database) -> InvitationCampaign:
    process = builders.a_process()
    staff = builders.a_staff_member()
    now = timezone.now()
    Participant.objects.bulk_create(
        Participant(
            process=process,
            email=f"person{number}@example.org",
            email_normalised=f"person{number}@example.org",
            created_at=now,
            invitation_agreed_at=now,
        )
        for number in range(PEOPLE)
    )
    return campaigns.create(
        process,
        words=campaigns.Words(
            name="Einladung",
            subject=localised("Einladung"),
            text=localised("{greeting}, kommen Sie: {link}"),
        ),
        by=staff,
    )


def _all_sent() -> bool:
    return not Delivery.objects.exclude(status=Delivery.Status.SENT).exists()


def _copies(server: HostileSmtp) -> Counter[str]:
    """How many copies each address got. All copies of a mail have one Message-ID; no two mails share it."""
    logged = server.logged()
    recipients = {message_id: recipient for recipient, message_id in logged}
    assert all(recipients[message_id] == recipient for recipient, message_id in logged)
    assert len(recipients) == len({recipient for recipient, _message_id in logged})
    return Counter(recipient for recipient, _message_id in logged)


@pytest.mark.parametrize("connections", [1, 4])
def test_a_worker_killed_in_the_middle_of_a_campaign_leaves_nobody_out(
    campaign: InvitationCampaign, server: HostileSmtp, start: StartWorker, connections: int
) -> None:
    """Killed at the worst moment, twice: the mail is accepted and the worker hasn't heard of it.

    One second copy at most for each mail that a connection is handing over, and each is listed.
    """
    launching.launch(campaign, by=campaign.created_by)
    kills = []
    worker = start(connections=connections)

    def kill_after_acceptance() -> None:
        if len(server.accepted) in (60, 130):
            kills.append(server.accepted[-1])
            os.killpg(worker.process.pid, 9)

    server.before_answer = kill_after_acceptance
    for number in (1, 2):
        wait_until(lambda: worker.process.poll() is not None, what=f"kill {number}", seconds=60)  # noqa: B023
        worker = start(connections=connections)
    wait_until(_all_sent, what="everything sent", seconds=60)

    copies = _copies(server)
    assert sorted(copies) == sorted(f"person{number}@example.org" for number in range(PEOPLE))
    twice = {address for address, count in copies.items() if count > 1}
    assert max(copies.values()) == 2
    assert len(kills) <= len(twice) <= len(kills) * connections
    ambiguous = Delivery.objects.filter(is_ambiguous=True)
    assert twice <= set(ambiguous.values_list("participant__email", flat=True))
    assert len(ambiguous) <= len(kills) * connections


def test_a_flushed_broker_loses_nothing(
    campaign: InvitationCampaign, server: HostileSmtp, broker: BrokerServer, start: StartWorker
) -> None:
    launching.launch(campaign, by=campaign.created_by)
    start()
    for count in (20, 80, 140):
        wait_until(lambda: len(server.accepted) >= count, what=f"{count} accepted", seconds=60)  # noqa: B023
        broker.flush()
    wait_until(_all_sent, what="everything sent", seconds=60)

    assert _copies(server) == Counter(f"person{number}@example.org" for number in range(PEOPLE))


def test_with_the_broker_away_a_registration_succeeds_and_its_mail_follows(
    postgres: Database,
    server: HostileSmtp,
    broker: BrokerServer,
    start: StartWorker,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tasks.forget_silence()
    broker.stop()
    process = builders.a_process()
    workshop = builders.a_workshop(builders.a_series(builders.a_field(process)))
    with caplog.at_level(logging.WARNING, "notifications.tasks"):
        _register(process, workshop.pk)
    assert "broker away" in caplog.text
    assert Delivery.objects.get().status == Delivery.Status.PENDING

    broker.start()
    start()

    wait_until(_all_sent, what="the question", seconds=60)
    assert _copies(server) == Counter(["neu@example.org"])


def _register(process: ParticipationProcess, workshop_id: int) -> None:
    registrations.register(
        process,
        person=Person(email="neu@example.org", name="Neue Person"),
        workshop_ids=[workshop_id],
        needs=Needs(),
    )
    connections.close_all()
