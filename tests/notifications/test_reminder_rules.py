"""When a rule's moment is, whom it reminds, and what staff see of it before it goes."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from notifications import reminder_preview, reminders
from notifications.models import Delivery, Kind, ReminderAudience, ReminderRule
from notifications.reminders import When
from notifications.sending import deliver_due
from tests import builders, pages
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import SmtpSink
from workshops.errors import Refusal
from workshops.models import Participant, Workshop
from workshops.operations import workshops

BERLIN = ZoneInfo("Europe/Berlin")
DAY, HOUR, SECOND = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(seconds=1)
PAGE = "/staff/integrationsplan/reminders/"
CONFIRMED, WAITING = ReminderAudience.CONFIRMED, ReminderAudience.WAITING
REGISTERED, MODERATORS = ReminderAudience.REGISTERED, ReminderAudience.MODERATORS


def span(minutes: int) -> When:
    return When(minutes_before=minutes, days_before=None, at_time=None)


def local(days: int, hour: int, minute: int = 0) -> When:
    return When(minutes_before=None, days_before=days, at_time=datetime.time(hour, minute))


@pytest.fixture
def bare(stage: Stage) -> Stage:
    """The stage, with no rule yet."""
    ReminderRule.objects.all().delete()
    return stage


@pytest.fixture
def staff(bare: Stage, client: Client) -> Client:
    client.force_login(bare.cast.sabine)
    return client


def tick(clock: Any, moment: datetime.datetime) -> int:
    clock.move_to(moment, tick=False)
    return reminders.enqueue_due(now=timezone.now())


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type,misc]


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
    tick(clock, STARTS_AT - HOUR)

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


# --- the preview ------------------------------------------------------------------------------------


def coming(stage: Stage) -> list[tuple[datetime.datetime, str, int, int, int, int, int, bool]]:
    found = reminder_preview.preview(stage.cast.process, now=timezone.now()).coming
    return [
        (
            line.moment.at,
            line.moment.group.value,
            line.people,
            line.by_phone,
            line.by_letter,
            line.unreachable,
            line.already,
            line.is_overdue,
        )
        for line in found
    ]


def left_out(stage: Stage) -> list[tuple[datetime.datetime, str, int]]:
    found = reminder_preview.preview(stage.cast.process, now=timezone.now()).left_out
    return [(line.moment.at, line.why.value, line.people) for line in found]


def test_the_preview_counts_people_and_how_they_are_told(bare: Stage, clock: Any) -> None:
    process = bare.cast.process
    bare.registered(bare.cast.hans)
    bare.registered(builders.a_participant(process, contact_by="phone", phone="07471 1"))
    bare.registered(builders.a_participant(process, contact_by="letter", postal_address="Weg 1\nHechingen"))
    lost = builders.a_participant(process)
    Participant.objects.filter(pk=lost.pk).update(unreachable_since=NOW, unreachable_reason="5.1.1")
    bare.registered(lost)
    bare.registered(bare.cast.amina, "waiting")
    bare.workshop.moderators.add(bare.cast.murat)
    reminders.add_rule(process, when=local(2, 9), audience=REGISTERED)
    reminders.add_rule(process, when=span(24 * 60), audience=MODERATORS)
    reminders.add_rule(process, when=span(60), audience=WAITING)
    off = reminders.add_rule(process, when=local(0, 8))
    reminders.switch_rule(off, is_active=False)
    clock.move_to(STARTS_AT - 10 * DAY, tick=False)

    nine = utc(2020, 7, 5, 7)
    assert coming(bare) == [
        (nine, "confirmed", 4, 1, 1, 1, 0, False),
        (nine, "waiting", 1, 0, 0, 0, 0, False),
        (STARTS_AT - DAY, "moderators", 1, 0, 0, 0, 0, False),
        (STARTS_AT - HOUR, "waiting", 1, 0, 0, 0, 0, False),
    ]
    assert left_out(bare) == []


def test_the_preview_looks_fourteen_days_ahead(bare: Stage, clock: Any) -> None:
    reminders.add_rule(bare.cast.process, when=local(2, 9))
    nine = utc(2020, 7, 5, 7)
    clock.move_to(nine - 14 * DAY - SECOND, tick=False)
    assert coming(bare) == []
    clock.move_to(nine - 14 * DAY, tick=False)
    assert [line[0] for line in coming(bare)] == [nine]


def test_what_the_preview_announces_is_what_goes_out(bare: Stage, clock: Any) -> None:
    """Row by row, at each moment it names; and nothing at any other."""
    process = bare.cast.process
    bare.registered(bare.cast.hans)
    bare.registered(bare.cast.amina, "waiting")
    bare.workshop.moderators.add(bare.cast.murat)
    for audience in ReminderAudience:
        for when in (local(3, 9), span(24 * 60), local(0, 6), span(45)):
            reminders.add_rule(process, when=when, audience=audience)
    clock.move_to(STARTS_AT - 8 * DAY, tick=False)
    announced = [(line[0], line[1], line[2]) for line in coming(bare)]

    went = []
    for moment in sorted({line[0] for line in announced}):
        assert tick(clock, moment - SECOND) == 0
        tick(clock, moment)
        rows = Delivery.objects.filter(created_at=moment).select_related("registration")
        went += [(moment, row.registration.status if row.registration else "moderators") for row in rows]
    assert sorted(went) == sorted((at, group) for at, group, people in announced if people)
    assert tick(clock, STARTS_AT + HOUR) == 0


def test_the_preview_says_what_is_left_out_and_why(bare: Stage, clock: Any) -> None:
    process = bare.cast.process
    series = bare.workshop.series
    bare.registered(bare.cast.hans)
    reminders.add_rule(process, when=span(3 * 24 * 60))  # its moment passes while nothing runs
    reminders.add_rule(process, when=local(0, 20))  # after a start at 18:00
    reminders.add_rule(process, when=span(24 * 60))
    reminders.add_rule(process, when=local(1, 18))
    now = STARTS_AT - 26 * HOUR
    clock.move_to(now, tick=False)
    reminders.add_rule(process, when=local(2, 9))  # too late for this one
    hours = {"ends_at": STARTS_AT + 2 * HOUR, "starts_at": STARTS_AT}
    builders.a_workshop(series, number=2, status="draft", published_at=None, published_by=None, **hours)
    builders.a_workshop(series, number=3, published_at=now - HOUR, changed_at=now - HOUR, **hours)
    builders.a_workshop(series, number=4, published_at=NOW, changed_at=now - HOUR, **hours)
    builders.a_workshop(
        series,
        number=5,
        status="cancelled",
        published_at=NOW,
        cancelled_at=now,
        cancelled_by=bare.cast.sabine,
        **hours,
    )

    def of(number: int) -> list[tuple[str, str]]:
        found = reminder_preview.preview(process, now=now).left_out
        return [
            (line.moment.rule.words.replace("\u00a0", " "), line.why.value)
            for line in found
            if line.moment.workshop.number == number
        ]

    assert of(bare.workshop.number) == [
        ("2 Tage vorher um 09:00 Uhr", "before_the_rule"),
        ("1 Tag vorher um 18:00 Uhr", "same_moment"),
        ("am selben Tag um 20:00 Uhr", "after_the_start"),
    ]
    drafted = dict(of(2))
    assert drafted["1 Tag vorher"] == drafted["3 Tage vorher"] == "draft"
    assert dict(of(3))["3 Tage vorher"] == "published_later"
    assert dict(of(4))["3 Tage vorher"] == "changed_later"
    assert of(5) == []
    # The three-day reminder is late, and still makes sense: it goes with the next tick.
    late, *_others = coming(bare)
    assert (late[0], late[2], late[7]) == (STARTS_AT - 3 * DAY, 1, True)
    reminders.enqueue_due(now=now)
    assert coming(bare)[0][0] == STARTS_AT - DAY


def test_the_preview_says_what_has_expired(bare: Stage, clock: Any) -> None:
    bare.registered(bare.cast.hans)
    for days in (7, 3, 1):
        reminders.add_rule(bare.cast.process, when=local(days, 9))
    clock.move_to(STARTS_AT - HOUR, tick=False)
    before = left_out(bare)
    reminders.enqueue_due(now=timezone.now())

    assert (
        before
        == left_out(bare)
        == [
            (utc(2020, 6, 30, 7), "expired", 1),
            (utc(2020, 7, 4, 7), "expired", 1),
        ]
    )


def test_the_preview_counts_whom_an_edited_rule_has_reminded(bare: Stage, clock: Any) -> None:
    rule = reminders.add_rule(bare.cast.process, when=local(7, 9))
    bare.registered(bare.cast.hans)
    tick(clock, STARTS_AT - 7 * DAY)
    bare.registered(bare.cast.amina)
    reminders.change_rule(rule, when=local(1, 9), audience=CONFIRMED)

    assert coming(bare) == [(utc(2020, 7, 6, 7), "confirmed", 1, 0, 0, 0, 1, False)]


def test_the_preview_asks_the_database_as_often_for_many_workshops(
    bare: Stage, staff: Client, django_assert_num_queries: Any, clock: Any
) -> None:
    clock.move_to(STARTS_AT - 10 * DAY, tick=False)
    staff.force_login(bare.cast.sabine)
    reminders.add_rule(bare.cast.process, when=local(1, 9), audience=REGISTERED)
    for number in range(2, 5):
        # session, person, process, rules for the preview, workshops, people, expired, rules for the list
        with django_assert_num_queries(8):
            staff.get(PAGE)
        builders.a_workshop(
            bare.workshop.series, number=number, starts_at=STARTS_AT, ends_at=STARTS_AT + HOUR
        )
        reminders.add_rule(bare.cast.process, when=span(number * 60), audience=MODERATORS)


@pytest.mark.postgres
def test_the_preview_is_counted_on_postgresql_too() -> None:
    now = timezone.now()
    workshop = builders.a_workshop(starts_at=now + 2 * DAY, ends_at=now + 3 * DAY, published_at=now - DAY)
    builders.a_registration(workshop, confirmed_at=now - DAY)
    workshop.moderators.add(builders.a_moderator(workshop.process))
    ReminderRule.objects.update(applies_from=now - 9 * DAY)

    found = reminder_preview.preview(workshop.process, now=now).coming
    assert [(line.moment.group.value, line.people) for line in found] == [
        ("confirmed", 1),
        ("moderators", 1),
        ("confirmed", 1),
    ]


# --- the page ---------------------------------------------------------------------------------------


def test_staff_make_change_and_preview_a_rule(bare: Stage, staff: Client) -> None:
    bare.registered(bare.cast.hans)
    Workshop.objects.update(starts_at=NOW + 10 * DAY, ends_at=NOW + 10 * DAY + HOUR)
    typed = {"amount": "2", "unit": "days", "at_time": "09:00", "audience": "registered"}
    made = pages.text(staff.post(PAGE, typed, follow=True))
    assert "2 Tage vorher um 09:00\u00a0Uhr".replace("\u00a0", " ") in made.replace("\u00a0", " ")
    assert "Sonntag, 28. Juni 2020, 09:00 Uhr" in made.replace("\u00a0", " ")
    assert "1 Person" in made

    rule = ReminderRule.objects.get()
    form = pages.text(staff.get(f"{PAGE}{rule.pk}/"))
    assert "Erinnerung ändern" in form
    changed = staff.post(
        f"{PAGE}{rule.pk}/", {"amount": "0", "unit": "days", "at_time": "08:00", "audience": "waiting"}
    )
    assert changed.headers["Location"] == PAGE
    rule.refresh_from_db()
    assert (rule.minutes_before, rule.days_before, rule.at_time, rule.audience) == (
        None,
        0,
        datetime.time(8),
        "waiting",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("0", "days", ""), "Möglich sind 10 Minuten bis 60 Tage."),
        (("61", "days", "09:00"), "Möglich sind 0 bis 60 Tage; 0 ist der Tag des Workshops."),
        (("2", "hours", "09:00"), "Eine Uhrzeit geht nur mit Tagen. Bitte leer lassen oder Tage wählen."),
        (("2", "days", "09:00"), "Diese Erinnerung gibt es schon."),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    bare: Stage, staff: Client, typed: tuple[str, str, str], sentence: str
) -> None:
    reminders.add_rule(bare.cast.process, when=local(2, 9))
    other = reminders.add_rule(bare.cast.process, when=span(60))
    amount, unit, at_time = typed
    data = {"amount": amount, "unit": unit, "at_time": at_time, "audience": "confirmed"}

    assert sentence in pages.text(staff.post(PAGE, data))
    assert sentence in pages.text(staff.post(f"{PAGE}{other.pk}/", data))
    other.refresh_from_db()
    assert (ReminderRule.objects.count(), other.minutes_before) == (2, 60)


def test_a_rule_is_shown_as_it_was_typed(bare: Stage, staff: Client) -> None:
    for when, amount, unit in ((span(180), 3, "hours"), (span(2880), 2, "days"), (span(95), 95, "minutes")):
        rule = reminders.add_rule(bare.cast.process, when=when)
        form = staff.get(f"{PAGE}{rule.pk}/").context["form"]
        assert (form["amount"].value(), form["unit"].value()) == (amount, unit)
