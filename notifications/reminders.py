"""Reminders: found by query at each tick, never remembered by a timer.

A rule's reminder for a workshop is due from its moment until the next rule's moment, or the start: after
that the next reminder says the same. Late in that span it is still right, since it names the day. What
nobody sent in time is written down as expired, so that it can be seen.

The key carries the start, not the revision: a new join link must not remind everyone a second time, a new
date must. Who registered, or was told of a change, after the rule's moment already knows.
"""

import datetime
import itertools
from collections.abc import Iterator

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from notifications import outbox
from notifications.models import Delivery, Kind, ReminderRule
from notifications.wanted import start_stamp
from workshops.models import ParticipationProcess, Registration, Workshop

# How long after the start a reminder that was never sent is still listed as expired.
LOOK_BACK = datetime.timedelta(days=7)
# A local day may be 25 hours long.
_SLACK = datetime.timedelta(hours=2)


def enqueue_due(*, now: datetime.datetime) -> int:
    """Write down every reminder whose moment has come; how many were new. May run twice."""
    count = 0
    for rule, workshop, moment, ends in _moments(now):
        if workshop.changed_at > moment or workshop.published_at is None or workshop.published_at > moment:
            continue
        count += _enqueue(rule, workshop, moment=moment, ends=ends, now=now)
    return count


def _moments(
    now: datetime.datetime,
) -> Iterator[tuple[ReminderRule, Workshop, datetime.datetime, datetime.datetime]]:
    """Each rule and workshop whose moment is past, with the span in which its reminder makes sense."""
    rules = ReminderRule.objects.filter(is_active=True).select_related("process")
    for _process, of_process in itertools.groupby(
        rules.order_by("process", "-minutes_before"), key=lambda rule: rule.process_id
    ):
        ladder = list(of_process)
        longest = datetime.timedelta(minutes=ladder[0].minutes_before) + _SLACK
        workshops = (
            Workshop.objects.published()
            .of_process(ladder[0].process)
            .filter(starts_at__gt=now - LOOK_BACK, starts_at__lte=now + longest)
            .select_related("series__field__process")
        )
        for workshop in workshops.order_by("starts_at", "pk"):
            moments = [rule.moment_before(workshop.starts_at) for rule in ladder]
            for rule, moment, ends in zip(ladder, moments, [*moments[1:], workshop.starts_at], strict=True):
                if moment <= now:
                    yield rule, workshop, moment, ends


def _enqueue(
    rule: ReminderRule,
    workshop: Workshop,
    *,
    moment: datetime.datetime,
    ends: datetime.datetime,
    now: datetime.datetime,
) -> int:
    key = Concat(
        Value(f"reminder:{rule.pk}:"),
        Cast("pk", CharField()),
        Value(f":{start_stamp(workshop.starts_at)}"),
        output_field=CharField(),
    )
    reminded = Delivery.objects.filter(rule=rule, workshop=workshop).values("key")
    in_time = Q(confirmed_at__lte=moment) & (Q(promoted_at__isnull=True) | Q(promoted_at__lte=moment))
    missing = Registration.objects.confirmed().filter(in_time, workshop=workshop)
    missing = missing.annotate(reminder_key=key).exclude(reminder_key__in=reminded)
    fate = (
        {} if now < ends else {"status": Delivery.Status.SKIPPED, "ended_at": now, "outcome_code": "expired"}
    )
    return outbox.enqueue_each(
        missing,
        Kind.REMINDER,
        key=F("reminder_key"),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
        rule=rule,
        revision=workshop.revision,
        expires_at=ends,
        **fate,
    )


def add_rule(process: ParticipationProcess, *, minutes_before: int) -> ReminderRule:
    """The process's rule for this moment; made if there is none, switched on if it was off."""
    rule, _is_new = ReminderRule.objects.update_or_create(
        process=process, minutes_before=minutes_before, defaults={"is_active": True}
    )
    return rule


def switch_rule(rule: ReminderRule, *, is_active: bool) -> None:
    """A rule that is off reminds nobody, not even of what was written down already."""
    rule.is_active = is_active
    rule.save(update_fields=["is_active"])
