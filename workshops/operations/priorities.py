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
from workshops.operations import guards, priority_counts
from workshops.operations.points import MOST_POINTS, lock_prioritisation

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
    points_each: int | None,
    closes_at: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> Prioritisation:
    """Everyone who came has `points_each` points (1 to 20), until `closes_at` or until somebody closes it.

    None: only raised hands are written down, even for a single proposal, and nobody gets a mail. Points may
    be opened later for the same list.
    """
    now = now or timezone.now()
    _lock(workshop)
    if not workshop.is_published:
        raise Refusal("not_published", _("Dieser Workshop findet nicht statt."))
    if now < workshop.starts_at:
        raise Refusal("not_begun", _("Der Workshop hat noch nicht begonnen: Noch ist niemand da."))
    if points_each is not None and not 1 <= points_each <= MOST_POINTS:
        raise Refusal("points_out_of_range", _("Möglich sind 1 bis 20 Punkte je Person."))
    _refuse_past(closes_at, now=now)
    proposals = _locked_proposals(workshop)
    found = (
        Prioritisation.objects.select_for_update(of=("self",), no_key=True).filter(workshop=workshop).first()
    )
    if found is not None:
        if not found.is_by_hands_only or points_each is None:
            raise Refusal("opened_already", _("Die Gewichtung ist schon eröffnet."))
        _refuse_frozen(found)
    if not proposals:
        raise Refusal("no_proposals", _("Zu diesem Handlungsfeld gibt es keine offenen Vorschläge."))
    if len(proposals) == 1 and points_each is not None:
        raise Refusal(
            "one_proposal",
            _("Es gibt erst einen offenen Vorschlag. Abwägen lässt sich erst zwischen mehreren."),
        )
    opened = {"points_each": points_each, "opened_at": now, "opened_by": by, "closes_at": closes_at}
    if found is None:
        found = Prioritisation.objects.create(workshop=workshop, **opened)
    else:
        for name, value in opened.items():
            setattr(found, name, value)
        found.save(update_fields=list(opened))
    _take_up(found, proposals)
    if points_each is not None:
        events.priorities_opened.send(sender=Prioritisation, prioritisation=found, by=by)
    return found


@transaction.atomic
def take_up(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> int:
    """Put proposals that were captured since it was opened at the end of the list; returns how many."""
    _lock(workshop)
    proposals = _locked_proposals(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if not prioritisation.is_by_hands_only and not prioritisation.is_open(now or timezone.now()):
        raise Refusal("not_open", _("Bitte die Gewichtung erst wieder eröffnen."))
    return _take_up(prioritisation, proposals)


@transaction.atomic
def close(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> None:
    """Nobody gives points any more, until it is opened again or frozen; now they are counted."""
    now = now or timezone.now()
    _lock(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if not prioritisation.is_open(now):
        raise Refusal("closed_already", _("Die Gewichtung ist schon beendet."))
    priority_counts.count(prioritisation)
    prioritisation.closed_at, prioritisation.closed_by = now, by
    prioritisation.save(update_fields=["closed_at", "closed_by", "voters"])


@transaction.atomic
def reopen(
    workshop: Workshop,
    *,
    by: User,
    closes_at: datetime.datetime | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """After it was closed, or ran out: what was given still stands, and can be changed until `closes_at`.

    The sums are gone with it and are counted anew at its next end.
    """
    now = now or timezone.now()
    _lock(workshop)
    prioritisation = lock_prioritisation(workshop)
    _refuse_frozen(prioritisation)
    if prioritisation.is_by_hands_only:
        raise Refusal("only_hands", _("Hier werden nur Handzeichen notiert."))
    if prioritisation.is_open(now):
        raise Refusal("open_already", _("Die Gewichtung läuft schon."))
    _refuse_past(closes_at, now=now)
    prioritisation.closed_at = prioritisation.closed_by = None
    prioritisation.closes_at = closes_at
    priority_counts.forget(prioritisation)
    prioritisation.save(update_fields=["closed_at", "closed_by", "closes_at", "voters"])
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
    if prioritisation.voters is None:
        priority_counts.count(prioritisation)
    PointsGiven.objects.filter(option__prioritisation=prioritisation).delete()
    prioritisation.frozen_at = now
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


def _take_up(prioritisation: Prioritisation, proposals: list[ProposedMeasure]) -> int:
    known = dict(prioritisation.options.values_list("proposal", "position"))
    new = [proposal for proposal in proposals if proposal.pk not in known]
    PrioritisedProposal.objects.bulk_create(
        PrioritisedProposal(prioritisation=prioritisation, proposal=proposal, position=position)
        for position, proposal in enumerate(new, start=max(known.values(), default=0) + 1)
    )
    return len(new)


def _refuse_frozen(prioritisation: Prioritisation) -> None:
    if prioritisation.frozen_at is not None:
        raise Refusal("frozen", FROZEN)


def _refuse_past(closes_at: datetime.datetime | None, *, now: datetime.datetime) -> None:
    if closes_at is not None and closes_at <= now:
        raise Refusal("closes_in_the_past", _("Das Ende muss in der Zukunft liegen."))
