"""Points are added up once, when their weighing ends, and stay so whatever happens later.

Each ballot counts that was given while its giver was there: who is ticked as absent afterwards, or not found
by a provider that counts, has said what they said. So nobody who ticks attendance can watch a sum change
with it and read a single person's ballot; nor does a sum change when somebody is erased. Lock order:
prioritisation → points.
"""

import datetime

from django.db.models import Count, Q, Sum

from workshops.models import AttendanceSource, Participant, PointsGiven, Prioritisation, Registration
from workshops.operations.points import lock_prioritisation
from workshops.survey_import.small_cells import LEAST_PEOPLE


def ballots(prioritisation: Prioritisation) -> tuple[int, dict[int, int]]:
    """How many gave points, and the sums by option; whoever shows them asks `LEAST_PEOPLE` first."""
    given = PointsGiven.objects.filter(option__prioritisation=prioritisation).order_by()
    voters: int = given.aggregate(n=Count("registration", distinct=True))["n"]
    return voters, dict(given.values_list("option").annotate(Sum("points")))


def count(prioritisation: Prioritisation) -> None:
    """Keep the sums, and of fewer than `LEAST_PEOPLE` none. The caller holds the lock and saves `voters`."""
    voters, sums = ballots(prioritisation)
    for option in prioritisation.options.all():
        option.points = sums.get(option.pk, 0) if voters >= LEAST_PEOPLE else None
        option.save(update_fields=["points"])
    prioritisation.voters = voters


def forget(prioritisation: Prioritisation) -> None:
    """Points are given again: what they come to is not known yet. As `count`."""
    prioritisation.options.update(points=None)
    prioritisation.voters = None


def keep_before_erasing(participant: Participant, *, now: datetime.datetime) -> None:
    """Weighings that ran out by the clock, and that nobody counted yet, in which this person gave points."""
    theirs = PointsGiven.objects.filter(registration__participant=participant)
    ran_out = Prioritisation.objects.filter(
        voters__isnull=True, closes_at__lte=now, pk__in=theirs.values("option__prioritisation")
    ).select_related("workshop")
    for each in ran_out.order_by("pk"):
        locked = lock_prioritisation(each.workshop)
        if locked.voters is None and not locked.is_open(now):
            count(locked)
            locked.save(update_fields=["voters"])


def not_seen(prioritisation: Prioritisation) -> int:
    """How many gave points and are not noted as there, though nobody unticked them: the provider, or nobody,
    found them. Their points count; a moderator may want to put their attendance right.

    Who was ticked off by hand is left out: otherwise the number would tell whether that person gave points.
    """
    absent = Q(has_attended=False) & ~Q(attendance_source=AttendanceSource.TICKED)
    return (
        Registration.objects.confirmed()
        .filter(absent, points_given__option__prioritisation=prioritisation)
        .distinct()
        .count()
    )
