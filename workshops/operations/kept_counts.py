"""Statistics stay when people go: what a deleted registration counted for is added to a number first.

Who is erased would otherwise be missing in the next report, and whoever compares the two would learn which
language, say, that person spoke.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, QuerySet

from workshops.models import KeptCounts, OrganisationKind, Registration, Workshop

PRIVATE, FOR_AN_ORGANISATION = "private", "organisation"


def kind_of(organisation: str, kind: str) -> str:
    """What they chose, a code of `OrganisationKind`; else only whether they came for themselves: a name that
    somebody wrote can't be sorted honestly."""
    if kind in OrganisationKind.values:
        return kind
    return FOR_AN_ORGANISATION if organisation.strip() else PRIVATE


@dataclass(slots=True)
class Counts:
    """Of people whose registrations are gone, by workshop (primary key) and, in the tables, by column."""

    registered: Counter[int] = field(default_factory=Counter)
    attended: Counter[int] = field(default_factory=Counter)
    comments: Counter[int] = field(default_factory=Counter)
    kinds: Counter[tuple[int, str]] = field(default_factory=Counter)
    languages: Counter[tuple[int, str]] = field(default_factory=Counter)
    sources: Counter[tuple[int, str]] = field(default_factory=Counter)


def of(workshops: Iterable[int]) -> Counts:
    """In one statement."""
    found = Counts()
    for row in KeptCounts.objects.filter(workshop__in=workshops):
        pk = row.workshop_id
        found.registered[pk], found.attended[pk] = row.registered, row.attended
        found.comments[pk] = row.comments
        for table, kept in (
            (found.kinds, row.kinds),
            (found.languages, row.languages),
            (found.sources, row.sources),
        ):
            table.update({(pk, column): count for column, count in kept.items()})
    return found


def languages_by_field(workshops: QuerySet[Workshop]) -> Counter[tuple[int, str]]:
    """How many came with which language, by action field (primary key); in one statement."""
    found: Counter[tuple[int, str]] = Counter()
    rows = KeptCounts.objects.filter(workshop__in=workshops)
    for pk, kept in rows.values_list("workshop__series__field", "languages"):
        found.update({(pk, language): count for language, count in kept.items()})
    return found


def keep(registrations: QuerySet[Registration], *, now: datetime.datetime) -> None:
    """Before these are deleted, in that transaction: add those that a report counts."""
    counted = (
        registrations.filter(
            status=Registration.Status.CONFIRMED,
            workshop__status=Workshop.Status.PUBLISHED,
            workshop__starts_at__lte=now,
        )
        .select_related("participant")
        .annotate(said=Count("minutes_comments"))
        .order_by("workshop", "pk")
    )
    for registration in counted:
        # Two who leave at once are added one after the other.
        KeptCounts.objects.get_or_create(workshop_id=registration.workshop_id)
        row = KeptCounts.objects.select_for_update().get(workshop=registration.workshop_id)
        row.registered += 1
        row.comments += registration.said
        if registration.has_attended:
            person = registration.participant
            row.attended += 1
            row.kinds = _and_one(row.kinds, kind_of(person.organisation, person.organisation_kind))
            row.languages = _and_one(row.languages, _known(person.language))
            row.sources = _and_one(row.sources, registration.attendance_source)
        row.save(update_fields=["registered", "attended", "comments", "kinds", "languages", "sources"])


def _known(language: str) -> str:
    """A column's name is kept: none that somebody could have typed."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _and_one(counts: Mapping[str, int], column: str) -> dict[str, int]:
    return {**counts, column: counts.get(column, 0) + 1}
