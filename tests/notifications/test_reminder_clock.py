"""Whatever the clock does: each reminder once, or marked expired; never twice, never late with wrong words.

Beat stands still over a weekend, two beats tick at once, tasks come ten times, the clock changes or is set
back. At the end random histories, against an oracle that knows nothing of the product's code.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest
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
from tests.smtp_sink import Received, SmtpSink
from workshops.models import Participant, Registration, Workshop
from workshops.operations import workshops

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = {3: "März", 6: "Juni", 7: "Juli", 10: "Oktober", 11: "November", 4: "April"}


def berlin(*parts: int, fold: int = 0) -> datetime.datetime:
    local = datetime.datetime(*parts, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type,misc]
    return local.astimezone(datetime.UTC)


def span(minutes: int) -> When:
    return When(minutes_before=minutes, days_before=None, at_time=None)


def local(days: int, hour: int, minute: int = 0) -> When:
    return When(minutes_before=None, days_before=days, at_time=datetime.time(hour, minute))


def text_of(mail: Received) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\u00a0", " ")


def said(starts_at: datetime.datetime) -> str:
    """The day and time as a German mail must say them."""
    start = starts_at.astimezone(BERLIN)
    day = f"{WEEKDAYS[start.weekday()]}, {start.day}. {MONTHS[start.month]} {start.year}"
    return f"{day}, {start:%H:%M} bis "


def assert_it_does_not_mislead(mail: Received, starts_at: datetime.datetime) -> None:
    text = text_of(mail)
    assert said(starts_at) in text
    # Words that would be wrong an hour later.
    for word in ("morgen", "heute", "übermorgen", "in einer Stunde", "in einer Woche"):
        assert word not in text.lower()


@pytest.fixture
def plan(stage: Stage, clock: Any) -> Callable[..., None]:
    """plan(starts_at, rules …): the workshop's start and the only rules; everyone registered long before."""

    def make(starts_at: datetime.datetime, *whens: When) -> None:
        begin = starts_at - 20 * DAY
        clock.move_to(begin, tick=False)
        ReminderRule.objects.all().delete()
        for when in whens:
            reminders.add_rule(stage.cast.process, when=when)
        Workshop.objects.update(
            starts_at=starts_at, ends_at=starts_at + 2 * HOUR, changed_at=begin, published_at=begin
        )
        stage.registered(stage.cast.hans, confirmed_at=begin)

    return make


def beat(clock: Any, *moments: datetime.datetime) -> list[datetime.datetime]:
    """Tick and send at each of these; those at which a mail left."""
    left = []
    for moment in moments:
        clock.move_to(moment, tick=False)
        before = Delivery.objects.filter(status="sent").count()
        reminders.enqueue_due(now=timezone.now())
        deliver_due()
        if Delivery.objects.filter(status="sent").count() > before:
            left.append(moment)
    return left


def fates() -> list[tuple[str, str]]:
    """Rule and status of each row, in the order of the moments."""
    rows = Delivery.objects.filter(kind=Kind.REMINDER).select_related("rule").order_by("rule_id")
    return [
        (row.rule.words.replace("\u00a0", " "), row.outcome_code or row.status) for row in rows if row.rule
    ]


OFF, ON = berlin(2020, 7, 3, 17), berlin(2020, 7, 6, 8)


def test_after_a_weekend_without_a_beat_the_late_reminder_says_the_right_day(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    monday = berlin(2020, 7, 6, 18)
    plan(monday, local(7, 9), local(2, 9), span(24 * 60), span(60))
    beat(clock, berlin(2020, 6, 29, 9), OFF)

    # Saturday's has expired, Sunday's goes on Monday morning.
    assert beat(clock, ON, ON + MINUTE) == [ON]
    assert beat(clock, monday - HOUR, monday + HOUR) == [monday - HOUR]
    assert fates() == [
        ("7 Tage vorher um 09:00 Uhr", "dot_2xx"),
        ("2 Tage vorher um 09:00 Uhr", "expired"),
        ("1 Tag vorher", "dot_2xx"),
        ("1 Stunde vorher", "dot_2xx"),
    ]
    for mail in mailbox.received:
        assert_it_does_not_mislead(mail, monday)


def test_what_lay_wholly_in_that_weekend_is_marked_expired(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    plan(berlin(2020, 7, 5, 11), local(1, 9), span(60))
    beat(clock, OFF)

    assert beat(clock, ON) == []
    assert fates() == [("1 Tag vorher um 09:00 Uhr", "expired"), ("1 Stunde vorher", "expired")]
    assert mailbox.received == []


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        # Spring: two o'clock is three, so half past two comes as half past three.
        (
            berlin(2020, 3, 29, 4, 30),
            [berlin(2020, 3, 28, 2, 30), berlin(2020, 3, 28, 4, 30), berlin(2020, 3, 29, 3, 30)],
        ),
        (
            berlin(2020, 3, 29, 18),
            [
                berlin(2020, 3, 28, 2, 30),
                berlin(2020, 3, 28, 18),
                datetime.datetime(2020, 3, 29, 1, 30, tzinfo=datetime.UTC),
                berlin(2020, 3, 29, 17),
            ],
        ),
        # Autumn: half past two comes twice, and only the first counts; between 02:30 and 03:30 lie two hours.
        (
            berlin(2020, 10, 25, 3, 30),
            [
                berlin(2020, 10, 24, 2, 30),
                berlin(2020, 10, 24, 3, 30),
                datetime.datetime(2020, 10, 25, 0, 30, tzinfo=datetime.UTC),
                datetime.datetime(2020, 10, 25, 1, 30, tzinfo=datetime.UTC),
            ],
        ),
        (
            berlin(2020, 10, 25, 18),
            [
                berlin(2020, 10, 24, 2, 30),
                berlin(2020, 10, 24, 18),
                datetime.datetime(2020, 10, 25, 0, 30, tzinfo=datetime.UTC),
                berlin(2020, 10, 25, 17),
            ],
        ),
    ],
)
def test_in_both_nights_of_the_clock_change_each_goes_once_and_in_time(
    plan: Callable[..., None],
    clock: Any,
    mailbox: SmtpSink,
    starts_at: datetime.datetime,
    expected: list[datetime.datetime],
) -> None:
    plan(starts_at, local(1, 2, 30), span(24 * 60), local(0, 2, 30), span(60))
    begin = starts_at - 49 * HOUR

    ticks = [begin + n * 10 * MINUTE for n in range(50 * 6)]
    assert beat(clock, *ticks) == expected
    assert len(mailbox.received) == len(expected)
    for mail in mailbox.received:
        assert_it_does_not_mislead(mail, starts_at)
    # Two of one moment are one; no other rule is without a word.
    assert {outcome for _rule, outcome in fates()} == {"dot_2xx"}


def test_a_clock_set_back_two_hours_reminds_nobody_twice(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60), span(60))
    moments = [start - DAY, start - HOUR]

    left = []
    for moment in moments:
        left += beat(clock, moment - MINUTE, moment)
        again = [moment - 2 * HOUR + n * 10 * MINUTE for n in range(15)]
        left += beat(clock, *again)
    assert left == moments
    assert len(mailbox.received) == 2


def test_a_row_written_before_the_clock_was_set_back_waits_and_goes_once(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60))
    clock.move_to(start - DAY, tick=False)
    reminders.enqueue_due(now=timezone.now())  # written, and the worker is busy

    ticks = [start - DAY - 2 * HOUR + n * 10 * MINUTE for n in range(15)]
    assert beat(clock, *ticks) == [start - DAY]
    assert len(mailbox.received) == 1


def test_two_beats_and_each_task_ten_times_remind_once(
    plan: Callable[..., None], clock: Any, mailbox: SmtpSink
) -> None:
    start = berlin(2020, 7, 6, 18)
    plan(start, span(24 * 60), span(60))
    for moment in (start - DAY, start - HOUR, start + HOUR):
        beat(clock, *[moment] * 20)

    assert len(mailbox.received) == 2
    assert fates() == [("1 Tag vorher", "dot_2xx"), ("1 Stunde vorher", "dot_2xx")]


# --- random histories -------------------------------------------------------------------------------


def oracle_moment(starts_at: datetime.datetime, when: When) -> datetime.datetime:
    """By walking through the minutes, without any arithmetic on wall clocks."""
    if when["minutes_before"] is not None:
        days, minutes = divmod(when["minutes_before"], 24 * 60)
        start = starts_at.astimezone(BERLIN)
        day, time = start.date() - days * DAY, start.time()
    else:
        assert when["days_before"] is not None
        assert when["at_time"] is not None
        minutes = 0
        day, time = starts_at.astimezone(BERLIN).date() - when["days_before"] * DAY, when["at_time"]
    wanted = f"{day:%Y-%m-%d} {time:%H:%M}"
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC) - 3 * HOUR
    walk = [midnight + n * MINUTE for n in range(30 * 60)]
    shown = [moment for moment in walk if f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == wanted]
    if not shown:  # skipped in spring: an hour later on the clock
        later = f"{datetime.datetime.combine(day, time) + HOUR:%Y-%m-%d %H:%M}"
        shown = [moment for moment in walk if f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == later]
    return shown[0] - minutes * MINUTE


GROUPS = {
    "confirmed": {"confirmed"},
    "waiting": {"waiting"},
    "registered": {"confirmed", "waiting"},
    "moderators": {"moderators"},
}


@dataclass
class Person:
    group: str
    since: datetime.datetime


@dataclass
class Oracle:
    """What must become of each (person, rule, start), told step by step."""

    rules: list[tuple[str, When]]
    starts_at: datetime.datetime
    changed_at: datetime.datetime
    people: dict[int, Person] = field(default_factory=dict)
    # → "owed", "sent", or "not sent" and until when it makes sense
    fate: dict[tuple[int, int, datetime.datetime], str] = field(default_factory=dict)
    useful: dict[tuple[int, int, datetime.datetime], tuple[datetime.datetime, datetime.datetime]] = field(
        default_factory=dict
    )

    def tick(self, now: datetime.datetime) -> None:
        if self.starts_at <= now - 7 * DAY:
            return  # docs/adr/0028: what a beat that stood still for longer missed isn't listed any more
        moments = [oracle_moment(self.starts_at, when) for _audience, when in self.rules]
        for number, (audience, _when) in enumerate(self.rules):
            at = moments[number]
            for who, person in self.people.items():
                if person.group not in GROUPS[audience] or at > now or at < EPOCH or at >= self.starts_at:
                    continue
                knows = person.group != "moderators" and (person.since > at or self.changed_at > at)
                mine = [
                    (moment, other)
                    for other, moment in enumerate(moments)
                    if person.group in GROUPS[self.rules[other][0]] and EPOCH <= moment < self.starts_at
                ]
                is_said_by_another = any(moment == at and other < number for moment, other in mine)
                key = (who, number, self.starts_at)
                if knows or is_said_by_another or key in self.fate:
                    continue
                ends = min([moment for moment, _other in mine if moment > at], default=self.starts_at)
                self.useful[key] = (now, ends)
                self.fate[key] = "owed" if now < ends else "not sent"

    def deliver(self, now: datetime.datetime) -> Counter[int]:
        """Who gets how many reminders now."""
        sent: Counter[int] = Counter()
        for key, fate in self.fate.items():
            who, number, start = key
            written_at, ends = self.useful[key]
            if fate != "owed" or written_at > now:
                continue
            person = self.people.get(who)
            is_right = (
                person is not None
                and person.group in GROUPS[self.rules[number][0]]
                and start == self.starts_at
                and now < ends
            )
            self.fate[key] = "sent" if is_right else "not sent"
            sent[who] += is_right
        return sent


# The clock change lies inside the histories of two of these.
EPOCHS = (
    datetime.datetime(2020, 3, 27, 12, tzinfo=datetime.UTC),
    datetime.datetime(2020, 10, 23, 12, tzinfo=datetime.UTC),
    datetime.datetime(2020, 6, 20, 10, tzinfo=datetime.UTC),
)
EPOCH = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)  # the rules' own, set by each history

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
    global EPOCH
    EPOCH = now = epoch
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
    oracle = Oracle(rules, starts_at, now, {-1: Person("moderators", now)})
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
    # Nothing ends without a word.
    assert all(row.outcome_code for row in rows)
