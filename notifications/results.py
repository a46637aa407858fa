"""What mails tell of minutes, comments and decisions: asked of the database at the moment of sending.

So an answer or a decision stands in one mail only, and what was undone meanwhile in none (docs/adr/0031).
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from notifications.models import Channel, Delivery, Kind
from workshops import dates
from workshops.models import (
    Measure,
    Minutes,
    MinutesComment,
    ProposalDecision,
    ProposedMeasure,
    Registration,
    Workshop,
)

# Answers to one person's comments are told together when they are given within the same stretch of the clock.
# The mail goes a little after its end: an answer's transaction may still be under way.
ANSWERS_TOGETHER = datetime.timedelta(minutes=10)
GRACE = datetime.timedelta(minutes=1)

# Late in the working afternoon of the town, when that day's decisions and comments are there, and read on the
# way home.
DAILY_AT = datetime.time(17, 0)


def stretch_of(moment: datetime.datetime) -> datetime.datetime:
    """The end of the stretch of `ANSWERS_TOGETHER` in which a moment lies; it belongs to the next one."""
    length = ANSWERS_TOGETHER.total_seconds()
    return datetime.datetime.fromtimestamp((moment.timestamp() // length + 1) * length, datetime.UTC)


def submission_stamp(minutes: Minutes) -> str:
    """Which submission a mail is about: minutes may be reopened and submitted again."""
    return f"{minutes.submitted_at.timestamp():.6f}" if minutes.submitted_at else ""


def answered_in(delivery: Delivery) -> Sequence[MinutesComment]:
    """The answers to which this mail belongs: those of its registration in its stretch."""
    if delivery.planned_at is None:
        return []
    return list(
        MinutesComment.objects.filter(
            registration=delivery.registration_id,
            answered_at__gte=delivery.planned_at - ANSWERS_TOGETHER,
            answered_at__lt=delivery.planned_at,
        )
        .select_related("item")
        .order_by("item__position", "created_at", "pk")
    )


def decided_in(delivery: Delivery) -> Sequence[ProposalDecision]:
    """Decisions in force about proposals of the person's workshops, since their mail before this one.

    Of the workshops of which they wish to hear, from that wish on; of a proposal of theirs that went into
    another one, what becomes of that one.
    """
    if delivery.planned_at is None:
        return []
    decided = ProposalDecision.objects.filter(undone_at__isnull=True, decided_at__lt=delivery.planned_at)
    told_until = _earlier(delivery).aggregate(at=Max("planned_at"))["at"]
    if told_until is not None:
        decided = decided.filter(decided_at__gte=told_until)
    return _wished_for(delivery, decided)


def undone_in(delivery: Delivery) -> Sequence[ProposalDecision]:
    """Decisions of which a mail told the person, undone since their mail before this one.

    Undone before that mail was sent, it wasn't told: nothing is to be taken back.
    """
    if delivery.planned_at is None:
        return []
    earlier = list(_earlier(delivery).values_list("planned_at", "sent_at"))
    told = [(planned_at, sent_at) for planned_at, sent_at in earlier if planned_at and sent_at]
    if not told:
        return []
    told_until = max(planned_at for planned_at, _sent_at in earlier if planned_at)
    undone = ProposalDecision.objects.filter(undone_at__gte=told_until, undone_at__lt=delivery.planned_at)
    return [
        decision
        for decision in _wished_for(delivery, undone)
        if decision.undone_at is not None
        and any(
            decision.decided_at < planned_at and sent_at < decision.undone_at for planned_at, sent_at in told
        )
    ]


def _earlier(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        kind=Kind.PROPOSALS_DECIDED, participant=delivery.participant_id, planned_at__lt=delivery.planned_at
    )


def _wished_for(delivery: Delivery, decisions: QuerySet[ProposalDecision]) -> list[ProposalDecision]:
    mine = Registration.objects.confirmed().filter(participant=delivery.participant_id)
    wishes = {
        workshop: since
        for workshop, since in mine.values_list("workshop", "wants_outcome_at")
        if since is not None
    }
    found = (
        decisions.filter(
            Q(proposal__item__workshop__in=wishes) | Q(proposal__merged_proposals__item__workshop__in=wishes)
        )
        .select_related("proposal__item__workshop__series__field", "into")
        .select_related("proposal__measure", "proposal__merged_into__measure")
        .prefetch_related("proposal__merged_proposals__item")
        .order_by("decided_at", "pk")
        .distinct()
    )
    return [
        decision
        for decision in found
        if any(wishes[pk] <= decision.decided_at for pk in _workshops_of(decision) & wishes.keys())
    ]


def _measure_of(proposal: ProposedMeasure) -> Measure | None:
    """What it became itself, or by way of the one that it went into."""
    root = proposal.merged_into
    return proposal.measure or (root.measure if root is not None else None)


def _workshops_of(decision: ProposalDecision) -> set[int]:
    proposal = decision.proposal
    return {each.item.workshop_id for each in (proposal, *proposal.merged_proposals.all())}


# --- values of the templates ----------------------------------------------------------------------


def review(delivery: Delivery, own_url: str) -> dict[str, Any]:
    """`own_url`: the page of the person's link, "" if nobody can take it down."""
    return {
        "until": dates.placed_moment_text(review_ends_at(delivery), delivery.process),
        "comment_url": f"{own_url}{delivery.workshop_id}/minutes/" if own_url else "",
        "contribute_url": own_url,
    }


def review_ends_at(delivery: Delivery) -> datetime.datetime:
    ends_at = _minutes_of(delivery.workshop).review_ends_at
    assert ends_at is not None
    return ends_at


def answers(delivery: Delivery, own_url: str) -> dict[str, Any]:
    person = delivery.participant
    # What somebody wrote goes to nobody who hasn't said that the mailbox is theirs; the page asks first.
    is_quoted = delivery.channel != Channel.EMAIL or person is None or not person.awaits_owner
    return {
        "answers": [
            {
                "item": comment.item.title,
                "text": comment.text if is_quoted else "",
                "outcome": comment.get_outcome_display(),
                "answer": comment.answer if is_quoted else "",
            }
            for comment in answered_in(delivery)
        ],
        "comment_url": f"{own_url}{delivery.workshop_id}/minutes/" if own_url else "",
    }


def decisions(delivery: Delivery, own_url: str) -> dict[str, Any]:
    return {
        "decisions": [
            {
                "workshop": decision.proposal.item.workshop,
                "title": decision.proposal.title,
                "language": decision.proposal.language,
                "outcome": decision.get_status_display(),
                "measure": measure.title if (measure := _measure_of(decision.proposal)) else "",
                "into": decision.into.title if decision.into else "",
                "into_language": decision.into.language if decision.into else "",
                "reason": decision.reason,
            }
            for decision in decided_in(delivery)
        ],
        "undone": [
            {
                "workshop": decision.proposal.item.workshop,
                "title": decision.proposal.title,
                "language": decision.proposal.language,
                "outcome": decision.get_status_display(),
                "day": dates.day_text(decision.decided_at, delivery.process),
            }
            for decision in undone_in(delivery)
        ],
        "measures_url": page_url("workshops:measures", delivery.process.slug),
        "contribute_url": own_url,
    }


def comments(delivery: Delivery) -> dict[str, Any]:
    """How many are open; what they say is read on the page, where it can be answered."""
    return {
        "open_count": _open_comments(delivery).count(),
        "page_url": page_url("workshops:moderate_comments", delivery.workshop_id),
    }


def page_url(route: str, *args: object) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=args)}"


# --- still wanted? --------------------------------------------------------------------------------


def review_is_over(delivery: Delivery, now: datetime.datetime) -> str:
    if delivery.registration is None or not delivery.registration.has_attended:
        return "registration_changed"
    minutes = Minutes.objects.filter(workshop=delivery.workshop_id).first()
    if minutes is None or not minutes.takes_comments(now):
        return "review_over"
    # Reopened and submitted again: another mail says until when.
    return "" if f":{submission_stamp(minutes)}:" in delivery.key else "superseded"


def comments_are_answered(delivery: Delivery, now: datetime.datetime) -> str:
    if not _open_comments(delivery).exists():
        return "nothing_to_tell"
    user, workshop = delivery.user, delivery.workshop
    if user is None or workshop is None:
        return "workshop_gone"
    is_leading = workshop.moderators.filter(pk=user.pk).exists()
    return "" if is_leading or user.is_staff else "not_a_moderator"


def _open_comments(delivery: Delivery) -> QuerySet[MinutesComment]:
    return MinutesComment.objects.open().filter(item__workshop=delivery.workshop_id)


def nothing_was_answered(delivery: Delivery, now: datetime.datetime) -> str:
    return "" if answered_in(delivery) else "nothing_to_tell"


def nothing_was_decided(delivery: Delivery, now: datetime.datetime) -> str:
    return "" if decided_in(delivery) or undone_in(delivery) else "nothing_to_tell"


def _minutes_of(workshop: Workshop | None) -> Minutes:
    assert workshop is not None
    return Minutes.objects.get(workshop=workshop)
