"""The mail server refuses our user name or password: everything pauses, nothing fails, one alarm."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import ledger, outages, sending
from notifications.models import URGENT, Delivery, Kind, Ledger
from tests import builders, pages
from tests.faults.hostile_smtp import HostileSmtp, Script
from tests.notifications.conftest import NOW, Stage
from tests.servers import BrokerServer, Database, Worker, wait_until

Status = Delivery.Status
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[HostileSmtp]:
    """It refuses the next hundred sign-ins."""
    server = HostileSmtp(tmp_path / "log", offers_auth=True, scripts=[Script("auth", "535 5.7.8 no", 100)])
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "town"
    yield server
    server.stop()


def owe(stage: Stage, count: int, **columns: Any) -> list[Delivery]:
    people = [stage.cast.hans, stage.cast.amina]
    return [
        stage.delivery(Kind.PERSONAL_LINK, participant=people[number % 2], **columns)
        for number in range(count)
    ]


def states() -> set[tuple[str, int]]:
    return set(Delivery.objects.values_list("status", "attempts"))


def test_a_server_that_drops_whoever_it_refused_is_asked_once(stage: Stage, server: HostileSmtp) -> None:
    """It offers another way to sign in, and hangs up on whoever tries it: no mail's attempt, one alarm."""
    server.scripts = [Script("auth", "535 5.7.8 no", 1), Script("auth", "drop", 100)]
    owe(stage, 3)

    sending.deliver_due()

    assert server.sign_ins == 1
    assert states() == {(Status.PENDING, 0)}
    assert ledger.standing().refused_since == NOW


def test_a_server_that_offers_no_sign_in_to_us_who_have_one_pauses_everything(
    stage: Stage, server: HostileSmtp
) -> None:
    server.offers_auth = False
    owe(stage, 3)

    sending.deliver_due()

    assert (server.sign_ins, server.accepted) == (0, [])
    assert states() == {(Status.PENDING, 0)}
    assert ledger.standing().refused_since == NOW


def test_two_processes_ask_less_than_five_times_in_any_ten_minutes(
    stage: Stage, server: HostileSmtp, clock: Any
) -> None:
    """Servers that lock an address out count failures (docs/adr/0026). Both are sending when it begins."""
    owe(stage, 60)
    ledger.opens(NOW)
    runs = [sending._Run(lambda: False) for _process in range(2)]
    assert [run._claim_window() for run in runs] == [True, True]
    for run in runs:
        run.end()
    asked = [timezone.now()] * server.sign_ins
    assert len(asked) == 2
    for _tick in range(40 * 12):
        clock.shift(5 * SECOND)
        sending.deliver_due()
        asked += [timezone.now()] * (server.sign_ins - len(asked))

    ten_minutes = datetime.timedelta(minutes=10)
    assert max(sum(at <= other <= at + ten_minutes for other in asked) for at in asked) < 5
    assert len(asked) == 2 + 40 / 5
    assert states() == {(Status.PENDING, 0)}


def test_connections_that_are_refused_in_the_middle_of_a_run_ask_once(
    stage: Stage, server: HostileSmtp, settings: Settings
) -> None:
    """The password is changed while mail goes out: one connection stands, the others can't be had."""
    settings.MAIL_CONNECTIONS = 8
    server.scripts = [Script("auth", "235 welcome", 1), Script("auth", "535 5.7.8 no", 100)]
    server.delay = 0.1
    owe(stage, 30)

    sending.deliver_due()

    assert server.sign_ins == 2
    assert ledger.standing().refused_since == NOW
    assert states() == {(Status.SENT, 1), (Status.PENDING, 0)}


@pytest.mark.parametrize(
    "script", [Script("auth", "535 5.7.8 no", 100), Script("mail", "530 5.7.0 sign in first", 100)]
)
def test_a_refused_sign_in_pauses_everything_and_fails_nothing(
    stage: Stage, server: HostileSmtp, script: Script
) -> None:
    server.scripts = [script]
    owe(stage, 30)

    sending.deliver_due()
    asked = server.connections
    owe(stage, 1, priority=URGENT)
    sending.deliver_due()
    sending.deliver_due()

    assert asked == server.connections == 1  # nobody else even asked
    assert states() == {(Status.PENDING, 0)}
    assert not Delivery.objects.exclude(claim="").exists()


def test_one_mail_tries_for_all_and_the_first_that_gets_through_frees_them(
    stage: Stage, server: HostileSmtp, clock: Any
) -> None:
    owe(stage, 30)
    sending.deliver_due()
    for number in (1, 2, 3):
        clock.shift(outages.PROBE_EVERY - SECOND)
        sending.deliver_due()
        assert server.connections == number
        clock.shift(SECOND)
        sending.deliver_due()
        assert server.connections == number + 1
    assert states() == {(Status.PENDING, 0)}

    server.scripts = []
    clock.shift(outages.PROBE_EVERY)
    sending.deliver_due()

    assert states() == {(Status.SENT, 1)}
    assert ledger.standing().refused_since is None
    # A pause of minutes, whatever the row was before.
    assert datetime.timedelta(minutes=5) >= outages.PROBE_EVERY


def test_a_new_password_is_tried_at_once(stage: Stage, server: HostileSmtp, settings: Settings) -> None:
    owe(stage, 2)
    sending.deliver_due()

    server.scripts = []
    settings.EMAIL_HOST_PASSWORD = "new"
    sending.deliver_due()

    assert states() == {(Status.SENT, 1)}


def test_a_server_that_is_away_at_the_probe_leaves_the_alarm_and_takes_no_mail(
    stage: Stage, server: HostileSmtp, clock: Any
) -> None:
    owe(stage, 3)
    sending.deliver_due()
    server.scripts = [Script("banner", "drop", 1)]
    clock.shift(outages.PROBE_EVERY)

    sending.deliver_due()

    assert ledger.standing().refused_since == NOW
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.PENDING}


def test_a_clock_that_was_set_back_doesnt_pause_for_hours(
    stage: Stage, server: HostileSmtp, clock: Any
) -> None:
    owe(stage, 1)
    sending.deliver_due()
    Ledger.objects.update(probe_at=NOW + datetime.timedelta(hours=2))
    server.scripts = []

    sending.deliver_due()

    assert states() == {(Status.SENT, 1)}


def test_one_run_at_a_time_tries(stage: Stage, server: HostileSmtp) -> None:
    outages.sign_in_refused(NOW)
    later = NOW + outages.PROBE_EVERY

    assert [outages.may_send(later) for _run in range(3)] == [(True, True), (False, False), (False, False)]


def test_another_workers_refusal_stops_a_run_before_its_next_window(
    stage: Stage, server: HostileSmtp
) -> None:
    server.scripts = []
    keys = [each.pk for each in owe(stage, 3)]
    ledger.opens(NOW)
    run = sending._Run(lambda: False)
    outages.sign_in_refused(NOW)

    assert run._claim_window() is False
    run.end()

    assert set(Delivery.objects.filter(pk__in=keys).values_list("status", "claim", "attempts")) == {
        (Status.PENDING, "", 0)
    }
    assert server.connections == 0


@pytest.mark.parametrize("path", ["/", "/deliveries/"])
def test_staff_of_every_process_see_one_alarm_until_a_mail_works_again(
    stage: Stage, server: HostileSmtp, client: Client, clock: Any, path: str
) -> None:
    other = builders.a_process()
    owe(stage, 3)
    client.force_login(stage.cast.sabine)

    def alarms() -> list[int]:
        slugs = (stage.cast.process.slug, other.slug)
        return [pages.lines(client.get(f"/staff/{slug}{path}")).count("Der Versand ruht") for slug in slugs]

    assert alarms() == [0, 0]
    sending.deliver_due()
    assert alarms() == [1, 1]
    clock.shift(outages.PROBE_EVERY)
    assert alarms() == [1, 1]  # it doesn't flicker while the next try is due
    server.scripts = []
    sending.deliver_due()
    assert alarms() == [0, 0]


@pytest.mark.slow
@pytest.mark.postgres
def test_real_workers_ask_once_and_go_on_with_the_new_password(
    postgres: Database, broker: BrokerServer, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    server = HostileSmtp(tmp_path / "log", offers_auth=True, scripts=[Script("auth", "535 5.7.8 no", 100)])
    server.start()
    process = builders.a_process()
    now = timezone.now()
    for number in range(20):
        Delivery.objects.create(
            process=process,
            kind=Kind.PERSONAL_LINK,
            key=f"link:{number}",
            participant=builders.a_participant(process),
            created_at=now,
            next_attempt_at=now,
        )
    arguments = (
        "-Q",
        "mail,default",
        "-c",
        "2",
        "-B",
        "--scheduler",
        "config.celery:Clock",
        "-s",
        "/dev/null",
    )

    def work(password: str) -> Worker:
        return start_worker(
            postgres.environment,
            broker.environment,
            arguments=arguments,
            EMAIL_URL=f"smtp://town:{password}@127.0.0.1:{server.port}",
        )

    old = [work("old"), work("old")]
    wait_until(lambda: ledger.standing().refused_since is not None, what="the alarm", seconds=60)
    for worker in old:
        worker.stop()
    # Four processes and both clocks; those who asked before the first had its answer.
    assert server.connections <= 4
    assert states() == {(Status.PENDING, 0)}

    server.scripts = []
    work("new")
    wait_until(lambda: states() == {(Status.SENT, 1)}, what="all sent", seconds=60)
    assert ledger.standing().refused_since is None
    server.stop()
