"""Points for the proposals of a field, from those who came to one workshop.

Opened, given, closed (and opened again), and frozen with the minutes: from then on only sums are known.
Lock order: workshop → proposals → prioritisation → registration. They are given in `points`; what they come
to is said by `priority_results`.
"""

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    Minutes,
    PointsGiven,
    Prioritisation,
    PrioritisedProposal,
    ProposedMeasure,
    User,
    Workshop,
)
from workshops.operations import guards
from workshops.operations.points import MOST_POINTS, lock_prioritisation, who_came
from workshops.survey_import.small_cells import LEAST_PEOPLE

FROZEN = _("Das Ergebnis steht seit der Veröffentlichung des Protokolls fest und ändert sich nicht mehr.")


def proposals_of_field(workshop: Workshop) -> QuerySet[ProposedMeasure]:
    """What can be given points: the undecided proposals of all workshops of the series, in a stable order.

    A merged one counts through its root, which may come from another field.
    """
    of_series = Q(item__workshop__series=workshop.series_id)
    merged = ProposedMeasure.objects.filter(of_series, status=ProposedMeasure.Status.MERGED)
    return (
        ProposedMeasure.objects.undecided()
        .filter(of_series | Q(pk__in=merged.values("merged_into")))
        .select_related("item__workshop__series__field")
        .order_by("item__workshop__starts_at", "item__workshop", "item__position", "created_at", "pk")
    )


@transaction.atomic
def open_(
    workshop: Workshop,
    *,
    by: User,
    points_each: int,
    closes_at: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> Prioritisation:
    """Everyone who came has `points_each` points (1 to 20), until `closes_at` or until somebody closes it."""
    now = now or timezone.now()
    _lock(workshop)
    if not workshop.is_published:
        raise Refusal("not_published", _("Dieser Workshop findet nicht statt."))
    if now < workshop.starts_at:
        raise Refusal("not_begun", _("Der Workshop hat noch nicht begonnen: Noch ist niemand da."))
    if Prioritisation.objects.filter(workshop=workshop).exists():
        raise Refusal("opened_already", _("Die Gewichtung ist schon eröffnet."))
    if not 1 <= points_each <= MOST_POINTS:
        raise Refusal("points_out_of_range", _("Möglich sind 1 bis 20 Punkte je Person."))
    _refuse_past(closes_at, now=now)
    proposals = _locked_proposals(workshop)
    if not proposals:
        raise Refusal("no_proposals", _("Zu diesem Handlungsfeld gibt es keine offenen Vorschläge."))
    if len(proposals) == 1:
        raise Refusal(
            "one_proposal",
            _("Es gibt erst einen offenen Vorschlag. Abwägen lässt sich erst zwischen mehreren."),
        )
    prioritisation = Prioritisation.objects.create(
        workshop=workshop, points_each=points_each, opened_at=now, opened_by=by, closes_at=closes_at
    )
    _append(prioritisation, proposals, after=0)
    events.priorities_opened.send(sender=Prioritisation, prioritisation=prioritisation, by=by)
    return prioritisation


@transaction.atomic
def take_up(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> int:
    """Put proposals that were captured since it was opened at the end of the list; returns how many."""
    _lock(workshop)
    proposals = _locked_proposals(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if not prioritisation.is_open(now or timezone.now()):
        raise Refusal("not_open", _("Bitte die Gewichtung erst wieder eröffnen."))
    known = dict(prioritisation.options.values_list("proposal", "position"))
    new = [proposal for proposal in proposals if proposal.pk not in known]
    _append(prioritisation, new, after=max(known.values(), default=0))
    return len(new)


@transaction.atomic
def close(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> None:
    """Nobody gives points any more, until it is opened again or frozen."""
    now = now or timezone.now()
    _lock(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if not prioritisation.is_open(now):
        raise Refusal("closed_already", _("Die Gewichtung ist schon beendet."))
    prioritisation.closed_at, prioritisation.closed_by = now, by
    prioritisation.save(update_fields=["closed_at", "closed_by"])


@transaction.atomic
def reopen(
    workshop: Workshop,
    *,
    by: User,
    closes_at: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """After it was closed, or ran out: what was given still stands, and can be changed until `closes_at`."""
    now = now or timezone.now()
    _lock(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if prioritisation.is_open(now):
        raise Refusal("open_already", _("Die Gewichtung läuft schon."))
    _refuse_past(closes_at, now=now)
    prioritisation.closed_at = prioritisation.closed_by = None
    prioritisation.closes_at = closes_at
    prioritisation.save(update_fields=["closed_at", "closed_by", "closes_at"])
    events.priorities_opened.send(sender=Prioritisation, prioritisation=prioritisation, by=by)


@transaction.atomic
def note_hands(
    workshop: Workshop, *, counts: Mapping[int, int | None], seen: Mapping[int, int | None], by: User
) -> int:
    """A show of hands in the room, by option; None: nobody asked. Returns how many numbers changed.

    Only what differs from what the person saw is a change. Refuses with `edited_meanwhile`, writing nothing,
    if somebody else wrote another number there since; details: `hands`, what stands there now, by option.
    """
    _lock(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    options = {option.pk: option for option in prioritisation.options.all()}
    named = [pk for pk, count in counts.items() if count != seen.get(pk)]
    if not set(named) <= options.keys():
        raise Refusal("option_removed", _("Ein Vorschlag wurde inzwischen zurückgenommen."))
    conflicts = {pk: options[pk].hands for pk in named if options[pk].hands not in (seen.get(pk), counts[pk])}
    if conflicts:
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes Handzeichen eingetragen. Bitte vergleichen und neu speichern."),
            hands=conflicts,
        )
    changed = [options[pk] for pk in named if options[pk].hands != counts[pk]]
    for option in changed:
        option.hands = counts[option.pk]
        option.save(update_fields=["hands"])
    return len(changed)


def freeze(workshop: Workshop, *, by: User, now: datetime.datetime) -> None:
    """Keep the sums and forget who gave what; called by `minutes.publish`, which has locked the workshop.

    Of fewer than `LEAST_PEOPLE` not even sums are kept: they could be one person's own points. Minutes that
    are taken back don't undo it, since nobody knows the single points any more. Twice is once.
    """
    prioritisation = (
        Prioritisation.objects.select_for_update(of=("self",), no_key=True)
        .filter(workshop=workshop, frozen_at__isnull=True)
        .first()
    )
    if prioritisation is None:
        return
    of_it = PointsGiven.objects.filter(option__prioritisation=prioritisation)
    given = list(
        of_it.filter(registration__in=who_came(workshop, now=now))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    voters = len({each.registration_id for each in given})
    for option in prioritisation.options.all():
        points = sum(each.points for each in given if each.option_id == option.pk)
        option.points = points if voters >= LEAST_PEOPLE else None
        option.save(update_fields=["points"])
    of_it.delete()
    prioritisation.frozen_at, prioritisation.voters = now, voters
    if prioritisation.closed_at is None:
        prioritisation.closed_at, prioritisation.closed_by = now, by
    prioritisation.save(update_fields=["frozen_at", "voters", "closed_at", "closed_by"])


def take_out(proposal: ProposedMeasure) -> None:
    """Of a proposal that is about to be withdrawn; `proposals.withdraw` holds its lock.

    Refuses with `prioritised` once anybody found it important: that must not vanish.
    """
    options = PrioritisedProposal.objects.filter(proposal=proposal)
    found = list(
        Prioritisation.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=options.values("prioritisation"))
        .order_by("pk")
    )
    is_told = options.filter(hands__gt=0).exists() or PointsGiven.objects.filter(option__in=options).exists()
    if is_told or any(each.frozen_at for each in found):
        raise Refusal(
            "prioritised",
            _(
                "Teilnehmende haben diesen Vorschlag schon gewichtet. Er kann nicht mehr zurückgenommen "
                "werden; die Verwaltung kann ihn ablehnen oder mit einem anderen zusammenführen."
            ),
        )
    options.delete()


def _lock(workshop: Workshop) -> None:
    """Refuses what can't change any more. The check is `minutes`' own, which asks us: no arrow back."""
    guards.lock_workshop(workshop)
    if workshop.is_cancelled:
        raise Refusal("cancelled", _("Dieser Workshop ist abgesagt. Es gibt nichts zu gewichten."))
    if Minutes.objects.filter(workshop=workshop, status=Minutes.Status.PUBLISHED).exists():
        raise Refusal("minutes_published", FROZEN)


def _locked_proposals(workshop: Workshop) -> list[ProposedMeasure]:
    """As they are now: who withdraws, decides or merges one of them waits, or we do."""
    found = proposals_of_field(workshop)
    pks = [proposal.pk for proposal in found]
    locked = ProposedMeasure.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks)
    list(locked.order_by("pk"))
    return list(found.filter(pk__in=pks))


def _append(prioritisation: Prioritisation, proposals: list[ProposedMeasure], *, after: int) -> None:
    PrioritisedProposal.objects.bulk_create(
        PrioritisedProposal(prioritisation=prioritisation, proposal=proposal, position=position)
        for position, proposal in enumerate(proposals, start=after + 1)
    )


def _refuse_frozen(prioritisation: Prioritisation) -> None:
    if prioritisation.frozen_at is not None:
        raise Refusal("frozen", FROZEN)


def _refuse_past(closes_at: datetime.datetime | None, *, now: datetime.datetime) -> None:
    if closes_at is not None and closes_at <= now:
        raise Refusal("closes_in_the_past", _("Das Ende muss in der Zukunft liegen."))
