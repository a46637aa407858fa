"""What must become of each reminder, told without the product's code; and words for such tests."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications import reminders
from notifications.reminders import When
from tests.smtp_sink import Received

BERLIN = ZoneInfo("Europe/Berlin")
DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = {3: "März", 6: "Juni", 7: "Juli", 10: "Oktober", 11: "November", 4: "April"}


def berlin(*parts: int, fold: int = 0) -> datetime.datetime:
    local = datetime.datetime(*parts, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type,misc]
    return local.astimezone(datetime.UTC)


def span(minutes: int) -> When:
    return When(minutes_before=minutes, days_before=None, at_time=None)


def local(days: int, hour: int, minute: int = 0) -> When:
    return When(minutes_before=None, days_before=days, at_time=datetime.time(hour, minute))


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)  # type: ignore[arg-type,misc]


def tick(clock: Any, moment: datetime.datetime) -> int:
    """Beat at that moment: how many reminders it wrote down."""
    clock.move_to(moment, tick=False)
    return reminders.enqueue_due(now=timezone.now())


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

    # The rules count from here.
    began_at: datetime.datetime
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
                if (
                    person.group not in GROUPS[audience]
                    or at > now
                    or at < self.began_at
                    or at >= self.starts_at
                ):
                    continue
                knows = person.group != "moderators" and (person.since > at or self.changed_at > at)
                mine = [
                    (moment, other)
                    for other, moment in enumerate(moments)
                    if person.group in GROUPS[self.rules[other][0]]
                    and self.began_at <= moment < self.starts_at
                ]
                is_said_by_another = any(moment == at and other < number for moment, other in mine)
                key = (who, number, self.starts_at)
                if knows or is_said_by_another or key in self.fate:
                    continue
                ends = min([moment for moment, _other in mine if moment > at], default=self.starts_at)
                # A mail goes at most a day late, and not when half of its time is gone.
                ends = min(ends, at + DAY, at + (self.starts_at - at) / 2)
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
