"""Whatever happens, in whatever order: everyone is reminded as the rules say, once, with the right words.

Random rules, starts, moves, registrations, outages and jumps of the clock, through the real sweep and SMTP,
against an oracle that knows nothing of the product's code.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from notifications import reminders
from notifications.models import Delivery, Kind, ReminderAudience, ReminderRule
from notifications.reminders import When
from notifications.sending import deliver_due
from tests import builders
from tests.notifications.conftest import Stage
from tests.notifications.reminding import (
    GROUPS,
    HOUR,
    MINUTE,
    Oracle,
    Person,
    assert_it_does_not_mislead,
    local,
    span,
)
from tests.smtp_sink import SmtpSink
from workshops.models import Participant, Registration, Workshop
from workshops.operations import workshops

# The clock change lies inside the histories of two of these.
EPOCHS = (
    datetime.datetime(2020, 3, 27, 12, tzinfo=datetime.UTC),
    datetime.datetime(2020, 10, 23, 12, tzinfo=datetime.UTC),
    datetime.datetime(2020, 6, 20, 10, tzinfo=datetime.UTC),
)
whens = st.one_of(
    st.sampled_from(
        [span(60), span(24 * 60), span(36 * 60), span(2 * 24 * 60), local(0, 2, 30), local(1, 9)]
    ),
    st.integers(10, 4 * 24 * 60).map(span),
    st.builds(local, st.integers(0, 4), st.integers(0, 23), st.sampled_from([0, 30, 59])),
)
rule_sets = st.lists(
    st.tuples(st.sampled_from(sorted(GROUPS)), whens),
    min_size=1,
    max_size=4,
    unique_by=lambda rule: (rule[0], tuple(rule[1].values())),
)
steps = st.one_of(
    # Beat ticks, and the mails go; or the worker is away. How often each task is delivered.
    st.tuples(st.just("beat"), st.sampled_from([1, 1, 2, 10])),
    st.tuples(st.just("beat"), st.sampled_from([1, 1, 2, 10])),
    st.tuples(st.just("tick"), st.sampled_from([1, 10])),
    st.tuples(st.just("seat"), st.integers(0, 2)),
    st.tuples(st.just("wait"), st.integers(0, 2)),
    st.tuples(st.just("promote"), st.integers(0, 2)),
    st.tuples(st.just("leave"), st.integers(0, 2)),
    st.tuples(st.just("move"), st.integers(-30, 50)),
    st.tuples(st.just("reword"), st.just(0)),
    st.tuples(st.just("set the clock"), st.integers(-120, 180)),
    # Nothing runs for so many hours.
    st.tuples(st.just("outage"), st.integers(2, 63)),
)
histories = st.lists(st.tuples(st.integers(0, 12 * 60), steps), min_size=4, max_size=16)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],  # each history takes a second: no shrinking
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
@given(
    epoch=st.sampled_from(EPOCHS),
    hours=st.integers(20, 110),
    rules=rule_sets,
    history=histories,
)
@example(
    epoch=EPOCHS[0],
    hours=46,
    rules=[("registered", local(1, 9)), ("confirmed", span(60)), ("moderators", local(0, 2, 30))],
    history=[
        (0, ("seat", 0)),
        (5, ("wait", 1)),
        (20 * 60, ("beat", 10)),
        (0, ("set the clock", -120)),
        (60, ("beat", 2)),
        (60, ("promote", 1)),
        (0, ("outage", 15)),
        (60, ("beat", 1)),
        (60, ("move", 24)),
        (20 * 60, ("beat", 1)),
        (12 * 60, ("beat", 1)),
    ],
)
def test_everyone_gets_what_the_rules_say_whatever_the_clock_does(
    stage: Stage,
    mailbox: SmtpSink,
    clock: Any,
    epoch: datetime.datetime,
    hours: int,
    rules: list[tuple[str, When]],
    history: Sequence[tuple[int, tuple[str, int]]],
) -> None:
    with transaction.atomic():
        _live_through(stage, mailbox, clock, epoch, epoch + hours * HOUR, rules, history)
        transaction.set_rollback(True)


def _live_through(
    stage: Stage,
    mailbox: SmtpSink,
    clock: Any,
    epoch: datetime.datetime,
    starts_at: datetime.datetime,
    rules: list[tuple[str, When]],
    history: Sequence[tuple[int, tuple[str, int]]],
) -> None:
    now = epoch
    clock.move_to(now, tick=False)
    ReminderRule.objects.all().delete()
    made = [
        reminders.add_rule(stage.cast.process, when=when, audience=ReminderAudience(audience))
        for audience, when in rules
    ]
    workshop = stage.workshop
    Workshop.objects.filter(pk=workshop.pk).update(
        starts_at=starts_at, ends_at=starts_at + 2 * HOUR, changed_at=now, published_at=now, revision=0
    )
    Participant.objects.update(language="de")
    people = [stage.cast.hans, stage.cast.amina, builders.a_participant(stage.cast.process)]
    moderator = stage.cast.murat
    workshop.moderators.set([moderator])
    oracle = Oracle(epoch, rules, starts_at, now, {-1: Person("moderators", now)})
    current: dict[int, Registration] = {}

    def deliver(times: int) -> None:
        expected = oracle.deliver(now)
        before = len(mailbox.received)
        for _again in range(times):
            deliver_due()
        mails = [mail for mail in mailbox.received[before:] if "Erinnerung:" in str(mail.message["Subject"])]
        addresses = {row.pk: row.participant.email for row in current.values()} | {-1: moderator.email}
        wanted = Counter({addresses[who]: count for who, count in expected.items() if count})
        assert Counter(mail.recipients[0] for mail in mails) == wanted
        for mail in mails:
            assert now < oracle.starts_at
            assert_it_does_not_mislead(mail, oracle.starts_at)

    for wait, (what, which) in [*history, (0, ("outage", 200)), (0, ("beat", 2))]:
        now += wait * MINUTE
        if what == "outage":
            now += which * HOUR
        if what == "set the clock":
            now += which * MINUTE
        clock.move_to(now, tick=False)
        workshop = Workshop.objects.get(pk=workshop.pk)
        is_over = now >= workshop.starts_at
        registration = current.get(-2 - which) if what in ("promote", "leave") else None
        match what:
            case "beat" | "tick":
                for _again in range(which):
                    reminders.enqueue_due(now=timezone.now())
                oracle.tick(now)
                if what == "beat":
                    deliver(which)
            case "seat" | "wait" if -2 - which not in current and not is_over:
                status = "confirmed" if what == "seat" else "waiting"
                row = builders.a_registration(workshop, people[which], status=status, confirmed_at=now)
                current[-2 - which] = row
                oracle.people[row.pk] = Person(status, now)
            case "promote" if registration and oracle.people[registration.pk].group == "waiting":
                Registration.objects.filter(pk=registration.pk).update(
                    status="confirmed", holds_seat=True, promoted_at=now
                )
                oracle.people[registration.pk] = Person("confirmed", now)
            case "leave" if registration:
                Registration.objects.filter(pk=registration.pk).update(status="cancelled", ended_at=now)
                del oracle.people[registration.pk]
                del current[-2 - which]
            case "move" if not is_over:
                start = workshop.starts_at + which * HOUR
                if start > now and which:
                    workshops.reschedule(
                        workshop, starts_at=start, ends_at=start + 2 * HOUR, by=stage.cast.sabine
                    )
                    oracle.starts_at, oracle.changed_at = start, now
            case "reword" if not is_over:
                Workshop.objects.filter(pk=workshop.pk).update(changed_at=now, revision=workshop.revision + 1)
                oracle.changed_at = now

    rows = Delivery.objects.filter(kind__in=(Kind.REMINDER, Kind.MODERATOR_REMINDER), rule__in=made)
    actual = {
        (
            row.registration_id or -1,
            [rule.pk for rule in made].index(row.rule_id or 0),
            row.key.split(":")[-1],
        ): row
        for row in rows
    }
    told = {
        (who, number, f"{int(start.timestamp())}"): fate for (who, number, start), fate in oracle.fate.items()
    }
    assert {key: "sent" if row.status == "sent" else "not sent" for key, row in actual.items()} == told
    # Nothing ends without a word, and nothing goes late without one.
    assert all(row.outcome_code for row in rows)
    for delivery in rows:
        assert delivery.planned_at is not None
        is_late = delivery.sent_at is not None and delivery.sent_at - delivery.planned_at >= 10 * MINUTE
        assert bool(delivery.lateness_in_words) == is_late
