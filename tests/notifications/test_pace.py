"""Limits per minute and per domain, over all workers together."""

import datetime
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import env
from notifications import claims, pace, sending
from notifications.models import BULK, URGENT, Delivery, Kind, Pace
from tests import builders, cast
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


def test_without_limits_a_window_costs_one_statement(stage: Stage, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert pace.chooser(NOW) is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 19, 30, 600])
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


@pytest.mark.parametrize("limit", [4, 10, 19])
def test_a_share_is_left_where_the_limit_is_low(stage: Stage, settings: Settings, limit: int) -> None:
    settings.MAIL_PER_MINUTE = limit
    owe(stage.cast.process, "gmx.de", 5)
    campaign = claims.claim("a:1", most=250, now=NOW)
    (confirmation,) = owe(stage.cast.process, "web.de", 1, priority=URGENT)

    urgent = claims.claim("a:2", most=250, now=NOW)

    assert (len(campaign), urgent) == (1, [confirmation])


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_where_the_limit_is_lowest_urgent_mail_waits_less_long_than_a_campaign(
    stage: Stage, settings: Settings, clock: Any, limit: int
) -> None:
    settings.MAIL_PER_MINUTE_AND_DOMAIN = limit
    owe(stage.cast.process, "gmx.de", 9)
    assert len(claims.claim("a:1", most=250, now=NOW)) == 1

    def seconds_until(priority: int) -> int:
        before = timezone.now()
        Delivery.objects.filter(status=Status.PENDING).update(priority=priority)
        while not claims.claim("a:2", most=1, now=timezone.now()):
            clock.shift(datetime.timedelta(seconds=1))
        return round((timezone.now() - before).total_seconds())

    waits = []
    for priority in (URGENT, BULK):
        clock.shift(10 * MINUTE)
        claims.claim("a:1", most=1, now=timezone.now())  # the bucket was full; the next one is waited for
        waits.append(seconds_until(priority))

    urgent, bulk = waits
    assert urgent <= 60 / limit
    assert urgent < bulk <= 60 / limit / 0.7


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
