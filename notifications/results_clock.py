"""What the clock brings about after workshops: overdue minutes, and decisions about proposals.

Found by query at each tick, as reminders are; each row once by its key, however often a tick comes.
"""

import datetime

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat

from notifications import outbox
from notifications.mishaps import contained
from notifications.models import Delivery, Kind
from notifications.owed_minutes import overdue_key
from notifications.results import DAILY_AT
from workshops.models import (
    Participant,
    ParticipationProcess,
    ProposalDecision,
    Registration,
    User,
    Workshop,
)
from workshops.models.minutes import OVERDUE_AFTER, OWED_SINCE, OWES_MINUTES, STAFF_TOLD_AFTER

# How long minutes are asked for after they were owed: of older workshops nobody remembers enough. Without
# it, the first tick after an update would ask for the minutes of past years.
LOOK_BACK = datetime.timedelta(days=30)

# A decision of a moment before may still be on its way into the database.
SETTLED_AFTER = datetime.timedelta(minutes=5)

_Leads = Workshop.moderators.through


def remind_of_minutes(*, now: datetime.datetime) -> int:
    """Whoever led a workshop, after `OVERDUE_AFTER`, staff after `STAFF_TOLD_AFTER`; how many were new.

    To submit minutes, and then, once the review is over, to publish them: each is asked for by itself.
    """
    count = 0
    overdue = (
        Workshop.objects.filter(OWES_MINUTES)
        .annotate(owed_since=OWED_SINCE)
        .filter(owed_since__lte=now - OVERDUE_AFTER, owed_since__gt=now - LOOK_BACK)
        .select_related("series__field__process", "minutes")
    )
    for workshop in overdue.order_by("ends_at", "pk"):
        with contained("asking for the minutes of workshop", workshop.pk):
            leads = _Leads.objects.filter(workshop=workshop.pk, user__is_active=True)
            count += _ask(workshop, leads, "user_id", is_for_staff=False)
            if workshop.owed_since <= now - STAFF_TOLD_AFTER:  # type: ignore[attr-defined]
                count += _ask(
                    workshop, User.objects.filter(is_active=True, is_staff=True), "pk", is_for_staff=True
                )
    return count


def _ask(
    workshop: Workshop,
    people: "QuerySet[User] | QuerySet[_Leads]",  # type: ignore[valid-type]
    user: str,
    *,
    is_for_staff: bool,
) -> int:
    return outbox.enqueue_each(
        people,
        Kind.MINUTES_OVERDUE,
        key=_key(overdue_key(is_for_staff, workshop), user),
        process=workshop.process,
        user=F(user),
        workshop=workshop,
    )


def tell_decisions(*, now: datetime.datetime) -> int:
    """One mail a day, from `DAILY_AT` on, to those who asked for it and for whom something was decided."""
    count = 0
    for process in ParticipationProcess.objects.order_by("pk"):
        local = now.astimezone(process.zone)
        cut = datetime.datetime.combine(local.date(), DAILY_AT, process.zone)
        if now < cut + SETTLED_AFTER:
            continue
        with contained("telling decisions of process", process.pk):
            count += outbox.enqueue_each(
                Participant.objects.filter(pk__in=_with_news(process, cut).values("participant")),
                Kind.PROPOSALS_DECIDED,
                key=_key(f"{Kind.PROPOSALS_DECIDED}:{local.date().isoformat()}:", "pk"),
                process=process,
                participant=F("pk"),
                planned_at=cut,
            )
    return count


def _with_news(process: ParticipationProcess, cut: datetime.datetime) -> QuerySet[Registration]:
    """Of the process, those that wish to hear and have one made or undone since the person's last mail.

    The mail itself reads again what there is to tell (`results.decided_in`).
    """
    last = (
        Delivery.objects.filter(kind=Kind.PROPOSALS_DECIDED, participant=OuterRef("participant"))
        .order_by("-planned_at")
        .values("planned_at")[:1]
    )
    theirs = Q(proposal__item__workshop=OuterRef("workshop")) | Q(
        proposal__merged_proposals__item__workshop=OuterRef("workshop")
    )
    since = ProposalDecision.objects.filter(theirs, decided_at__gte=OuterRef("wants_outcome_at"))
    decided = since.filter(undone_at__isnull=True, decided_at__lt=cut, decided_at__gte=OuterRef("told_until"))
    # Of what was perhaps told before: the mail looks whether it was.
    undone = since.filter(
        decided_at__lt=OuterRef("told_until"), undone_at__gte=OuterRef("told_until"), undone_at__lt=cut
    )
    return (
        Registration.objects.confirmed()
        .filter(workshop__series__field__process=process, wants_outcome_at__isnull=False)
        .annotate(told_until=Coalesce(Subquery(last), F("wants_outcome_at")))
        .filter(Exists(decided) | Exists(undone))
    )


def _key(prefix: str, column: str) -> Combinable:
    return Concat(Value(prefix), Cast(F(column), CharField()), output_field=CharField())
