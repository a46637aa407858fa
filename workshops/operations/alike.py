"""Proposals of a process that may mean the same, and pairs that somebody told apart."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import similarity
from workshops.errors import Refusal
from workshops.models import NotAlike, ParticipationProcess, ProposedMeasure, User

Status = ProposedMeasure.Status


@dataclass(frozen=True, slots=True)
class Pair:
    one: ProposedMeasure
    other: ProposedMeasure
    likeness: similarity.Likeness


def pairs(process: ParticipationProcess) -> list[Pair]:
    """The likeliest first: of what is undecided, also with what was adopted; not those told apart before."""
    rows = {
        row.pk: row
        for row in ProposedMeasure.objects.filter(
            item__workshop__series__field__process=process, status__in=[Status.PROPOSED, Status.ADOPTED]
        )
        .select_related("item__workshop__series__field__process", "item__workshop__minutes")
        .prefetch_related("merged_proposals__item__workshop__series__field__process")
    }
    told_apart = set(NotAlike.objects.filter(one__in=rows).values_list("one", "other"))
    found = similarity.suggest(
        similarity.Text(row.pk, row.title, row.description, row.language) for row in rows.values()
    )
    return [
        Pair(rows[each.one], rows[each.other], each.likeness)
        for each in found
        if (each.one, each.other) not in told_apart
        and Status.PROPOSED in (rows[each.one].status, rows[each.other].status)
    ]


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
