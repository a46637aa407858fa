"""Decisions about proposals: each is written down for good, also one that is undone.

A merging is an edge from a proposal to the one that somebody chose (`merged_by_hand_into`). The edges form
trees; `merged_into` names the root, in one step. Whoever changes a tree locks the process first: the trees of
a process change one after the other.
"""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    Goal,
    Measure,
    ParticipationProcess,
    PlanVersion,
    ProposalDecision,
    ProposedMeasure,
    User,
)
from workshops.operations import plan_versions
from workshops.operations.minutes import clean_text

Status = ProposedMeasure.Status
WITHDRAWN = _("Dieser Vorschlag wurde inzwischen zurückgenommen.")
_COLUMNS = [
    *("status", "decided_at", "decided_by", "decision_reason"),
    *("measure", "merged_into", "merged_by_hand_into"),
]


def decide(
    proposal: ProposedMeasure, status: "Status", *, reason: str, by: User, now: datetime.datetime
) -> None:
    """Called by `proposals`, which holds the row's lock and has set what the proposal became."""
    _set_status(proposal, status)
    proposal.decided_at, proposal.decided_by = now, by
    proposal.decision_reason = clean_text(reason).strip()
    proposal.save(update_fields=_COLUMNS)
    ProposalDecision.objects.create(
        proposal=proposal,
        status=status,
        decided_at=now,
        decided_by=by,
        reason=proposal.decision_reason,
        into=proposal.merged_by_hand_into,
    )
    events.proposal_decided.send(sender=ProposedMeasure, proposal=proposal, by=by)


@transaction.atomic
def unmerge(proposal: ProposedMeasure, *, by: User, now: datetime.datetime | None = None) -> None:
    """MERGED → PROPOSED: it stands by itself again, with everything that somebody merged into it."""
    lock_trees(proposal)
    lock(proposal)
    if proposal.status != Status.MERGED:
        raise Refusal("not_merged", _("Dieser Vorschlag ist in keinem anderen aufgegangen."))
    brought_along = _under(proposal)
    _undo(proposal, by=by, now=now or timezone.now())
    ProposedMeasure.objects.filter(pk__in=brought_along).update(merged_into=proposal)


@transaction.atomic
def reopen(proposal: ProposedMeasure, *, by: User, now: datetime.datetime | None = None) -> None:
    """DECLINED or ADOPTED → PROPOSED. The measure of an adopted one goes, so only while nothing came of it:

    it is still planned, no other proposal became it, its history is its adoption alone, it has no milestone,
    and the council has adopted no version of the plan with it.
    """
    # As `proposals.adopt` does: the goal, then the measure, then the proposal.
    measure = proposal.measure
    if measure is not None:
        list(Goal.objects.select_for_update().filter(pk=measure.goal_id))
        measure = Measure.objects.select_for_update().filter(pk=measure.pk).first()
    lock(proposal)
    if proposal.status not in (Status.DECLINED, Status.ADOPTED):
        raise Refusal("not_decided", _("Über diesen Vorschlag ist nicht entschieden."))
    # Reopened and adopted anew between the look and the lock.
    if proposal.measure_id != (measure and measure.pk):
        raise Refusal("decided_meanwhile", _("Jemand anderes hat inzwischen anders entschieden."))
    if measure is not None:
        _refuse_with_history(measure, proposal)
    _undo(proposal, by=by, now=now or timezone.now())
    if measure is not None:
        measure.delete()


def lock_trees(proposal: ProposedMeasure) -> None:
    ParticipationProcess.objects.select_for_update(no_key=True).get(pk=proposal.item.workshop.process.pk)


def lock(proposal: ProposedMeasure) -> None:
    """Lock the row and bring the instance up to date; refuses with `withdrawn` if it is gone."""
    item = proposal.item
    try:
        proposal.refresh_from_db(from_queryset=ProposedMeasure.objects.select_for_update(of=("self",)))
    except ProposedMeasure.DoesNotExist:
        raise Refusal("withdrawn", WITHDRAWN) from None
    proposal.item = item


def lock_undecided(proposal: ProposedMeasure) -> None:
    lock(proposal)
    if proposal.is_decided:
        raise Refusal(
            "already_decided",
            _("Über diesen Vorschlag ist schon entschieden: %(status)s.")
            % {"status": proposal.get_status_display()},
        )


def _set_status(proposal: ProposedMeasure, status: "Status") -> None:
    proposal.status = status


def _undo(proposal: ProposedMeasure, *, by: User, now: datetime.datetime) -> None:
    proposal.decisions.filter(undone_at__isnull=True).update(undone_at=now, undone_by=by)
    _set_status(proposal, Status.PROPOSED)
    proposal.decided_at = proposal.decided_by = None
    proposal.measure = proposal.merged_into = proposal.merged_by_hand_into = None
    proposal.decision_reason = ""
    proposal.save(update_fields=_COLUMNS)


def _under(proposal: ProposedMeasure) -> list[int]:
    """Whatever hangs under it, by however many edges."""
    found: list[int] = []
    level = [proposal.pk]
    while level:
        level = list(
            ProposedMeasure.objects.filter(merged_by_hand_into__in=level).values_list("pk", flat=True)
        )
        found += level
    return found


def _refuse_with_history(measure: Measure, proposal: ProposedMeasure) -> None:
    process = measure.goal.guideline.field.process
    is_in_the_councils_plan = any(
        any(each.id == measure.pk for each in plan_versions.read(version).measures)
        for version in PlanVersion.objects.filter(~Q(adopted_on=None), process=process)
    )
    if (
        measure.status != Measure.Status.PLANNED
        or measure.proposals.exclude(pk=proposal.pk).exists()
        or measure.changes.count() > 1
        or measure.milestones.exists()
        or is_in_the_councils_plan
    ):
        raise Refusal(
            "measure_has_history",
            _(
                "Aus diesem Vorschlag ist eine Maßnahme geworden, mit der es schon weiterging. "
                "Sie kann aufgegeben, aber nicht mehr zurückgenommen werden."
            ),
        )
