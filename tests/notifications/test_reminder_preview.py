"""What staff see of reminders before they go: the page, its numbers, and that they come true."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications import reminder_preview, reminders
from notifications.models import Delivery, ReminderAudience, ReminderRule
from tests import builders, pages
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.notifications.reminding import DAY, HOUR, local, span, tick, utc
from workshops.models import Participant, Workshop

CONFIRMED, WAITING = ReminderAudience.CONFIRMED, ReminderAudience.WAITING
REGISTERED, MODERATORS = ReminderAudience.REGISTERED, ReminderAudience.MODERATORS
SECOND = datetime.timedelta(seconds=1)
PAGE = "/staff/integrationsplan/reminders/"


@pytest.fixture
def staff(bare: Stage, client: Client) -> Client:
    client.force_login(bare.cast.sabine)
    return client


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
    reminders.add_rule(process, when=span(3 * 24 * 60))  # its moment passes while nothing runs: too late
    reminders.add_rule(process, when=local(2, 20))  # so does its, and it still goes
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
        ("3 Tage vorher", "expired"),
        ("2 Tage vorher um 09:00 Uhr", "before_the_rule"),
        ("1 Tag vorher um 18:00 Uhr", "same_moment"),
        ("am selben Tag um 20:00 Uhr", "after_the_start"),
    ]
    drafted = dict(of(2))
    assert drafted["1 Tag vorher"] == drafted["3 Tage vorher"] == "draft"
    assert dict(of(3))["3 Tage vorher"] == "published_later"
    assert dict(of(4))["3 Tage vorher"] == "changed_later"
    assert of(5) == []
    # That of two days before, at eight in the evening, is twenty hours late: it goes with the next tick.
    late, *_others = coming(bare)
    assert (late[0], late[2], late[7]) == (utc(2020, 7, 5, 18), 1, True)
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
            (utc(2020, 7, 6, 7), "expired", 1),
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


def test_the_page_says_how_far_it_looks_ahead(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Die nächsten 14 Tage" in pages.text(staff.get(PAGE))
    monkeypatch.setattr(reminder_preview, "PREVIEW", DAY)
    assert "Der nächste Tag" in pages.text(staff.get(PAGE))


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
