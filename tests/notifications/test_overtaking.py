"""No mail delays another: urgent ones overtake, broken ones fail alone, a dead worker's go on soon."""

import copy
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import appointments, claims, sending
from notifications.models import BULK, URGENT, Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.servers import BrokerServer, Database, Worker, wait_until
from tests.smtp_sink import Received, SmtpSink

Status = Delivery.Status
Deliver = Callable[[], list[Received]]


def fates(rows: list[Delivery]) -> list[tuple[str, str, str]]:
    found = Delivery.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].status, found[row.pk].outcome_code, found[row.pk].outcome_text) for row in rows]


SENT = (Status.SENT, "dot_2xx", "OK")


def test_a_confirmation_overtakes_a_campaign_that_is_under_way(
    stage: Stage, mailbox: SmtpSink, settings: Settings
) -> None:
    """It comes while hundreds wait. Nothing goes before it but what is claimed already, in two windows."""
    settings.MAIL_CONNECTIONS = 2
    mailbox.delay = 0.02
    for number in range(300):
        stage.delivery(
            Kind.PERSONAL_LINK, participant=stage.cast.amina, priority=BULK, key=f"campaign:{number}"
        )
    came_at: list[int] = []
    claimed: dict[int, str] = {}

    def ask() -> bool:
        # Asked again and again while the run goes on: a citizen registers in the middle of it.
        if len(mailbox.received) >= 60 and not came_at:
            came_at.append(len(mailbox.received))
            in_hand = Delivery.objects.filter(status=Status.SENDING)
            claimed.update(in_hand.values_list("pk", "claim"))
            stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, priority=URGENT)
        return False

    sending.deliver_due(seconds=60, is_stopping=ask)

    order = [mail.message["Message-ID"] for mail in mailbox.received]
    rows = {row.message_id: row for row in Delivery.objects.all()}
    assert len(order) == len(rows) == 301
    (urgent,) = (row.message_id for row in rows.values() if row.priority == URGENT)
    ahead = [rows[each].pk for each in order[came_at[0] : order.index(urgent)]]
    # Of its own window it is the first; the other connection may be a mail quicker.
    assert len([key for key in ahead if key not in claimed]) <= 1
    assert 1 <= len({claimed[key] for key in ahead if key in claimed}) <= 2
    # … of half a second's work each: two connections, a fiftieth of a second a mail.
    assert len(ahead) <= 2 * sending.WINDOW_SECONDS * 2 / mailbox.delay + 1


@pytest.mark.parametrize("priority", [URGENT, BULK])
def test_a_template_that_breaks_fails_its_own_mail_alone(
    stage: Stage, delivered: Deliver, settings: Settings, tmp_path: Path, priority: int
) -> None:
    broken = tmp_path / "notifications" / "emails" / "personal_link.body.txt"
    broken.parent.mkdir(parents=True)
    broken.write_text("{% no_such_tag %}")
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    registration = stage.registered(stage.cast.amina)
    rows = [
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans, priority=priority),
        stage.delivery(
            Kind.CONFIRMED, participant=stage.cast.amina, registration=registration, workshop=stage.workshop
        ),
    ]

    mails = delivered()

    assert [mail.recipients for mail in mails] == [("amina@example.org",)]
    assert fates(rows) == [(Status.FAILED, "broken_mail", "TemplateSyntaxError"), SENT]


def test_an_attachment_that_breaks_fails_its_own_mail_alone(
    stage: Stage, delivered: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calendar of one workshop can't be made."""
    other = builders.a_workshop(stage.workshop.series)
    real = appointments.seat

    def breaks_for_one(registration: Any, workshop: Any, **more: Any) -> Any:
        if workshop.pk == other.pk:
            raise OverflowError("date value out of range")
        return real(registration, workshop, **more)

    monkeypatch.setattr(appointments, "seat", breaks_for_one)
    rows = []
    for workshop, person in ((other, stage.cast.hans), (stage.workshop, stage.cast.amina)):
        registration = builders.a_registration(workshop, person)
        rows.append(
            stage.delivery(Kind.CONFIRMED, participant=person, registration=registration, workshop=workshop)
        )

    mails = delivered()

    assert [mail.recipients for mail in mails] == [("amina@example.org",)]
    assert fates(rows) == [(Status.FAILED, "broken_mail", "OverflowError"), SENT]


def test_the_next_attempt_of_a_dead_workers_mail_comes_within_two_minutes(
    stage: Stage, delivered: Deliver, clock: Any
) -> None:
    """From its claim on, on a machine that has no journal to look at: the lease and one tick of the clock."""
    row = stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)
    assert claims.claim("0" * 16 + ":1", most=1, now=NOW) == [row.pk]

    clock.shift(datetime.timedelta(seconds=115))

    assert [mail.recipients[0] for mail in delivered()] == ["hans@example.org"]


@pytest.mark.slow
@pytest.mark.postgres
def test_a_killed_workers_mails_go_from_another_machine_when_the_lease_is_over(
    postgres: Database,
    broker: BrokerServer,
    smtp_sink: SmtpSink,
    start_worker: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    process, now = builders.a_process(), timezone.now()
    for number in range(40):
        Delivery.objects.create(
            process=process,
            kind=Kind.PERSONAL_LINK,
            key=f"link:{number}",
            participant=builders.a_participant(process),
            created_at=now,
            next_attempt_at=now,
        )
    smtp_sink.delay = 0.2
    arguments = (
        "-Q",
        "mail,default",
        "-c",
        "1",
        "-B",
        "--scheduler",
        "config.celery:Clock",
        "-s",
        "/dev/null",
    )

    def work(machine: str) -> Worker:
        return start_worker(
            postgres.environment,
            broker.environment,
            arguments=arguments,
            EMAIL_URL=smtp_sink.url,
            DATA_DIR=str(tmp_path / machine),
            MAIL_LEASE="5",  # how long the real one is, the test above says
        )

    first = work("one")
    smtp_sink.wait_for(5)
    first.kill()
    held = Delivery.objects.filter(status=Status.SENDING).count()
    smtp_sink.delay = 0.0
    work("two")
    wait_until(lambda: not Delivery.objects.exclude(status=Status.SENT).exists(), what="all sent", seconds=60)

    assert held > 0
