"""When a rule's moment is, whom it reminds, and what a change of it means."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications import reminders
from notifications.models import Delivery, Kind, ReminderAudience, ReminderRule
from notifications.reminders import When
from notifications.sending import deliver_due
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.notifications.reminding import DAY, HOUR, local, span, tick, utc
from tests.smtp_sink import SmtpSink
from workshops.errors import Refusal
from workshops.models import Workshop
from workshops.operations import workshops

CONFIRMED, WAITING = ReminderAudience.CONFIRMED, ReminderAudience.WAITING
REGISTERED, MODERATORS = ReminderAudience.REGISTERED, ReminderAudience.MODERATORS
SECOND = datetime.timedelta(seconds=1)


# --- moments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_at", "when", "expected"),
    [
        # Two days before at nine, in summer and in winter.
        (utc(2020, 7, 7, 16), local(2, 9), utc(2020, 7, 5, 7)),
        (utc(2020, 1, 7, 17), local(2, 9), utc(2020, 1, 5, 8)),
        # The day is the town's: 23:30 UTC on Monday is Tuesday in Berlin.
        (utc(2020, 7, 6, 23, 30), local(1, 9), utc(2020, 7, 6, 7)),
        # Across both clock changes nine stays nine.
        (utc(2020, 3, 30, 16), local(2, 9), utc(2020, 3, 28, 8)),
        (utc(2020, 10, 26, 17), local(2, 9), utc(2020, 10, 24, 7)),
        # 02:30 on 29 March doesn't exist: it comes as 03:30. On 25 October it is the first of two.
        (utc(2020, 3, 29, 16), local(0, 2, 30), utc(2020, 3, 29, 1, 30)),
        (utc(2020, 10, 25, 17), local(0, 2, 30), utc(2020, 10, 25, 0, 30)),
        (utc(2020, 3, 30, 0, 30), span(24 * 60), utc(2020, 3, 29, 1, 30)),
        # An hour is an hour: 03:30 in spring comes an hour after 01:30, in autumn 02:30 after 02:30.
        (utc(2020, 3, 29, 1, 30), span(60), utc(2020, 3, 29, 0, 30)),
        (utc(2020, 10, 25, 1, 30), span(60), utc(2020, 10, 25, 0, 30)),
    ],
)
def test_a_moment_follows_the_towns_clock(
    bare: Stage, starts_at: datetime.datetime, when: When, expected: datetime.datetime
) -> None:
    rule = reminders.add_rule(bare.cast.process, when=when)

    assert rule.moment_before(starts_at) == expected


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (local(2, 9), "2 Tage vorher um 09:00\u00a0Uhr"),
        (local(1, 17, 30), "1 Tag vorher um 17:30\u00a0Uhr"),
        (local(0, 8), "am selben Tag um 08:00\u00a0Uhr"),
        (span(90), "90 Minuten vorher"),
    ],
)
def test_a_rule_says_itself(bare: Stage, when: When, words: str) -> None:
    assert reminders.add_rule(bare.cast.process, when=when).words == words


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"minutes_before": 9},
        {"minutes_before": 60 * 24 * 60 + 1},
        {"minutes_before": 60, "at_time": datetime.time(9)},
        {"minutes_before": 60, "days_before": 1, "at_time": datetime.time(9)},
        {"days_before": 1},
        {"at_time": datetime.time(9)},
        {"days_before": 61, "at_time": datetime.time(9)},
        {"minutes_before": 60, "audience": "everyone"},
    ],
)
def test_the_database_takes_no_rule_without_one_moment(bare: Stage, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.create(process=bare.cast.process, **columns)


@pytest.mark.parametrize("when", [span(60), local(1, 9)])
def test_the_database_takes_no_rule_twice(bare: Stage, when: When) -> None:
    reminders.add_rule(bare.cast.process, when=when)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.create(process=bare.cast.process, audience="confirmed", **when)


# --- whom -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        (CONFIRMED, ["hans@example.org"]),
        (WAITING, ["amina@example.org"]),
        (REGISTERED, ["amina@example.org", "hans@example.org"]),
        (MODERATORS, ["murat@hechingen.example"]),
    ],
)
def test_a_rule_reminds_whom_it_names(
    bare: Stage, clock: Any, mailbox: SmtpSink, audience: ReminderAudience, reached: list[str]
) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(2, 9), audience=audience)
    bare.registered(bare.cast.hans)
    bare.registered(bare.cast.amina, "waiting")
    for status in ("pending", "cancelled", "lapsed"):
        bare.registered(builders.a_participant(bare.cast.process), status)
    bare.workshop.moderators.add(bare.cast.murat)

    assert tick(clock, rule.moment_before(STARTS_AT) - SECOND) == 0
    assert [tick(clock, rule.moment_before(STARTS_AT)) for _again in range(10)] == [len(reached)] + [0] * 9
    deliver_due()

    assert sorted(mail.recipients[0] for mail in mailbox.received) == reached


def test_who_waits_is_told_so_and_gets_no_way_in(bare: Stage, clock: Any, mailbox: SmtpSink) -> None:
    reminders.add_rule(bare.cast.process, when=local(1, 9), audience=REGISTERED)
    bare.registered(bare.cast.hans, "waiting")
    tick(clock, STARTS_AT - DAY)
    deliver_due()

    (mail,) = mailbox.received
    body = mail.message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Sie stehen noch auf der Warteliste:" in text
    assert "07471 000000" not in text
    assert "/join/" not in text
    assert not any(part.get_content_type() == "text/calendar" for part in mail.message.walk())


def test_a_reminder_that_the_rule_no_longer_means_is_not_sent(
    bare: Stage, clock: Any, mailbox: SmtpSink
) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9), audience=WAITING)
    bare.registered(bare.cast.hans, "waiting")
    bare.workshop.moderators.add(bare.cast.murat)
    tick(clock, STARTS_AT - DAY)
    reminders.change_rule(rule, when=local(1, 9), audience=MODERATORS)
    deliver_due()

    assert mailbox.received == []
    assert Delivery.objects.get().outcome_code == "rule_removed"


def test_who_no_longer_leads_the_workshop_is_not_reminded(bare: Stage, clock: Any, mailbox: SmtpSink) -> None:
    reminders.add_rule(bare.cast.process, when=local(1, 9), audience=MODERATORS)
    bare.workshop.moderators.add(bare.cast.murat)
    tick(clock, STARTS_AT - DAY)
    bare.workshop.moderators.clear()
    deliver_due()

    assert mailbox.received == []
    assert Delivery.objects.get().outcome_code == "not_a_moderator"


def test_moderators_are_reminded_of_a_changed_workshop_too(bare: Stage, clock: Any) -> None:
    """Citizens got a mail about the change; moderators get none."""
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9), audience=MODERATORS)
    reminders.add_rule(bare.cast.process, when=local(1, 9), audience=CONFIRMED)
    bare.workshop.moderators.add(bare.cast.murat)
    bare.registered(bare.cast.hans)
    Workshop.objects.update(changed_at=rule.moment_before(STARTS_AT) + HOUR, revision=1)

    assert tick(clock, rule.moment_before(STARTS_AT) + 2 * HOUR) == 1
    assert Delivery.objects.get().kind == Kind.MODERATOR_REMINDER


def test_a_rule_for_others_does_not_end_ones_own_reminder(bare: Stage, clock: Any) -> None:
    """The span ends where the next rule of the same people begins."""
    early = reminders.add_rule(bare.cast.process, when=span(3 * 24 * 60))
    reminders.add_rule(bare.cast.process, when=span(24 * 60), audience=WAITING)
    bare.registered(bare.cast.hans)
    bare.registered(bare.cast.amina, "waiting")
    tick(clock, STARTS_AT - 3 * DAY + HOUR)
    tick(clock, STARTS_AT - 23 * HOUR)

    rows = Delivery.objects.order_by("rule_id").values_list("rule", "status", "expires_at")
    assert [(rule == early.pk, status, ends) for rule, status, ends in rows] == [
        (True, "pending", STARTS_AT),
        (False, "pending", STARTS_AT),
    ]


def test_two_rules_of_one_moment_are_one_reminder(bare: Stage, clock: Any) -> None:
    reminders.add_rule(bare.cast.process, when=span(24 * 60))
    reminders.add_rule(bare.cast.process, when=local(1, 18), audience=REGISTERED)
    bare.registered(bare.cast.hans)
    bare.registered(bare.cast.amina, "waiting")

    assert tick(clock, STARTS_AT - DAY) == 2
    assert set(Delivery.objects.values_list("status", flat=True)) == {"pending"}


# --- changing rules ---------------------------------------------------------------------------------


def test_a_new_rule_makes_up_for_nothing(bare: Stage, clock: Any) -> None:
    """Neither are people mailed at once of what was due before, nor is it listed as expired."""
    bare.registered(bare.cast.hans)
    over = builders.a_workshop(bare.workshop.series, number=7, starts_at=NOW - DAY, ends_at=NOW - DAY + HOUR)
    builders.a_registration(over, confirmed_at=NOW - 20 * DAY)
    clock.move_to(STARTS_AT - DAY, tick=False)
    reminders.add_rule(bare.cast.process, when=local(2, 9))

    assert reminders.enqueue_due(now=timezone.now()) == 0
    assert tick(clock, STARTS_AT + HOUR) == 0


def test_an_edited_rule_does_not_remind_twice_of_one_start(
    bare: Stage, clock: Any, mailbox: SmtpSink
) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(7, 9))
    bare.registered(bare.cast.hans)
    assert tick(clock, STARTS_AT - 7 * DAY) == 1
    deliver_due()
    reminders.change_rule(rule, when=local(1, 9), audience=CONFIRMED)
    late = bare.registered(bare.cast.amina, confirmed_at=STARTS_AT - 5 * DAY)

    assert tick(clock, STARTS_AT - DAY) == 1  # who came since
    deliver_due()
    assert [mail.recipients[0] for mail in mailbox.received] == ["hans@example.org", late.participant.email]

    workshops.reschedule(
        bare.workshop,
        starts_at=STARTS_AT + 5 * DAY,
        ends_at=STARTS_AT + 5 * DAY + HOUR,
        by=bare.cast.sabine,
    )
    assert tick(clock, STARTS_AT + 4 * DAY) == 2  # another start is another reminder


def test_a_rule_edited_to_what_is_past_sends_nothing_now(bare: Stage, clock: Any) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9))
    bare.registered(bare.cast.hans)
    clock.move_to(STARTS_AT - 3 * DAY, tick=False)
    reminders.change_rule(rule, when=local(5, 9), audience=CONFIRMED)

    assert tick(clock, STARTS_AT - 3 * DAY) == 0


def test_a_rule_edited_to_itself_stays_as_it_was(bare: Stage, clock: Any) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9))
    bare.registered(bare.cast.hans)
    clock.move_to(STARTS_AT - HOUR, tick=False)
    reminders.change_rule(rule, when=local(1, 9), audience=CONFIRMED)
    reminders.switch_rule(rule, is_active=True)

    assert reminders.enqueue_due(now=timezone.now()) == 1


def test_a_rule_switched_on_again_begins_then(bare: Stage, clock: Any) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9))
    bare.registered(bare.cast.hans)
    reminders.switch_rule(rule, is_active=False)
    assert tick(clock, STARTS_AT - DAY) == 0
    reminders.switch_rule(rule, is_active=True)

    assert tick(clock, STARTS_AT - HOUR) == 0


def test_two_rules_cannot_become_one(bare: Stage) -> None:
    reminders.add_rule(bare.cast.process, when=local(1, 9))
    other = reminders.add_rule(bare.cast.process, when=local(2, 9))
    with pytest.raises(Refusal, match="gibt es schon"):
        reminders.change_rule(other, when=local(1, 9), audience=CONFIRMED)

    other.refresh_from_db()
    assert other.days_before == 2


def test_deleting_a_rule_keeps_what_it_sent(bare: Stage, clock: Any, mailbox: SmtpSink) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(1, 9))
    bare.registered(bare.cast.hans)
    tick(clock, STARTS_AT - DAY)
    deliver_due()
    reminders.delete_rule(bare.cast.process, rule.pk)
    reminders.add_rule(bare.cast.process, when=local(1, 9))

    assert tick(clock, STARTS_AT - HOUR) == 0
    (row,) = Delivery.objects.all()
    assert (row.status, row.rule) == ("sent", None)
