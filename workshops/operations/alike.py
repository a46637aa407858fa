"""Proposals of a process that may mean the same, and pairs that somebody told apart.

A few are compared while the page waits. Many are compared by a worker (`compare_waiting`), which keeps what
it found; the page reads that, leaves out what was decided since, and says how many proposals still wait.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import similarity
from workshops.errors import Refusal
from workshops.models import NotAlike, ParticipationProcess, ProposalComparison, ProposedMeasure, User

Status = ProposedMeasure.Status

# So many are compared in half a second.
AT_ONCE = 150
# Somebody who judged so many will see the next ones then.
MOST_SHOWN = 200
# More than are shown: what is judged gives its place to the next without comparing anew.
MOST_KEPT = 2_000

_COMPARED = Q(status__in=[Status.PROPOSED, Status.ADOPTED])


@dataclass(frozen=True, slots=True)
class Pair:
    one: ProposedMeasure
    other: ProposedMeasure
    likeness: similarity.Likeness


@dataclass(frozen=True, slots=True)
class Found:
    """`is_cut`: there are more than these; `waiting`: proposals that a worker has still to compare."""

    pairs: list[Pair]
    is_cut: bool = False
    waiting: int = 0


def find(process: ParticipationProcess) -> Found:
    """The likeliest first: of what is undecided, also with what was adopted; not those told apart before."""
    rows = {
        row.pk: row
        for row in _compared(process)
        .select_related("item__workshop__series__field__process", "item__workshop__minutes")
        .prefetch_related("merged_proposals__item__workshop__series__field__process")
    }
    is_wanted = _wanted(rows)
    waiting = 0
    if len(rows) <= AT_ONCE:
        suggested = similarity.suggest(map(_text, rows.values()), most=MOST_SHOWN + 1, is_wanted=is_wanted)
    else:
        kept = ProposalComparison.objects.filter(process=process).first()
        suggested = [each for each in _read(kept) if {each.one, each.other} <= rows.keys()]
        suggested = [each for each in suggested if is_wanted(each.one, each.other)]
        known = kept.compared if kept else {}
        waiting = sum(known.get(str(row.pk)) != _hash(row) for row in rows.values())
    return Found(
        [Pair(rows[each.one], rows[each.other], each.likeness) for each in suggested[:MOST_SHOWN]],
        is_cut=len(suggested) > MOST_SHOWN,
        waiting=waiting,
    )


def compare_waiting(*, now: datetime.datetime, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Compare anew what isn't compared as it stands, process by process; how many processes that were."""
    done = 0
    here = "item__workshop__series__field__process"
    counted = ProposedMeasure.objects.filter(_COMPARED).order_by().values_list(here).annotate(n=Count("pk"))
    large = [pk for pk, n in counted if n > AT_ONCE]
    for process in ParticipationProcess.objects.filter(pk__in=large).order_by("pk"):
        if is_stopping():
            break
        done += _compare(process, now=now)
    return done


def _compare(process: ParticipationProcess, *, now: datetime.datetime) -> bool:
    """False: what is kept still holds."""
    rows = {row.pk: row for row in _compared(process)}
    compared = {str(row.pk): _hash(row) for row in rows.values()}
    is_wanted = _wanted(rows)
    kept = ProposalComparison.objects.filter(process=process).first()
    if kept is not None and compared.items() <= kept.compared.items():
        left = sum(
            {each.one, each.other} <= rows.keys() and is_wanted(each.one, each.other) for each in _read(kept)
        )
        if not kept.is_cut or left > MOST_SHOWN:
            return False
    found = similarity.suggest(map(_text, rows.values()), most=MOST_KEPT + 1, is_wanted=is_wanted)
    ProposalComparison.objects.update_or_create(
        process=process,
        defaults={
            "compared": compared,
            "pairs": [asdict(each) for each in found[:MOST_KEPT]],
            "is_cut": len(found) > MOST_KEPT,
            "compared_at": now,
        },
    )
    return True


def _compared(process: ParticipationProcess) -> QuerySet[ProposedMeasure]:
    return ProposedMeasure.objects.filter(_COMPARED, item__workshop__series__field__process=process)


def _wanted(rows: Mapping[int, ProposedMeasure]) -> Callable[[int, int], bool]:
    """Of two adopted ones nothing is to be decided any more, nor of two that somebody told apart."""
    told_apart = set(NotAlike.objects.filter(one__in=list(rows)).values_list("one", "other"))
    return lambda one, other: (
        (one, other) not in told_apart and Status.PROPOSED in (rows[one].status, rows[other].status)
    )


def _text(row: ProposedMeasure) -> similarity.Text:
    return similarity.Text(row.pk, row.title, row.description, row.language)


def _hash(row: ProposedMeasure) -> str:
    words = json.dumps([row.title, row.description, row.language])
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _read(kept: ProposalComparison | None) -> list[similarity.Suggestion]:
    return [_suggestion(each) for each in kept.pairs] if kept else []


def _suggestion(data: Mapping[str, Any]) -> similarity.Suggestion:
    told = data["likeness"]
    likeness = similarity.Likeness(
        score=told["score"],
        same=tuple(told["same"]),
        misspelt=tuple((one, other) for one, other in told["misspelt"]),
        translated=tuple((one, other) for one, other in told["translated"]),
    )
    return similarity.Suggestion(data["one"], data["other"], likeness)


@transaction.atomic
def tell_apart(
    one: ProposedMeasure, other: ProposedMeasure, *, by: User, now: datetime.datetime | None = None
) -> None:
    """The pair isn't suggested any more. Said twice, it is what the first said."""
    if one.pk == other.pk or one.item.workshop.process.pk != other.item.workshop.process.pk:
        raise Refusal("no_pair", _("Das sind nicht zwei Vorschläge desselben Prozesses."))
    first, second = sorted((one, other), key=lambda each: each.pk)
    # Withdrawn by its moderator while somebody looked at the pair.
    there = ProposedMeasure.objects.select_for_update(of=("self",), no_key=True)
    if len(there.filter(pk__in=[first.pk, second.pk]).order_by("pk")) < 2:
        raise Refusal("withdrawn", _("Dieser Vorschlag wurde inzwischen zurückgenommen."))
    NotAlike.objects.get_or_create(
        one=first, other=second, defaults={"said_at": now or timezone.now(), "said_by": by}
    )
