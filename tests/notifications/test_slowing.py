"""A server asks for less: its rate is halved at once, and soon it gets all again (docs/adr/0026)."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import hearing, pace, sending, smtp
from notifications.models import URGENT, Delivery, Pace
from tests.faults.hostile_smtp import HostileSmtp, Script
from tests.notifications.conftest import NOW, Stage
from tests.notifications.test_pace import MINUTE, owe
from tests.smtp_sink import SmtpSink

Status = Delivery.Status


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
    assert hearing.is_asking_for_less(smtp.Outcome(stage_of_mail, reply, text)) == asks


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
        pace.slow_down({"gmx.de": 1.0}, persisting={"gmx.de"}, now=NOW + minutes * MINUTE)
    row = Pace.objects.get(domain="gmx.de")
    at = NOW + 10 * MINUTE
    assert [pace.rate_of("gmx.de", row, at + n * pace.RECOVERS_EVERY) for n in range(5)] == [
        7.5,
        15.0,
        30.0,
        60.0,
        120.0,
    ]


GOOD = smtp.Outcome(smtp.Stage.DOT, smtp.Reply.GOOD, "OK")
SLOWER = smtp.Outcome(smtp.Stage.DOT, smtp.Reply.LATER, "4.7.1 slower please")


def halvings() -> list[tuple[str, int]]:
    return list(Pace.objects.filter(halvings__gt=0).order_by("domain").values_list("domain", "halvings"))


@pytest.mark.parametrize(
    "outcome", [SLOWER, smtp.Outcome(smtp.Stage.DOT, smtp.Reply.CLOSING, "closing")], ids=["4.7.x", "421"]
)
def test_the_first_such_answer_halves_the_rate_at_once(stage: Stage, outcome: smtp.Outcome) -> None:
    ear = hearing.Ear()
    for _number in range(99):
        ear.hear("p@gmx.de", GOOD)
        ear.hear("p@web.de", GOOD)
    ear.obey()
    assert halvings() == []

    ear.hear("p@gmx.de", outcome)
    ear.obey()

    # From as much as went there.
    assert [(each.domain, each.per_minute) for each in pace.slowed(NOW)] == [("gmx.de", 3000)]


def test_where_the_rate_is_halved_one_such_answer_among_many_is_weather(
    stage: Stage, clock: Any, django_assert_num_queries: Any
) -> None:
    """Or one mail in thirty would bring a campaign of ten thousand to a standstill."""
    for minutes in range(10):
        clock.move_to(NOW + minutes * MINUTE, tick=False)
        ear = hearing.Ear()  # a run
        for number in range(200):
            ear.hear("p@gmx.de", SLOWER if number % 20 == 0 else GOOD)
            ear.obey()
    assert halvings() == [("gmx.de", 1)]
    with django_assert_num_queries(0):  # this run has told it once
        ear.hear("p@gmx.de", SLOWER)
        ear.obey()

    # It persists: a fifth of the last fifty, and not once for each.
    for _number in range(10):
        ear.hear("p@gmx.de", SLOWER)
        ear.obey()
    assert halvings() == [("gmx.de", 2)]


def test_once_the_rate_has_recovered_the_next_such_answer_halves_it_again(stage: Stage, clock: Any) -> None:
    for _time in range(3):
        ear = hearing.Ear()
        for number in range(100):
            ear.hear("p@gmx.de", SLOWER if number == 0 else GOOD)
            ear.obey()
        assert halvings() == [("gmx.de", 1)]
        clock.shift(pace.RECOVERS_EVERY)
        assert pace.slowed(timezone.now()) == []


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
