"""Claim → still wanted? → build → send → record."""

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import claims, emails, journal, mime, outbox, senders, sending, smtp, verdicts
from notifications.models import BULK, URGENT, Delivery, Kind
from notifications.sending import deliver_due
from tests import builders
from tests.faults.hostile_smtp import ACCEPT_AND_DROP, HostileSmtp, Script
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received, SmtpSink

Status = Delivery.Status
Deliver = Callable[[], list[Received]]


def row(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def a_link_mail(stage: Stage, **columns: Any) -> Delivery:
    columns.setdefault("participant", stage.cast.hans)
    return stage.delivery(Kind.PERSONAL_LINK, **columns)


def test_a_due_mail_is_sent_once_and_recorded(stage: Stage, delivered: Deliver) -> None:
    delivery = a_link_mail(stage)

    first, second = delivered(), delivered()

    assert [mail.recipients for mail in first] == [("hans@example.org",)]
    assert second == []
    sent = row(delivery)
    assert (sent.status, sent.sent_at, sent.attempts, sent.claim, sent.lease_until, sent.outcome_code) == (
        Status.SENT,
        NOW,
        1,
        "",
        None,
        "dot_2xx",
    )
    assert first[0].message["Message-ID"] == sent.message_id


def test_a_mail_that_is_not_due_waits(stage: Stage, delivered: Deliver) -> None:
    a_link_mail(stage, next_attempt_at=NOW + datetime.timedelta(seconds=1))

    assert delivered() == []


def test_urgent_mail_overtakes_a_campaign(stage: Stage, delivered: Deliver) -> None:
    a_link_mail(stage, priority=BULK, participant=stage.cast.amina)
    a_link_mail(stage, priority=URGENT, next_attempt_at=NOW)

    assert [mail.recipients[0] for mail in delivered()] == ["hans@example.org", "amina@example.org"]


def test_many_mails_share_few_connections(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver, settings: Settings
) -> None:
    settings.MAIL_CONNECTIONS = 3
    mailbox.delay = 0.01
    for number in range(sending.FIRST_WINDOW * 3):
        a_link_mail(stage, key=f"link:{number}")

    assert len(delivered()) == sending.FIRST_WINDOW * 3
    assert mailbox.connections == 3


@pytest.mark.parametrize(
    ("reply", "status", "code", "wait"),
    [
        ("451 greylisted", Status.PENDING, "dot_4xx", datetime.timedelta(minutes=5)),
        ("421 closing", Status.PENDING, "dot_421", datetime.timedelta(seconds=10)),
        ("554 spam", Status.FAILED, "dot_5xx", None),
    ],
)
def test_what_the_servers_answer_does_to_the_row(
    stage: Stage,
    mailbox: SmtpSink,
    delivered: Deliver,
    reply: str,
    status: str,
    code: str,
    wait: datetime.timedelta | None,
) -> None:
    mailbox.answer = lambda mail: reply
    delivery = a_link_mail(stage)

    assert delivered() == []

    after = row(delivery)
    assert (after.status, after.outcome_code, after.attempts) == (status, code, 1)
    assert after.next_attempt_at == NOW + (wait or datetime.timedelta())


def test_an_address_that_does_not_exist_fails_alone(
    stage: Stage, mailbox: SmtpSink, delivered: Deliver
) -> None:
    mailbox.refused["hans@example.org"] = "550 <hans@example.org> unknown"
    lost, kept = a_link_mail(stage), a_link_mail(stage, participant=stage.cast.amina)

    assert [mail.recipients[0] for mail in delivered()] == ["amina@example.org"]
    assert (row(lost).status, row(lost).outcome_code, row(lost).outcome_text) == (
        Status.FAILED,
        "rcpt_5xx",
        "… unknown",
    )
    assert row(kept).status == Status.SENT


def test_greylisting_is_asked_again_for_more_than_a_day(stage: Stage, mailbox: SmtpSink, clock: Any) -> None:
    mailbox.answer = lambda mail: "450 come back"
    delivery = a_link_mail(stage)
    waits = []
    for _ in range(4):
        deliver_due()
        waits.append(row(delivery).next_attempt_at - timezone.now())
        clock.move_to(row(delivery).next_attempt_at, tick=False)

    assert waits == [datetime.timedelta(minutes=minutes) for minutes in (5, 10, 15, 15)]
    # A quarter of an hour each: the last attempt comes some two days after the first.
    Delivery.objects.update(attempts=verdicts.MOST_ATTEMPTS - 1)
    deliver_due()
    assert (row(delivery).status, row(delivery).outcome_code) == (Status.FAILED, "given_up")
    assert verdicts.MOST_ATTEMPTS * datetime.timedelta(minutes=15) > datetime.timedelta(hours=48)


def test_a_mail_that_cannot_be_made_fails_alone(stage: Stage, delivered: Deliver) -> None:
    type(stage.cast.hans).objects.filter(pk=stage.cast.hans.pk).update(email="kein-at-zeichen")
    broken, whole = a_link_mail(stage), a_link_mail(stage, participant=stage.cast.amina)

    assert [mail.recipients[0] for mail in delivered()] == ["amina@example.org"]
    assert (row(broken).status, row(broken).outcome_code, row(broken).outcome_text) == (
        Status.FAILED,
        "broken_mail",
        "ValueError",
    )
    assert row(whole).status == Status.SENT


def test_a_dead_workers_mails_are_taken_over_after_the_lease(
    stage: Stage, delivered: Deliver, clock: Any
) -> None:
    waiting = a_link_mail(
        stage, status=Status.SENDING, claim="dead", lease_until=NOW + datetime.timedelta(seconds=60)
    )
    in_hand = a_link_mail(
        stage,
        participant=stage.cast.amina,
        status=Status.SENDING,
        claim="dead",
        lease_until=NOW + datetime.timedelta(seconds=60),
        outcome_code=claims.HANDING_OVER,
        message_id="<kept@hechingen.example>",
        attempts=1,
    )
    assert delivered() == []

    clock.move_to(NOW + datetime.timedelta(seconds=60), tick=False)
    mails = delivered()

    assert sorted(mail.recipients[0] for mail in mails) == ["amina@example.org", "hans@example.org"]
    # Only of the one that was in hand nobody knows whether it had arrived.
    assert [(row(each).status, row(each).is_ambiguous) for each in (waiting, in_hand)] == [
        (Status.SENT, False),
        (Status.SENT, True),
    ]
    assert row(in_hand).message_id == "<kept@hechingen.example>"
    assert datetime.timedelta(minutes=2) > claims.LEASE


def test_a_mail_is_not_begun_when_its_lease_is_nearly_over(
    stage: Stage, mailbox: SmtpSink, settings: Settings, tmp_path: Path
) -> None:
    """Nor when it was asked "still wanted?" too long ago. Its dot goes out within the lease, or never."""
    mail = emails.Writer().write(a_link_mail(stage))
    now = senders.boot_seconds()
    jobs = [
        senders.Job(1, 1, mail, begin_until=now - 1, lease_ends=now + 60),
        senders.Job(2, 1, mail, begin_until=now + 60, lease_ends=now),
        senders.Job(3, 1, mail, begin_until=now + 60, lease_ends=now + 60),
    ]
    log = journal.Journal.open(tmp_path)
    crew = senders.Senders(1, log)
    done: list[senders.Job] = []
    for job in jobs:
        crew.put(job)
    while crew.outstanding:
        done += crew.take_done(wait=5)
    crew.close(is_recorded=False)

    assert [(job.key, job.outcome and job.outcome.fate) for job in done] == [
        (1, None),
        (2, None),
        (3, smtp.Fate.SENT),
    ]
    assert len(mailbox.received) == 1
    with journal.found(tmp_path, log.token) as found:
        assert (found.begun, set(found.ended)) == ({(1, 3)}, {(1, 3)})


def test_a_mistake_in_a_connections_thread_ends_neither_the_thread_nor_the_run(
    stage: Stage, mailbox: SmtpSink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mail = emails.Writer().write(a_link_mail(stage))
    now = senders.boot_seconds()
    broken = dataclasses.replace(mail, content=None)  # type: ignore[arg-type]
    crew = senders.Senders(1, None)
    for key, content in enumerate((broken, mail)):
        crew.put(senders.Job(key, 1, content, begin_until=now + 60, lease_ends=now + 60))
    done: list[senders.Job] = []
    while crew.outstanding:
        done += crew.take_done(wait=5)
    crew.close(is_recorded=True)

    assert [job.outcome and job.outcome.fate for job in done] == [smtp.Fate.AGAIN, smtp.Fate.SENT]
    told = [record.getMessage() for record in caplog.records if record.name == "notifications.senders"]
    assert len(told) == 1
    assert "hans@example.org" not in told[0]


def test_two_workers_never_claim_the_same_row(stage: Stage) -> None:
    for number in range(3):
        a_link_mail(stage, key=f"link:{number}")

    first, second = claims.claim("first", most=9, now=NOW), claims.claim("second", most=9, now=NOW)

    assert (len(first), second) == (3, [])


def test_an_ambiguous_mail_goes_once_more_with_the_same_message_id_and_no_third_time(
    stage: Stage, clock: Any, settings: Settings, tmp_path: Any
) -> None:
    server = HostileSmtp(tmp_path / "log", scripts=[Script("dot", ACCEPT_AND_DROP, times=9)])
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    delivery = a_link_mail(stage)

    deliver_due()
    once = row(delivery)
    clock.move_to(NOW + datetime.timedelta(minutes=1), tick=False)
    deliver_due()
    twice = row(delivery)
    clock.move_to(NOW + datetime.timedelta(days=1), tick=False)
    deliver_due()
    server.stop()

    assert (once.status, once.is_ambiguous) == (Status.PENDING, True)
    assert (twice.status, twice.outcome_code, twice.is_ambiguous) == (
        Status.FAILED,
        "perhaps_delivered",
        True,
    )
    assert server.accepted == [once.message_id] * 2


def test_a_server_that_is_away_ends_the_run_and_gives_the_other_mails_back(
    stage: Stage, settings: Settings
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    mails = [a_link_mail(stage), a_link_mail(stage, participant=stage.cast.amina)]

    assert deliver_due() is False

    assert [(row(mail).status, row(mail).attempts, row(mail).claim) for mail in mails] == [
        (Status.PENDING, 0, ""),
        (Status.PENDING, 0, ""),
    ]


def test_a_persons_mails_go_with_the_person(stage: Stage, delivered: Deliver) -> None:
    a_link_mail(stage)
    stage.cast.hans.delete()

    assert delivered() == []


def test_the_same_key_is_one_mail(stage: Stage) -> None:
    for _ in range(2):
        outbox.enqueue(
            Kind.PERSONAL_LINK, key="once", process=stage.cast.process, participant=stage.cast.hans
        )

    assert [delivery.key for delivery in Delivery.objects.all()] == ["once"]


def test_what_is_rolled_back_was_never_owed(stage: Stage) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.enqueue(
            Kind.PERSONAL_LINK, key="never", process=stage.cast.process, participant=stage.cast.hans
        )
        raise RuntimeError

    assert Delivery.objects.count() == 0


def test_one_bell_for_many_mails(stage: Stage, django_capture_on_commit_callbacks: Any) -> None:
    rung = []

    def ring(**told: Any) -> None:
        rung.append(told["sender"])

    outbox.mail_enqueued.connect(ring)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for number in range(3):
                outbox.enqueue(
                    Kind.PERSONAL_LINK,
                    key=f"link:{number}",
                    process=stage.cast.process,
                    participant=stage.cast.hans,
                )
    finally:
        outbox.mail_enqueued.disconnect(ring)

    assert rung == [Delivery]


@pytest.mark.parametrize("value", ["a\r\nBcc: x@example.org", "a\nb", "a\0b"])
def test_no_header_begins_another(value: str) -> None:
    with pytest.raises(ValueError):
        mime.header("Subject", value)


def test_a_domain_with_umlauts_travels_encoded(stage: Stage, delivered: Deliver) -> None:
    person = builders.a_participant(stage.cast.process)
    type(person).objects.filter(pk=person.pk).update(email="info@bürger.example")
    a_link_mail(stage, participant=person)

    assert [mail.recipients for mail in delivered()] == [("info@xn--brger-kva.example",)]
