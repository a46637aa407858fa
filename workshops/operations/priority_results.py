"""What the points for proposals come to. Nobody sees who gave which: only sums, and only of enough people.

While points are given, sums are shown to no one, moderators and staff included; nor are those of fewer than
`LEAST_PEOPLE` afterwards, and the order of the list doesn't tell them either: with one voter a sum is that
person's ballot. Hands that were raised in the room were seen by all who were there.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from workshops.models import PointsGiven, Prioritisation, PrioritisedProposal, ProposedMeasure
from workshops.operations import priority_counts
from workshops.survey_import.small_cells import LEAST_PEOPLE


@dataclass(frozen=True, slots=True)
class Share:
    """What one proposal got itself."""

    proposal: ProposedMeasure
    points: int | None
    hands: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with what went into it: `shares` names each, if there is more than itself."""

    proposal: ProposedMeasure
    points: int | None
    hands: int | None
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`points` are shown only if `is_shown`, else None; nor are fewer `voters` than `LEAST_PEOPLE`."""

    voters: int | None
    is_shown: bool
    has_hands: bool
    rows: tuple[Row, ...]


def result_of(prioritisation: Prioritisation, *, now: datetime.datetime) -> Result:
    """By root: the points of a merged proposal count where it went. Most points first, then most hands."""
    options = list(
        prioritisation.options.select_related(
            "proposal__item__workshop__series__field",
            "proposal__item__workshop__minutes",
            "proposal__merged_into__item__workshop__series__field",
            "proposal__merged_into__item__workshop__minutes",
        ).order_by("position")
    )
    if prioritisation.voters is not None:
        voters = prioritisation.voters
        sums = {option.pk: option.points for option in options if option.points is not None}
    else:
        voters, sums = priority_counts.ballots(prioritisation)
    are_enough = voters >= LEAST_PEOPLE
    is_shown = are_enough and not prioritisation.is_open(now)
    by_root: dict[int, list[Share]] = {}
    roots: dict[int, ProposedMeasure] = {}
    for option in options:
        root = option.proposal.merged_into or option.proposal
        roots.setdefault(root.pk, root)
        points = sums.get(option.pk, 0) if is_shown else None
        by_root.setdefault(root.pk, []).append(Share(option.proposal, points, option.hands))
    rows = [_row(roots[pk], shares) for pk, shares in by_root.items()]
    rows.sort(key=lambda row: (-(row.points or 0), -(row.hands or 0)))
    has_hands = any(option.hands is not None for option in options)
    return Result(voters if are_enough else None, is_shown, has_hands, tuple(rows))


def _row(root: ProposedMeasure, shares: Sequence[Share]) -> Row:
    is_only_itself = len(shares) == 1 and shares[0].proposal.pk == root.pk
    return Row(
        root,
        _sum(share.points for share in shares),
        _sum(share.hands for share in shares),
        () if is_only_itself else tuple(shares),
    )


@dataclass(frozen=True, slots=True)
class Weight:
    """Over all workshops in which a proposal, or what went into it, was weighed."""

    points: int | None
    hands: int | None


def weights(proposals: Iterable[ProposedMeasure], *, now: datetime.datetime) -> dict[int, Weight]:
    """By primary key, of those that were weighed at all; three statements for however many."""
    pks = {proposal.pk for proposal in proposals}
    options = list(
        PrioritisedProposal.objects.filter(
            Q(proposal__in=pks) | Q(proposal__merged_into__in=pks)
        ).select_related("prioritisation", "proposal")
    )
    # Ended by the clock, and not counted yet; of those that are open nothing is told.
    ended = {
        option.prioritisation_id
        for option in options
        if option.prioritisation.voters is None and not option.prioritisation.is_open(now)
    }
    given = PointsGiven.objects.filter(option__prioritisation__in=ended).order_by()
    voters = dict(given.values_list("option__prioritisation").annotate(Count("registration", distinct=True)))
    sums = dict(given.values_list("option").annotate(Sum("points")))
    found: defaultdict[int, list[tuple[int | None, int | None]]] = defaultdict(list)
    for option in options:
        points = option.points
        if option.prioritisation_id in ended and voters.get(option.prioritisation_id, 0) >= LEAST_PEOPLE:
            points = sums.get(option.pk, 0)
        # A merged one has its own, and its root has both.
        for pk in (option.proposal_id, option.proposal.merged_into_id):
            if pk in pks:
                found[pk].append((points, option.hands))
    return {
        pk: Weight(_sum(points for points, _hands in each), _sum(hands for _points, hands in each))
        for pk, each in found.items()
    }


def _sum(numbers: Iterable[int | None]) -> int | None:
    """None if none is known."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
