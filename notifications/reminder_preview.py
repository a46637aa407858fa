"""What reminders would go out in the next days, to how many, and which wouldn't and why.

Moments and people are the sweep's own (`reminders.moments_of`, `reminders.reminded`): what it would insert
is counted here.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, IntegerField, Q, Value

from notifications.models import Channel, Delivery, Group
from notifications.reminders import LeftOut, Moment, moments_of, reminded, within_reach
from notifications.wanted import start_stamp
from workshops.models import ParticipationProcess, Workshop

PREVIEW = datetime.timedelta(days=14)
# SQLite joins at most 500.
_MOST_SELECTS = 200


@dataclass(frozen=True, slots=True)
class Coming:
    """A moment that will remind people: how many as things stand now, and how."""

    moment: Moment
    # Who isn't written down yet; of them by telephone, by letter, and with an address that sent mail back.
    people: int
    by_phone: int
    by_letter: int
    unreachable: int
    # Reminded by this rule of this start already: it was changed since.
    already: int
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """A moment that reminds nobody, and why; `people` is how many an expired one would have reminded."""

    moment: Moment
    why: LeftOut
    people: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    coming: list[Coming]
    left_out: list[Missing]


def preview(process: ParticipationProcess, *, now: datetime.datetime) -> Preview:
    """What the sweep will write down until `now + PREVIEW`, if nothing changes, and what it won't."""
    rules = list(process.reminder_rules.filter(is_active=True).select_related("process"))
    if not rules:
        return Preview([], [])
    until = now + PREVIEW
    ahead = Workshop.objects.exclude(status=Workshop.Status.CANCELLED).filter(starts_at__gt=now)
    found = [
        moment
        for workshop in within_reach(ahead, rules, until)
        for moment in moments_of(workshop, rules)
        if moment.at <= until and (moment.at > now or workshop.starts_at <= until)
    ]
    found.sort(key=lambda moment: (moment.at, moment.workshop.pk, moment.rule.pk))
    going = [moment for moment in found if moment.left_out is None]
    lines, expired = _counted(going), _expired(going)
    # Too late for mail: those who are called or written to are all that is left.
    too_late = [
        _without_mail(counts) if moment.mail_ends <= now else 0
        for moment, counts in zip(going, lines, strict=True)
    ]
    coming = [
        Coming(moment, is_overdue=moment.at <= now, **counts)
        for moment, counts in zip(going, lines, strict=True)
        # What is past and written down is no news.
        if moment.at > now or (moment.ends > now and counts["people"])
    ]
    left_out = [Missing(moment, moment.left_out) for moment in found if moment.left_out is not None]
    for moment, counts, late, count in zip(going, lines, too_late, expired, strict=True):
        count += late + (counts["people"] if moment.ends <= now else 0)
        if count:
            left_out.append(Missing(moment, LeftOut.EXPIRED, count))
    left_out.sort(key=lambda line: (line.moment.at, line.moment.workshop.pk, line.moment.rule.pk))
    return Preview(coming, left_out)


def _without_mail(counts: dict[str, int]) -> int:
    """Take those out who would have got a mail; how many."""
    by_mail = counts["people"] - counts["by_phone"] - counts["by_letter"]
    counts["people"] -= by_mail
    counts["unreachable"] = 0
    return by_mail


_FIGURES = ("people", "by_phone", "by_letter", "unreachable", "already")


def _counted(moments: Sequence[Moment]) -> list[dict[str, int]]:
    """The figures of each moment, by one statement."""
    questions = []
    by_hand: dict[str, models.expressions.Combinable]
    for line, moment in enumerate(moments):
        new = Q(is_told=False)
        if moment.group is Group.MODERATORS:
            by_hand = dict.fromkeys(("by_phone", "by_letter", "unreachable"), Value(0))
        else:
            lost = Q(participant__contact_by=Channel.EMAIL, participant__unreachable_since__isnull=False)
            by_hand = {
                "by_phone": Count("pk", filter=new & Q(participant__contact_by=Channel.PHONE)),
                "by_letter": Count("pk", filter=new & Q(participant__contact_by=Channel.LETTER)),
                "unreachable": Count("pk", filter=new & lost),
            }
        questions.append(
            reminded(moment)
            .order_by()
            .values(line=Value(line, output_field=IntegerField()))
            .annotate(people=Count("pk", filter=new), already=Count("pk", filter=Q(is_told=True)), **by_hand)
            .values_list("line", *_FIGURES)
        )
    return [dict(zip(_FIGURES, figures, strict=True)) for figures in _asked(questions, len(_FIGURES))]


def _expired(moments: Sequence[Moment]) -> list[int]:
    """How many of each moment's deliveries were written down as expired."""
    questions = []
    for line, moment in enumerate(moments):
        rows = Delivery.objects.filter(
            rule=moment.rule,
            workshop=moment.workshop,
            status=Delivery.Status.SKIPPED,
            outcome_code=LeftOut.EXPIRED.value,
            key__endswith=f":{start_stamp(moment.workshop.starts_at)}",
        )
        if moment.group is not Group.MODERATORS:
            rows = rows.filter(registration__status=moment.group.value)
        questions.append(
            rows.order_by()
            .values(line=Value(line, output_field=IntegerField()))
            .annotate(people=Count("pk"))
            .values_list("line", "people")
        )
    return [count for (count,) in _asked(questions, 1)]


def _asked(questions: Sequence[models.QuerySet[Any]], width: int) -> list[tuple[int, ...]]:
    """The answers in the questions' order; zeros where nobody is counted."""
    answers: dict[int, tuple[int, ...]] = {}
    for begin in range(0, len(questions), _MOST_SELECTS):
        first, *others = questions[begin : begin + _MOST_SELECTS]
        for line, *figures in first.union(*others, all=True) if others else first:
            answers[line] = tuple(figures)
    return [answers.get(line, (0,) * width) for line in range(len(questions))]
