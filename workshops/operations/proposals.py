"""Proposed measures: captured under an agenda item, then adopted, declined or merged by staff.

A decision is final and keeps who, when and why; the proposal keeps its origin for good.
"""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    Goal,
    LocalisedText,
    Measure,
    MeasureChange,
    ProposedMeasure,
    User,
    localised,
)
from workshops.operations import ordering, priorities
from workshops.operations.minutes import ITEM_REMOVED, clean_text, lock_to_write

Status = ProposedMeasure.Status
WITHDRAWN = _("Dieser Vorschlag wurde inzwischen zurückgenommen.")


@transaction.atomic
def propose(
    item: AgendaItem,
    *,
    title: str,
    by: User,
    description: str = "",
    now: datetime.datetime | None = None,
) -> ProposedMeasure:
    """Capture what was suggested under this item. The same title twice under one item is one proposal."""
    lock_to_write(item.workshop)
    if not AgendaItem.objects.filter(pk=item.pk).exists():
        raise Refusal("item_removed", ITEM_REMOVED)
    title = _clean_title(title)
    known = item.proposed_measures.undecided().filter(title=title).first()
    # A second click on the button, or the same form sent again after a lost answer.
    if known is not None and known.description == clean_text(description):
        return known
    return ProposedMeasure.objects.create(
        item=item,
        title=title,
        description=clean_text(description),
        created_at=now or timezone.now(),
        created_by=by,
    )


@transaction.atomic
def change(
    proposal: ProposedMeasure,
    *,
    title: str,
    description: str,
    seen_title: str,
    seen_description: str,
    by: User,
) -> None:
    """Other words, while undecided. Refuses with `edited_meanwhile` if it isn't what the person saw.

    Details: `title` and `description` as they are now.
    """
    lock_to_write(proposal.item.workshop)
    _lock_undecided(proposal)
    wanted = (_clean_title(title), clean_text(description))
    now_there = (proposal.title, proposal.description)
    if now_there == wanted:
        return
    if now_there != (_clean_title(seen_title), clean_text(seen_description)):
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes diesen Vorschlag geändert. Bitte beide Texte vergleichen."),
            title=proposal.title,
            description=proposal.description,
        )
    proposal.title, proposal.description = wanted
    proposal.save(update_fields=["title", "description"])


@transaction.atomic
def withdraw(proposal: ProposedMeasure, *, by: User) -> None:
    """Take back what was captured by mistake. What others were merged into stays."""
    lock_to_write(proposal.item.workshop)
    _lock_undecided(proposal)
    if proposal.merged_proposals.exists():
        raise Refusal(
            "others_went_into_it",
            _("Andere Vorschläge sind in diesem aufgegangen. Er kann nicht zurückgenommen werden."),
        )
    priorities.take_out(proposal)
    proposal.delete()


@transaction.atomic
def adopt(
    proposal: ProposedMeasure,
    *,
    goal: Goal,
    by: User,
    title: LocalisedText | None = None,
    description: LocalisedText | None = None,
    responsible: str = "",
    reason: str = "",
    position: int | None = None,
    now: datetime.datetime | None = None,
) -> Measure:
    """PROPOSED → ADOPTED: a measure under the goal, at `position` (1 = first), else last.

    Without texts of its own the measure takes those of the proposal.
    """
    now = now or timezone.now()
    # The goal before the proposal, always: two who adopt at once wait for each other here.
    if not list(Goal.objects.select_for_update().filter(pk=goal.pk)):
        raise Refusal("goal_removed", _("Dieses Ziel wurde inzwischen entfernt. Bitte ein anderes wählen."))
    _lock_undecided(proposal)
    if goal.guideline.field.process_id != proposal.item.workshop.process.pk:
        raise Refusal("goal_of_another_process", _("Dieses Ziel gehört zu einem anderen Prozess."))
    measure = Measure.objects.create(
        goal=goal,
        position=_make_room(goal, position),
        title=title or localised(proposal.title),
        description=localised(proposal.description) if description is None else description,
        responsible=responsible.strip(),
        adopted_at=now,
        adopted_by=by,
    )
    MeasureChange.objects.create(
        measure=measure, status=measure.status, note={}, changed_at=now, changed_by=by
    )
    proposal.measure = measure
    _decide(proposal, Status.ADOPTED, reason=reason, by=by, now=now)
    return measure


@transaction.atomic
def decline(
    proposal: ProposedMeasure, *, reason: str, by: User, now: datetime.datetime | None = None
) -> None:
    """PROPOSED → DECLINED, with a reason that the public reads beside the proposal."""
    _lock_undecided(proposal)
    if not clean_text(reason).strip():
        raise Refusal("no_reason", _("Bitte begründen, warum der Vorschlag abgelehnt wird."))
    _decide(proposal, Status.DECLINED, reason=reason, by=by, now=now or timezone.now())


@transaction.atomic
def merge(
    proposal: ProposedMeasure,
    *,
    into: ProposedMeasure,
    by: User,
    reason: str = "",
    now: datetime.datetime | None = None,
) -> None:
    """PROPOSED → MERGED into another that is still open or adopted; its fate is this one's from now on.

    What went into this one before goes along: one step leads from each proposal to what became of it.
    """
    if proposal.pk == into.pk:
        raise Refusal("into_itself", _("Ein Vorschlag kann nicht mit sich selbst zusammengeführt werden."))
    # Both in one order: two who merge A into B and B into A wait for each other, and the second is refused.
    list(ProposedMeasure.objects.select_for_update().filter(pk__in=[proposal.pk, into.pk]).order_by("pk"))
    _lock_undecided(proposal)
    into.refresh_from_db(fields=["status"])
    if into.status not in (Status.PROPOSED, Status.ADOPTED):
        raise Refusal(
            "target_is_settled",
            _("Der andere Vorschlag ist abgelehnt oder selbst aufgegangen. Bitte einen anderen wählen."),
        )
    if into.item.workshop.process.pk != proposal.item.workshop.process.pk:
        raise Refusal("another_process", _("Der andere Vorschlag gehört zu einem anderen Prozess."))
    proposal.merged_proposals.update(merged_into=into)
    proposal.merged_into = proposal.merged_by_hand_into = into
    _decide(proposal, Status.MERGED, reason=reason, by=by, now=now or timezone.now())


def _decide(
    proposal: ProposedMeasure, status: "Status", *, reason: str, by: User, now: datetime.datetime
) -> None:
    proposal.status = status
    proposal.decided_at, proposal.decided_by = now, by
    proposal.decision_reason = clean_text(reason).strip()
    proposal.save(
        update_fields=[
            "status",
            "decided_at",
            "decided_by",
            "decision_reason",
            "measure",
            "merged_into",
            "merged_by_hand_into",
        ]
    )
    events.proposal_decided.send(sender=ProposedMeasure, proposal=proposal, by=by)


def _make_room(goal: Goal, position: int | None) -> int:
    """The position of a new measure; those from there on go one further."""
    last = ordering.next_position(goal.measures.all())
    if position is None or position >= last:
        return last
    position = max(position, 1)
    for measure in goal.measures.filter(position__gte=position).order_by("-position"):
        measure.position += 1
        measure.save(update_fields=["position"])
    return position


def _lock_undecided(proposal: ProposedMeasure) -> None:
    item = proposal.item
    try:
        proposal.refresh_from_db(from_queryset=ProposedMeasure.objects.select_for_update(of=("self",)))
    except ProposedMeasure.DoesNotExist:
        raise Refusal("withdrawn", WITHDRAWN) from None
    proposal.item = item
    if proposal.is_decided:
        raise Refusal(
            "already_decided",
            _("Über diesen Vorschlag ist schon entschieden: %(status)s.")
            % {"status": proposal.get_status_display()},
        )


def _clean_title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refusal("no_title", _("Bitte einen Titel angeben."))
    return title
