"""Until when each purpose keeps a person, and what of them is due for deletion. Reads only.

Periods are those of `workshops.retention`, counted in days of the town's calendar: what falls due does so at
midnight.
"""

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max, Q, QuerySet

from workshops.models import (
    Participant,
    ParticipationProcess,
    ProposalDecision,
    ProposedMeasure,
    Recording,
    Registration,
    Survey,
    Workshop,
)
from workshops.operations import periods
from workshops.retention import Days, Rule, begin_of_next_day, without_minutes

# After the last decision: the mail about it goes in the evening.
OUTCOME_IS_TOLD = 7

_Status = Registration.Status


class What(enum.Enum):
    """What of a person is due."""

    PERSON = enum.auto()
    # All but what an invitation needs.
    REGISTRATIONS = enum.auto()
    # Registrations that nobody confirmed.
    LAPSED = enum.auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    what: What
    rule: Rule


@dataclass(slots=True)
class Facts:
    """What a process's people are measured by."""

    days: Days
    zone: datetime.tzinfo
    last_workshop_ends_at: datetime.datetime | None = None
    # Workshops with proposals that nobody has decided about; and of the others, when that was done last.
    undecided: set[int] = field(default_factory=set)
    decided_at: dict[int, datetime.datetime] = field(default_factory=dict)

    def after(self, moment: datetime.datetime, days: int) -> datetime.datetime:
        """The midnight after so many days."""
        return begin_of_next_day(moment + datetime.timedelta(days=days), self.zone)


def facts_of(process: ParticipationProcess) -> Facts:
    announced = Workshop.objects.of_process(process).exclude(status=Workshop.Status.DRAFT)
    proposals = ProposedMeasure.objects.filter(item__workshop__series__field__process=process)
    open_ones = Q(status=ProposedMeasure.Status.PROPOSED)
    undecided = proposals.filter(open_ones | Q(merged_into__status=ProposedMeasure.Status.PROPOSED))
    decided = ProposalDecision.objects.filter(proposal__in=proposals, undone_at__isnull=True).order_by()
    by_workshop = decided.values("proposal__item__workshop").annotate(at=Max("decided_at"))
    return Facts(
        days=periods.of(process),
        zone=process.zone,
        last_workshop_ends_at=announced.aggregate(at=Max("ends_at"))["at"],
        undecided=set(undecided.values_list("item__workshop", flat=True)),
        decided_at=dict(by_workshop.values_list("proposal__item__workshop", "at")),
    )


def with_workshops() -> QuerySet[Registration]:
    """Registrations with what `verdict_on` reads of them."""
    return Registration.objects.select_related("workshop__minutes").order_by("pk")


def verdict_on(
    person: Participant, registrations: Sequence[Registration], facts: Facts, *, now: datetime.datetime
) -> Verdict | None:
    """What of this person is to be deleted now, and by which rule; None: nothing is."""
    ends = deadlines(person, registrations, facts)
    last = max(ends, key=lambda rule: ends[rule])
    if ends[last] <= now:
        return Verdict(What.PERSON, last)
    taking_part = [ends[rule] for rule in (Rule.PARTICIPATION, Rule.OUTCOME) if rule in ends]
    if _live(registrations) and max(taking_part) <= now:
        # They may still be invited.
        return Verdict(What.REGISTRATIONS, Rule.PARTICIPATION)
    if any(lapsed_long_ago(each, facts, now=now) for each in registrations):
        return Verdict(What.LAPSED, Rule.UNCONFIRMED)
    return None


def deadlines(
    person: Participant, registrations: Sequence[Registration], facts: Facts
) -> dict[Rule, datetime.datetime]:
    """Until when each purpose keeps the person, by the rules that do; at least one."""
    days, ends, live = facts.days, dict[Rule, datetime.datetime](), _live(registrations)
    if live or person.is_known:
        moments = [_kept_until(each, facts) for each in live]
        if person.is_known:
            # Who told one of us is known from that day on; the address may have been there for longer.
            told_at = person.privacy_agreed_at if person.consent_given else None
            since = max(person.created_at, person.verified_at or told_at or person.created_at)
            moments.append(facts.after(since, days[Rule.PARTICIPATION]))
        ends[Rule.PARTICIPATION] = max(moments)
    else:
        said = [person.created_at, person.mail_window_since, person.invitation_objected_at]
        said += [each.ended_at for each in registrations]
        latest = max(moment for moment in said if moment is not None)
        ends[Rule.UNCONFIRMED] = facts.after(latest, days[Rule.UNCONFIRMED])
    agreed_at = person.invitation_agreed_at
    if agreed_at is not None and person.invitation_objected_at is None:
        latest = max(agreed_at, facts.last_workshop_ends_at or agreed_at)
        ends[Rule.INVITATIONS] = facts.after(latest, days[Rule.INVITATIONS])
    waits_for = [_told_until(each, facts) for each in live if each.wants_outcome_at is not None]
    if waits_for:
        ends[Rule.OUTCOME] = max(waits_for)
    return ends


def recording_kept_until(recording: Recording, facts: Facts) -> tuple[Rule, datetime.datetime]:
    """One that nobody published is needed until the minutes are done."""
    if recording.published_at is not None:
        return Rule.SHOWN, facts.after(recording.published_at, facts.days[Rule.SHOWN])
    return Rule.RECORDINGS, _after_minutes(recording.meeting.workshop, facts, facts.days[Rule.RECORDINGS])


def survey_kept_until(survey: Survey, facts: Facts) -> datetime.datetime:
    latest = max(survey.closes_at, facts.last_workshop_ends_at or survey.closes_at)
    return facts.after(latest, facts.days[Rule.SURVEY])


def lapsed_long_ago(registration: Registration, facts: Facts, *, now: datetime.datetime) -> bool:
    if registration.status != _Status.LAPSED or registration.ended_at is None:
        return False
    return facts.after(registration.ended_at, facts.days[Rule.UNCONFIRMED]) <= now


def _live(registrations: Sequence[Registration]) -> list[Registration]:
    return [each for each in registrations if each.status != _Status.LAPSED]


def _kept_until(registration: Registration, facts: Facts) -> datetime.datetime:
    workshop, days = registration.workshop, facts.days[Rule.PARTICIPATION]
    if registration.status != _Status.CONFIRMED or not workshop.is_published:
        # Minutes don't concern them, or there will be none.
        return facts.after(workshop.ends_at, days)
    return _after_minutes(workshop, facts, days)


def _after_minutes(workshop: Workshop, facts: Facts, days: int) -> datetime.datetime:
    minutes = getattr(workshop, "minutes", None)
    if minutes is None or minutes.published_at is None:
        return facts.after(workshop.ends_at, without_minutes(days))
    return facts.after(max(workshop.ends_at, minutes.published_at), days)


def _told_until(registration: Registration, facts: Facts) -> datetime.datetime:
    workshop = registration.workshop
    latest = facts.after(workshop.ends_at, facts.days[Rule.OUTCOME])
    if workshop.pk in facts.undecided:
        return latest
    decided_at = facts.decided_at.get(workshop.pk, workshop.ends_at)
    return min(latest, facts.after(decided_at, OUTCOME_IS_TOLD))
