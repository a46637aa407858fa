"""Limits per minute and per domain, over all workers together; servers that ask for less."""

import datetime
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import env
from notifications import claims, pace, sending, smtp
from notifications.models import BULK, URGENT, Delivery, Kind, Pace
from tests import builders, cast
from tests.faults.hostile_smtp import HostileSmtp, Script
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import SmtpSink
from workshops.models import Participant, ParticipationProcess

Status = Delivery.Status
MINUTE = datetime.timedelta(minutes=1)


def owe(process: ParticipationProcess, domain: str, count: int, *, priority: int = BULK) -> list[int]:
    """So many mails to people at this domain."""
    now = timezone.now()
    return [
        Delivery.objects.create(
            process=process,
            kind=Kind.PERSONAL_LINK,
            key=f"{domain}:{priority}:{number}:{Delivery.objects.count()}",
            participant=builders.a_participant(process, email=f"p{number}-{priority}@{domain}"),
            priority=priority,
            created_at=now,
            next_attempt_at=now,
        ).pk
        for number in range(count)
    ]


# --- the limits ----------------------------------------------------------------------------------


def test_without_limits_a_window_costs_one_statement(stage: Stage, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert pace.chooser(NOW) is None


@pytest.mark.parametrize("limit", [1, 2, 30, 600])
def test_in_no_minute_more_than_the_limit(stage: Stage, settings: Settings, clock: Any, limit: int) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = limit
    count = min(3 * limit, 150)
    owe(stage.cast.process, "gmx.de", count)
    taken: list[datetime.datetime] = []
    step = datetime.timedelta(seconds=max(0.7, 60 / limit / 3))
    while len(taken) < count:
        keys = claims.claim("a:1", most=250, now=timezone.now())
        taken += [timezone.now()] * len(keys)
        clock.shift(step)

    worst = max(sum(at <= other < at + MINUTE for other in taken) for at in taken)
    assert worst <= limit
    # … and not much less.
    minutes = (taken[-1] - taken[0]) / MINUTE + 1 / limit
    assert count / minutes >= limit * 0.7


def test_all_together_have_a_limit_too(stage: Stage, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 40
    for domain in ("gmx.de", "web.de", "example.org"):
        owe(stage.cast.process, domain, 5, priority=URGENT)

    assert len(claims.claim("a:1", most=250, now=NOW)) == 4


def test_what_a_limit_holds_back_waits_and_others_overtake_it(
    stage: Stage, settings: Settings, mailbox: SmtpSink
) -> None:
    settings.MAIL_PER_MINUTE_BY_DOMAIN = {"gmx.de": 20}
    owe(stage.cast.process, "example.org", 1)
    sending.deliver_due()  # the templates are compiled now: what follows takes no time
    # More than a window of them stand before the others.
    held = owe(stage.cast.process, "gmx.de", sending.FIRST_WINDOW + 5)
    others = owe(stage.cast.process, "web.de", 3)

    sending.deliver_due(is_stopping=lambda: len(mailbox.received) >= 5)
    is_more = sending.deliver_due(seconds=0.1)

    assert is_more
    arrived = Counter(mail.recipients[0].rpartition("@")[2] for mail in mailbox.received)
    # Of the two that the bucket holds one is kept for urgent mail.
    assert arrived == {"example.org": 1, "gmx.de": 1, "web.de": 3}
    waiting = Delivery.objects.filter(pk__in=held, status=Status.PENDING)
    assert set(waiting.values_list("attempts", "outcome_code", "next_attempt_at", "claim")) == {
        (0, "", NOW, "")
    }
    assert waiting.count() == len(held) - 1
    assert not Delivery.objects.filter(pk__in=others).exclude(status=Status.SENT).exists()


def test_a_campaign_leaves_a_share_for_a_confirmation(stage: Stage, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 100
    owe(stage.cast.process, "gmx.de", 50)
    campaign = claims.claim("a:1", most=250, now=NOW)
    (confirmation,) = owe(stage.cast.process, "gmx.de", 1, priority=URGENT)

    urgent = claims.claim("a:2", most=250, now=NOW)

    assert (len(campaign), urgent) == (5, [confirmation])


def test_urgent_mail_takes_the_tokens_before_a_campaign_does(stage: Stage, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 10
    owe(stage.cast.process, "gmx.de", 5)
    (confirmation,) = owe(stage.cast.process, "gmx.de", 1, priority=URGENT)

    assert claims.claim("a:1", most=250, now=NOW) == [confirmation]


@pytest.mark.parametrize("offset", [datetime.timedelta(hours=-2), datetime.timedelta(hours=2)])
def test_a_clock_that_is_set_stops_nobody_for_long(
    stage: Stage, settings: Settings, offset: datetime.timedelta
) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 60
    owe(stage.cast.process, "gmx.de", 20)
    Delivery.objects.update(next_attempt_at=NOW - 2 * abs(offset))
    assert len(claims.claim("a:1", most=250, now=NOW)) == 3

    assert len(claims.claim("a:2", most=250, now=NOW + offset)) == 3


def test_buckets_are_forgotten_after_an_hour(stage: Stage, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 60
    owe(stage.cast.process, "amina-el-masri.example", 1)
    claims.claim("a:1", most=250, now=NOW)
    later = NOW + datetime.timedelta(minutes=61)
    owe(stage.cast.process, "gmx.de", 1)
    claims.claim("a:2", most=250, now=later)

    assert set(Pace.objects.exclude(domain="").values_list("domain", flat=True)) == {"gmx.de"}


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.postgres
def test_two_workers_share_one_bucket(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """Both look at the bucket; one of them then takes its time. Without the lock it takes the same tokens."""
    settings.MAIL_PER_MINUTE_AND_DOMAIN = 100
    owe(cast.gather().process, "gmx.de", 50, priority=URGENT)
    now = timezone.now()
    # The row that is locked, and the bucket, are there already: nobody waits for an INSERT.
    Pace.objects.create(domain="", tokens=1, filled_at=now)
    Pace.objects.create(domain="gmx.de", tokens=10, filled_at=now)
    if not is_locked:
        monkeypatch.setattr(pace, "_lock", lambda now: None)
    taken: dict[str, list[int]] = {}
    both_ready = threading.Barrier(2)

    def work(name: str, pause: float) -> None:
        def slowly(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            result = execute(sql, *rest)
            if sql.startswith("SELECT") and '"notifications_pace"."tokens"' in sql:
                time.sleep(pause)
            return result

        try:
            both_ready.wait(10)
            with connection.execute_wrapper(slowly):
                taken[name] = claims.claim(name, most=250, now=now)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=each) for each in (("quick", 0.1), ("slow", 0.7))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert not set(taken["quick"]) & set(taken["slow"])
    assert sum(map(len, taken.values())) == (10 if is_locked else 20)


def test_limits_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMITS", "GMX.de=30, web.de=2")
    assert env.numbers("LIMITS", least=1) == {"gmx.de": 30, "web.de": 2}
    for wrong in ("gmx.de", "gmx.de=", "=3", "gmx.de=0", "gmx.de=-1", "gmx.de=viele"):
        monkeypatch.setenv("LIMITS", wrong)
        with pytest.raises(ImproperlyConfigured, match="LIMITS"):
            env.numbers("LIMITS", least=1)


# --- a server that asks for less --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage_of_mail", "reply", "text", "asks"),
    [
        (smtp.Stage.RCPT, smtp.Reply.LATER, "4.7.1 too many mails", True),
        (smtp.Stage.DOT, smtp.Reply.LATER, "4.7.28 rate limit", True),
        (smtp.Stage.DOT, smtp.Reply.CLOSING, "closing", True),
        (smtp.Stage.CONNECT, smtp.Reply.CLOSING, "too busy", True),
        (smtp.Stage.RCPT, smtp.Reply.LATER, "4.2.0 greylisted", False),
        (smtp.Stage.RCPT, smtp.Reply.LATER, "see 4.7.1", False),
        (smtp.Stage.RCPT, smtp.Reply.NEVER, "5.7.1 no", False),
        (smtp.Stage.DOT, smtp.Reply.GOOD, "2.0.0 ok", False),
    ],
)
def test_which_answers_ask_for_less(
    stage_of_mail: smtp.Stage, reply: smtp.Reply, text: str, asks: bool
) -> None:
    assert pace.is_asking_for_less(smtp.Outcome(stage_of_mail, reply, text)) == asks


def test_a_domain_that_asks_for_less_gets_half_and_soon_all_again(
    stage: Stage, settings: Settings, mailbox: SmtpSink, clock: Any
) -> None:
    settings.MAIL_PER_MINUTE_BY_DOMAIN = {"gmx.de": 120}
    owe(stage.cast.process, "gmx.de", 4, priority=URGENT)
    for number in range(4):
        mailbox.refused[f"p{number}-{URGENT}@gmx.de"] = "451 4.7.1 slower please"

    sending.deliver_due()  # four times the same trouble
    halved = [(each.domain, each.per_minute) for each in pace.slowed(timezone.now())]
    rates = []
    for minutes in (0, 9, 10, 11):
        row = Pace.objects.get(domain="gmx.de")
        rates.append(pace.rate_of("gmx.de", row, NOW + minutes * MINUTE))

    assert halved == [("gmx.de", 60)]
    assert rates == [60.0, 60.0, 120.0, 120.0]
    assert not Delivery.objects.filter(status=Status.FAILED).exists()

    for minutes in (2, 4, 6, 8, 10):
        pace.slow_down({"gmx.de": 1.0}, now=NOW + minutes * MINUTE)
    row = Pace.objects.get(domain="gmx.de")
    at = NOW + 10 * MINUTE
    assert [pace.rate_of("gmx.de", row, at + n * pace.RECOVERS_EVERY) for n in range(5)] == [
        7.5,
        15.0,
        30.0,
        60.0,
        120.0,
    ]


def test_one_such_answer_among_many_is_weather(stage: Stage) -> None:
    good = smtp.Outcome(smtp.Stage.DOT, smtp.Reply.GOOD, "OK")
    slow = smtp.Outcome(smtp.Stage.DOT, smtp.Reply.LATER, "4.7.1 slower please")
    ear = pace.Ear()
    for number in range(100):
        ear.hear("p@gmx.de", slow if number % 10 == 0 else good)
        ear.hear("p@web.de", good)
        ear.obey()
    assert pace.slowed(NOW) == []

    for _number in range(10):
        ear.hear("p@gmx.de", slow)
        ear.obey()
    # A fifth of the last fifty; from as much as went there, and not once for each.
    assert [(each.domain, each.per_minute) for each in pace.slowed(NOW)] == [("gmx.de", 3180)]


def test_other_domains_go_on_while_one_is_slow(stage: Stage, mailbox: SmtpSink, settings: Settings) -> None:
    """Without any configured limit: half of what went there is the limit then."""
    pace.slow_down({"gmx.de": 20.0}, now=NOW)
    owe(stage.cast.process, "gmx.de", 30)
    owe(stage.cast.process, "web.de", 30)

    sending.deliver_due(is_stopping=lambda: len(mailbox.received) >= 30)

    arrived = Counter(mail.recipients[0].rpartition("@")[2] for mail in mailbox.received)
    assert arrived == {"web.de": 30}


def test_a_server_that_is_too_busy_to_talk_slows_all(stage: Stage, settings: Settings, tmp_path: Any) -> None:
    server = HostileSmtp(tmp_path / "log", scripts=[Script("banner", "421 too busy", times=1)])
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    owe(stage.cast.process, "gmx.de", 1)

    sending.deliver_due()
    server.stop()

    assert [(each.domain, each.per_minute) for each in pace.slowed(NOW)] == [("", 300)]


def test_what_has_recovered_is_forgotten_and_costs_nothing(stage: Stage, clock: Any) -> None:
    pace.slow_down({"gmx.de": 20.0}, now=NOW)
    assert pace.chooser(NOW) is not None

    clock.shift(pace.RECOVERS_EVERY)

    assert pace.chooser(timezone.now()) is None
    assert Pace.objects.count() == 0


def test_staff_see_who_asks_for_less(stage: Stage, client: Client) -> None:
    client.force_login(stage.cast.sabine)
    page = "/staff/integrationsplan/deliveries/"
    assert "nur langsam" not in client.get(page).content.decode()

    pace.slow_down({"gmx.de": 20.0, pace.ALL: 2000.0}, now=NOW)

    shown = client.get(page).content.decode()
    assert "E-Mails an <bdi>gmx.de</bdi> zurzeit nur langsam an. Darum gehen dorthin höchstens 300 " in shown
    assert "Darum gehen höchstens 1000 in der Minute hinaus" in shown


def test_a_slow_domain_is_found_whatever_the_case_of_an_address(stage: Stage, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE_BY_DOMAIN = {"gmx.de": 1}
    for number in range(2):
        stage.delivery(
            Kind.PERSONAL_LINK,
            participant=builders.a_participant(stage.cast.process, email=f"P{number}@GMX.de"),
            priority=URGENT,
        )

    assert len(claims.claim("a:1", most=9, now=NOW)) == 1
    assert Participant.objects.filter(email__endswith="@GMX.de").count() == 2
