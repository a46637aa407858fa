"""Reminders: found by query at each tick, never remembered by a timer.

A rule's reminder for a workshop makes sense from its moment until the next moment of the same people, or the
start: after that the next reminder says the same. People who call or write have all that time. A mail goes
only while it isn't too late (`mail_goes_until`); it names the day, so it is still right, and its row tells
how late it went. What nobody sent in time is written down as expired, so that it can be seen, too.

The key carries the start, not the revision: a new join link must not remind everyone a second time, a new
date must. Who registered, or was told of a change, after the rule's moment already knows.

`moments_of` says when, `reminded` whom: the sweep inserts those rows, and `reminder_preview` counts them.
"""

import datetime
import enum
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.db import IntegrityError, models, transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import outbox
from notifications.mishaps import contained
from notifications.models import (
    Channel,
    Delivery,
    Group,
    Kind,
    ReminderAudience,
    ReminderRule,
    mail_goes_until,
)
from notifications.wanted import start_stamp
from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Registration, Workshop

# How long after the start a reminder that was never sent is still listed as expired.
LOOK_BACK = datetime.timedelta(days=7)

_Leads = Workshop.moderators.through


class LeftOut(enum.StrEnum):
    """Why a rule's moment reminds nobody."""

    AFTER_THE_START = "after_the_start"
    BEFORE_THE_RULE = "before_the_rule"
    SAME_MOMENT = "same_moment"
    DRAFT = "draft"
    PUBLISHED_LATER = "published_later"
    CHANGED_LATER = "changed_later"
    # Only told by the preview: nobody sent it in its time.
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Moment:
    """One rule, one workshop, one group of people; from `at` until `ends` the reminder makes sense, by mail
    until `mail_ends`."""

    rule: ReminderRule
    workshop: Workshop
    group: Group
    at: datetime.datetime
    ends: datetime.datetime
    left_out: LeftOut | None = None

    @property
    def mail_ends(self) -> datetime.datetime:
        return min(self.ends, mail_goes_until(self.at, self.workshop.starts_at))

    @property
    def by_hand(self) -> Q:
        """Who of `reminded` isn't told by mail."""
        if self.group is Group.MODERATORS:
            return Q(pk__in=[])
        return ~Q(participant__contact_by=Channel.EMAIL)


def moments_of(workshop: Workshop, rules: Iterable[ReminderRule]) -> Iterator[Moment]:
    """What these (active) rules mean for this workshop, group by group; those that are left out too."""
    found = sorted(
        ((rule.moment_before(workshop.starts_at), rule) for rule in rules),
        key=lambda each: (each[0], each[1].pk),
    )
    for group in Group:
        ladder = [(at, rule) for at, rule in found if group in rule.groups]
        counting = [at for at, rule in ladder if rule.applies_from <= at < workshop.starts_at]
        taken: set[datetime.datetime] = set()
        for at, rule in ladder:
            left_out = _left_out(workshop, rule, group, at)
            if left_out is None and at in taken:
                left_out = LeftOut.SAME_MOMENT
            if rule.applies_from <= at:
                taken.add(at)
            ends = next((later for later in counting if later > at), workshop.starts_at)
            yield Moment(rule, workshop, group, at, ends, left_out)


def _left_out(workshop: Workshop, rule: ReminderRule, group: Group, at: datetime.datetime) -> LeftOut | None:
    if at >= workshop.starts_at:
        return LeftOut.AFTER_THE_START
    if at < rule.applies_from:
        return LeftOut.BEFORE_THE_RULE
    if workshop.published_at is None:
        return LeftOut.DRAFT
    if workshop.published_at > at:
        return LeftOut.PUBLISHED_LATER
    # The mail about a change tells citizens the same as a reminder; moderators get none.
    if workshop.changed_at > at and group is not Group.MODERATORS:
        return LeftOut.CHANGED_LATER
    return None


def reminded(moment: Moment) -> models.QuerySet[Any]:
    """Whom this moment means, each with `is_told`: is their delivery written down?"""
    told = Delivery.objects.filter(key=_key(moment, OuterRef))
    if moment.group is Group.MODERATORS:
        leads = _Leads.objects.filter(workshop=moment.workshop.pk, user__is_active=True)
        return leads.alias(is_told=Exists(told))
    in_time = Q(promoted_at__isnull=True) | Q(promoted_at__lte=moment.at)
    registered = Registration.objects.filter(
        in_time,
        workshop=moment.workshop,
        status=moment.group.value,
        confirmed_at__lte=moment.at,
    )
    return registered.alias(is_told=Exists(told))


def _key(moment: Moment, column: type[F]) -> Concat:
    """`reminder:<rule>:<registration>:<start>`, of a row; of a moderator, the workshop and the account."""
    prefix, person = f"reminder:{moment.rule.pk}:", "pk"
    if moment.group is Group.MODERATORS:
        prefix, person = f"{prefix}{moment.workshop.pk}:moderator:", "user_id"
    stamp = start_stamp(moment.workshop.starts_at)
    return Concat(
        Value(prefix), Cast(column(person), CharField()), Value(f":{stamp}"), output_field=CharField()
    )


# --- the sweep ------------------------------------------------------------------------------------


def enqueue_due(*, now: datetime.datetime) -> int:
    """Write down every reminder whose moment has come; how many were new. May run twice.

    A process or workshop on which the program breaks is in the log at each tick, and holds up no other.
    """
    active = ReminderRule.objects.filter(is_active=True).select_related("process").order_by("process", "pk")
    count = 0
    for process, of_process in itertools.groupby(active, key=lambda rule: rule.process_id):
        rules = list(of_process)
        workshops = Workshop.objects.published().filter(starts_at__gt=now - LOOK_BACK)
        with contained("reminding of process", process):
            for workshop in within_reach(workshops, rules, now):
                with contained("reminding of workshop", workshop.pk):
                    for moment in moments_of(workshop, rules):
                        if moment.left_out is None and moment.at <= now:
                            count += _enqueue(moment, now=now)
    return count


def within_reach(
    workshops: models.QuerySet[Workshop], rules: Sequence[ReminderRule], until: datetime.datetime
) -> models.QuerySet[Workshop]:
    """Those of the rules' process for which some moment may lie before `until`."""
    longest = max(rule.longest_span for rule in rules)
    return (
        workshops.filter(series__field__process=rules[0].process_id, starts_at__lte=until + longest)
        .select_related("series__field__process", "room")
        .order_by("starts_at", "pk")
    )


def _enqueue(moment: Moment, *, now: datetime.datetime) -> int:
    about: dict[str, Any] = {}
    if moment.group is Group.MODERATORS:
        kind = Kind.MODERATOR_REMINDER
        about |= {"user": F("user_id")}
    else:
        kind = Kind.REMINDER
        about |= {"participant": F("participant_id"), "registration": F("pk")}
    about |= {
        "process": moment.workshop.process,
        "workshop": moment.workshop,
        "rule": moment.rule,
        "revision": moment.workshop.revision,
        "planned_at": moment.at,
        "expires_at": moment.ends,
    }
    expired: dict[str, Any] = {
        "status": Delivery.Status.SKIPPED,
        "ended_at": now,
        "outcome_code": LeftOut.EXPIRED.value,
    }
    people, key = reminded(moment).filter(is_told=False), _key(moment, F)
    if now >= moment.ends:
        return outbox.enqueue_each(people, kind, key=key, **about, **expired)
    if now >= moment.mail_ends:
        by_mail = outbox.enqueue_each(people.exclude(moment.by_hand), kind, key=key, **about, **expired)
        return by_mail + outbox.enqueue_each(people.filter(moment.by_hand), kind, key=key, **about)
    return outbox.enqueue_each(people, kind, key=key, **about)


# --- the rules ------------------------------------------------------------------------------------


class When(TypedDict):
    """Minutes before the start; or days before, at a time of the process's zone. The others are None."""

    minutes_before: int | None
    days_before: int | None
    at_time: datetime.time | None


def add_rule(
    process: ParticipationProcess,
    *,
    when: When,
    audience: ReminderAudience = ReminderAudience.CONFIRMED,
    now: datetime.datetime | None = None,
) -> ReminderRule:
    """The process's rule for this; made if there is none, switched on if it was off.

    It begins now: what would have been due before isn't made up for.
    """
    rule, is_new = ReminderRule.objects.get_or_create(
        process=process, audience=audience, **when, defaults={"applies_from": now or timezone.now()}
    )
    if not is_new:
        switch_rule(rule, is_active=True, now=now)
    return rule


@transaction.atomic
def change_rule(
    rule: ReminderRule,
    *,
    when: When,
    audience: ReminderAudience,
    now: datetime.datetime | None = None,
) -> None:
    """Another moment, or other people, from now on. Whom it reminded of a start it doesn't remind again:
    their keys stay. `Refusal` if another rule says the same."""
    _lock(rule)
    wanted = {**when, "audience": audience.value}
    changed = [name for name, value in wanted.items() if getattr(rule, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(rule, name, wanted[name])
    rule.applies_from = now or timezone.now()
    try:
        with transaction.atomic():
            rule.save(update_fields=[*changed, "applies_from"])
    except IntegrityError:
        raise Refusal("same_reminder", _("Diese Erinnerung gibt es schon.")) from None


@transaction.atomic
def switch_rule(rule: ReminderRule, *, is_active: bool, now: datetime.datetime | None = None) -> None:
    """A rule that is off reminds nobody, not even of what was written down already. Switched on again, it
    begins anew; pressed twice is pressed once."""
    _lock(rule)
    if rule.is_active == is_active:
        return
    rule.is_active = is_active
    if is_active:
        rule.applies_from = now or timezone.now()
    rule.save(update_fields=["is_active", "applies_from"])


def _lock(rule: ReminderRule) -> None:
    rule.refresh_from_db(from_queryset=ReminderRule.objects.select_for_update())


def delete_rule(process: ParticipationProcess, pk: int) -> None:
    """The rule goes, what it sent stays in the ledger; what still waits is skipped by the sender."""
    ReminderRule.objects.filter(process=process, pk=pk).delete()
