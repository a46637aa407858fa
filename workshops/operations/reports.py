"""The closing report: how many came, who they were in few words, and what came of it. Reads only.

How many came tells of nobody who they were; how many of them spoke which language may. Such counts of few
people are hidden as in the survey's evaluation, over all workshops of the process at once: one report and the
sum of all must not tell together what each of them hides (docs/adr/0031).
"""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from workshops.models import (
    AttendanceSource,
    Minutes,
    MinutesComment,
    ParticipationProcess,
    PhoneGuest,
    ProposedMeasure,
    Registration,
    Workshop,
)
from workshops.operations import kept_counts
from workshops.operations.kept_counts import kind_of
from workshops.survey_import import small_cells

# None: too few people.
Shown = int | None

# The row that sums up all workshops, beside their primary keys.
ALL = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Of one workshop, or of all (`workshop` is None)."""

    workshop: Workshop | None
    registered: int
    attended: int
    # Those who only called in, without being registered.
    by_phone: int
    kinds: Mapping[str, Shown]
    languages: Mapping[str, Shown]
    sources: Mapping[str, Shown]
    proposals: int
    comments: int
    open_comments: int
    # How many workshops' minutes stand where; of one workshop, a single one.
    minutes: Mapping[str, int]

    @property
    def share(self) -> int | None:
        """Of those with a seat, in per cent."""
        return round(self.attended * 100 / self.registered) if self.registered else None


@dataclass(frozen=True, slots=True)
class Reports:
    total: Report
    of_workshops: list[Report] = field(default_factory=list)

    def of(self, workshop: Workshop) -> Report | None:
        """None for one that hasn't begun, or doesn't take place."""
        return next(
            (one for one in self.of_workshops if one.workshop and one.workshop.pk == workshop.pk), None
        )


def of_process(process: ParticipationProcess, *, now: datetime.datetime) -> Reports:
    """Of all workshops that have begun, in a fixed number of statements."""
    workshops = list(
        Workshop.objects.of_process(process)
        .published()
        .filter(starts_at__lte=now)
        .select_related("series__field__process", "minutes")
        .order_by("starts_at", "pk")
    )
    ids = [workshop.pk for workshop in workshops]
    seats = Registration.objects.confirmed().filter(workshop__in=ids)
    came = list(
        seats.attended().values_list(
            *("workshop", "participant__language", "attendance_source"),
            *("participant__organisation", "participant__organisation_kind"),
        )
    )
    # … and of those whose rows are gone.
    kept = kept_counts.of(ids)
    kinds = _table(ids, kept.kinds + Counter((pk, kind_of(*named)) for pk, _l, _s, *named in came))
    languages = _table(ids, kept.languages + Counter((pk, language) for pk, language, *_rest in came))
    sources = _table(
        ids, kept.sources + Counter((pk, source) for pk, _l, source, *_rest in came), order=_sources
    )
    registered = kept.registered + _counts(seats, "workshop")
    attended = kept.attended + Counter(pk for pk, *_rest in came)
    by_phone = _counts(PhoneGuest.objects.filter(workshop__in=ids), "workshop")
    proposals = _counts(ProposedMeasure.objects.filter(item__workshop__in=ids), "item__workshop")
    comments = kept.comments + _counts(
        MinutesComment.objects.filter(item__workshop__in=ids), "item__workshop"
    )
    still_open = _counts(MinutesComment.objects.open().filter(item__workshop__in=ids), "item__workshop")

    def report(row: int, workshop: Workshop | None) -> Report:
        meant = workshops if workshop is None else [workshop]
        return Report(
            workshop=workshop,
            registered=sum(registered[each.pk] for each in meant),
            attended=sum(attended[each.pk] for each in meant),
            by_phone=sum(by_phone[each.pk] for each in meant),
            kinds=kinds[row],
            languages=languages[row],
            sources=sources[row],
            proposals=sum(proposals[each.pk] for each in meant),
            comments=sum(comments[each.pk] for each in meant),
            open_comments=sum(still_open[each.pk] for each in meant),
            minutes=Counter(_state(each) for each in meant),
        )

    return Reports(report(ALL, None), [report(each.pk, each) for each in workshops])


def _state(workshop: Workshop) -> str:
    """Of its minutes; "" if there are none."""
    minutes: Minutes | None = getattr(workshop, "minutes", None)
    return minutes.status if minutes is not None else ""


def _sources(code: str) -> int:
    return list(AttendanceSource.values).index(code)


def _table(
    ids: list[int], counts: Counter[tuple[int, str]], *, order: Callable[[str], int] | None = None
) -> dict[int, dict[str, Shown]]:
    """By workshop, and the sum of all; the columns most frequent first, or as `order` says."""
    totals: Counter[str] = Counter()
    for (_pk, column), n in counts.items():
        totals[column] += n
    columns = sorted(totals, key=order) if order else sorted(totals)
    rows = {ALL: {column: totals[column] for column in columns}}
    rows |= {pk: {column: counts[pk, column] for column in columns} for pk in ids}
    shown = small_cells.shown_with_totals(rows, total=ALL)
    # In an order that tells nothing of the counts that are hidden.
    if order is None:
        columns.sort(key=lambda column: (shown[ALL][column] is None, -(shown[ALL][column] or 0), column))
    return {row: {column: cells[column] for column in columns} for row, cells in shown.items()}


def _counts(rows: QuerySet[Any], by: str) -> Counter[int]:
    return Counter(dict(rows.order_by().values_list(by).annotate(n=Count("pk")).values_list(by, "n")))
