"""No mail server takes us, for days perhaps: no mail fails, one alarm, and soon after its return all go."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import ledger, outages, sending
from notifications.models import URGENT, Delivery, Kind, Ledger
from tests import pages
from tests.faults.hostile_smtp import DROP, GARBAGE, SILENCE, HostileSmtp, Script
from tests.notifications.conftest import NOW, Stage

Status = Delivery.Status
SECOND, MINUTE, DAY = (datetime.timedelta(seconds=seconds) for seconds in (1, 60, 86_400))


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[HostileSmtp]:
    server = HostileSmtp(tmp_path / "log")
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 0.3
    yield server
    server.stop()


def confirmation(stage: Stage) -> Delivery:
    return stage.delivery(
        Kind.CONFIRMED,
        participant=stage.cast.hans,
        registration=stage.registered(stage.cast.hans),
        workshop=stage.workshop,
        priority=URGENT,
    )


def states(*rows: Delivery) -> list[tuple[str, str, int]]:
    found = Delivery.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].status, found[row.pk].outcome_code, found[row.pk].attempts) for row in rows]


@pytest.mark.slow
def test_four_days_without_a_server_fail_no_mail(
    stage: Stage, server: HostileSmtp, settings: Settings, clock: Any
) -> None:
    """A long weekend. What is of no use any more at its end is marked expired, and listed."""
    settings.EMAIL_PORT = 1
    confirmed = confirmation(stage)
    reminder = stage.delivery(
        Kind.PERSONAL_LINK, participant=stage.cast.amina, expires_at=NOW + datetime.timedelta(days=2)
    )
    other = stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.amina)
    tries = 0
    while timezone.now() < NOW + 4 * DAY:
        sending.deliver_due()
        tries += 1
        clock.shift(20 * MINUTE)

    assert tries == 4 * 24 * 3
    assert states(confirmed, reminder, other) == [
        (Status.PENDING, "connect_broken", 0),
        (Status.PENDING, "", 0),
        (Status.PENDING, "", 0),
    ]
    assert ledger.standing().away_since == NOW

    settings.EMAIL_PORT = server.port
    clock.shift(outages.AWAY_AGAIN_AFTER[-1])
    sending.deliver_due()
    assert states(confirmed, reminder, other) == [
        (Status.SENT, "dot_2xx", 1),
        (Status.SKIPPED, "expired", 0),
        (Status.SENT, "dot_2xx", 1),
    ]
    assert ledger.standing().away_since is None


@pytest.mark.parametrize(
    "script",
    [
        Script("connect", DROP, 9),
        Script("banner", SILENCE, 9),
        Script("banner", GARBAGE, 9),
        Script("banner", "421 too busy", 9),
        Script("banner", "554 not for you", 9),
        Script("ehlo", "451 later", 9),
        Script("ehlo", DROP, 9),
    ],
)
def test_what_concerns_the_server_as_a_whole_is_no_attempt_of_the_mail(
    stage: Stage, server: HostileSmtp, clock: Any, script: Script
) -> None:
    server.scripts = [script]
    row = confirmation(stage)

    assert sending.deliver_due() is False

    ((status, _code, attempts),) = states(row)
    assert (status, attempts) == (Status.PENDING, 0)
    assert ledger.standing().away_since == NOW
    server.scripts = []
    clock.shift(5 * SECOND)
    sending.deliver_due()  # the first time, the next tick tries again
    assert states(row) == [(Status.SENT, "dot_2xx", 1)]
    assert ledger.standing().away_since is None


def test_what_concerns_one_mail_still_counts(stage: Stage, server: HostileSmtp) -> None:
    server.scripts = [Script("mail", "451 later"), Script("rcpt", "450 greylisted"), Script("dot", "451 no")]
    rows = [confirmation(stage)] + [
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.amina) for _number in range(2)
    ]

    sending.deliver_due()

    assert {(status, attempts) for status, _code, attempts in states(*rows)} == {(Status.PENDING, 1)}
    assert ledger.standing().away_since is None


def test_it_is_tried_less_and_less_often_and_every_two_minutes_at_least(
    stage: Stage, server: HostileSmtp, clock: Any
) -> None:
    """By one run at a time, with one mail, however often somebody rings."""
    server.scripts = [Script("banner", DROP, 1000)]
    for _number in range(30):
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)
    asked: list[float] = []
    for _tick in range(120):
        for _bell in range(3):
            sending.deliver_due()
        asked += [(timezone.now() - NOW).total_seconds()] * (server.connections - len(asked))
        clock.shift(5 * SECOND)

    assert asked == [0, 0, 10, 40, 100, 220, 340, 460, 580]
    assert not Delivery.objects.exclude(status=Status.PENDING, attempts=0, claim="").exists()


def test_a_server_that_hangs_up_at_the_sign_in_is_asked_as_seldom_as_one_that_refuses_it(
    stage: Stage, server: HostileSmtp, settings: Settings, clock: Any
) -> None:
    """It may count that as a wrong password."""
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "town"
    server.offers_auth = True
    server.scripts = [Script("auth", DROP, 1000)]
    row = confirmation(stage)
    for _tick in range(12 * 10):
        sending.deliver_due()
        clock.shift(5 * SECOND)

    assert server.sign_ins == 2
    assert states(row) == [(Status.PENDING, "auth_broken", 0)]


def test_connections_beyond_what_a_server_takes_are_no_outage(
    stage: Stage, server: HostileSmtp, settings: Settings
) -> None:
    settings.MAIL_CONNECTIONS = 4
    server.delay = 0.05
    server.scripts = [Script("banner", "220 come in", 1), Script("banner", "421 too many", 100)]
    for _number in range(10):
        stage.delivery(Kind.PERSONAL_LINK, participant=stage.cast.hans)

    sending.deliver_due()

    assert set(Delivery.objects.values_list("status", "attempts")) == {(Status.SENT, 1)}
    assert ledger.standing().away_since is None


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(stage: Stage, server: HostileSmtp) -> None:
    row = confirmation(stage)
    ledger.begin()
    outages.server_away(NOW, is_signing_in=False)
    Ledger.objects.update(away_try_at=NOW + datetime.timedelta(hours=2))

    sending.deliver_due()

    assert states(row) == [(Status.SENT, "dot_2xx", 1)]


@pytest.mark.parametrize("path", ["/", "/deliveries/"])
def test_staff_and_whoever_watches_see_one_alarm_after_two_minutes(
    stage: Stage, server: HostileSmtp, client: Client, clock: Any, path: str
) -> None:
    server.scripts = [Script("banner", DROP, 1000)]
    confirmation(stage)
    client.force_login(stage.cast.sabine)

    def told() -> tuple[int, str]:
        lines = pages.lines(client.get(f"/staff/{stage.cast.process.slug}{path}"))
        return lines.count("Kein Mailserver erreichbar"), client.get("/health/").content.decode()

    assert told() == (0, "ok\n")
    sending.deliver_due()
    clock.shift(2 * MINUTE - SECOND)
    assert told() == (0, "ok\n")  # a server that is started anew is no alarm
    clock.shift(SECOND)
    sending.deliver_due()
    assert told() == (1, "ok\nmail: no mail server reachable since 2020-06-20 12:00\n")

    server.scripts = []
    clock.shift(2 * MINUTE)
    sending.deliver_due()
    assert told() == (0, "ok\n")
