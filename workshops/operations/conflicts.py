"""What drafts and changes by hand break, so that a person sees it first and accepts what they saw."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from workshops.errors import Refusal
from workshops.models import ParticipationProcess, Workshop
from workshops.operations.planning_problem import placements_of, problem_of
from workshops.planning.problem import Problem
from workshops.planning.verify import Violation, verify


@dataclass(frozen=True, slots=True)
class Conflict:
    """`key`: the same broken rule, of the same workshops at the same times, has the same one again."""

    violation: Violation
    key: str


def conflicts_of(
    process: ParticipationProcess, judged: Sequence[Workshop], *, today: datetime.date
) -> list[Conflict]:
    """Every rule broken by `judged`: the drafts, and perhaps a published one with what is to be of it.

    The violations' positions are those in `judged`.
    """
    problem = problem_of(process, today=today, apart_from=[one for one in judged if one.is_published])
    found = verify(problem, placements_of(process, judged, problem.rooms))
    return [Conflict(one, _key(one, judged, problem)) for one in found]


def refuse_unseen(
    found: Collection[Conflict], judged: Sequence[Workshop], *, accepted: Collection[str], sentence: object
) -> None:
    """Refuse with `conflicts` (details `conflicts`; `drafts`: what their numbers mean), unless a person
    accepted each of them: one that is new since is shown first."""
    if any(one.key not in accepted for one in found):
        raise Refusal("conflicts", sentence, conflicts=list(found), drafts=list(judged))


def _key(violation: Violation, judged: Sequence[Workshop], problem: Problem) -> str:
    # Not by primary keys: a workshop that was only tried gets another one the next time.
    workshops = [judged[index] for index in violation.placements]
    told = (
        violation.breach.value,
        *(violation.field, violation.moderator, violation.room, violation.number),
        [(one.series_id, one.number, _utc(one.starts_at), _utc(one.ends_at)) for one in workshops],
        [(problem.fixed[index].field, _utc(problem.fixed[index].starts_at)) for index in violation.fixed],
    )
    return sha256(repr(told).encode()).hexdigest()[:20]


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat()
