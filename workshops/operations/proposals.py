"""Proposed measures: captured under an agenda item, then adopted, declined or merged by staff.

The proposal keeps its origin for good; what is decided is written down, and undone, in `decisions`.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import similarity
from workshops.errors import Refusal
from workshops.models import (
    AgendaItem,
    Goal,
    LocalisedText,
    Measure,
    MeasureChange,
    MeasureDetails,
    ProposedMeasure,
    SurveyComment,
    User,
    localised,
)
from workshops.operations import ordering, priorities, survey_origins
from workshops.operations.decisions import WITHDRAWN, decide, lock, lock_trees, lock_undecided
from workshops.operations.minutes import ITEM_REMOVED, clean_text, lock_to_write

__all__ = ["WITHDRAWN", "adopt", "change", "decline", "edition", "merge", "propose", "withdraw"]

Status = ProposedMeasure.Status
# Languages that no German text can be taken for.
_BY_SCRIPT = ("ar", "uk", "ru")


@transaction.atomic
def propose(
    item: AgendaItem,
    *,
    title: str,
    by: User,
    description: str = "",
    details: Mapping[str, str] | None = None,
    language: str = "",
    survey_comments: Collection[SurveyComment] = (),
    captured_as: uuid.UUID | None = None,
    now: datetime.datetime | None = None,
) -> ProposedMeasure:
    """Capture what was suggested under this item. The same words twice under one item are one proposal.

    `captured_as`: the form in which it was typed, made with its page. What was sent from it once, and is sent
    again after a lost answer, is that proposal, whatever became of it; other words from it are another one.
    `details`: any of `MeasureDetails.DETAILS`; `survey_comments`: what it takes up, of the item's field.
    """
    lock_to_write(item.workshop)
    # The version that stands there at this moment; whoever writes holds the lock on the workshop as well.
    version = AgendaItem.objects.filter(pk=item.pk).values_list("version", flat=True).first()
    if version is None:
        raise Refusal("item_removed", ITEM_REMOVED)
    _refuse_foreign(survey_comments, item)
    title = _clean_title(title)
    words = {
        "description": clean_text(description),
        "language": language,
        **_clean_details(details or {}),
    }
    # A second click on the button, or the same form sent again after a lost answer. Other details are no
    # repetition: nothing typed is lost.
    key = uuid.uuid5(captured_as, json.dumps([title, words])) if captured_as else None
    known = item.proposed_measures.filter(captured_as=key).first() if key else None
    known = known or item.proposed_measures.undecided().filter(title=title, **words).first()
    if known is not None:
        # Taken up by the one or the other: it belongs to the one proposal that they are.
        known.survey_comments.add(*survey_comments)
        return known
    made = ProposedMeasure.objects.create(
        item=item,
        item_version=version,
        title=title,
        created_at=now or timezone.now(),
        created_by=by,
        captured_as=key,
        **words,
    )
    made.survey_comments.set(survey_comments)
    return made


def edition(proposal: ProposedMeasure) -> str:
    """Short for its details and the survey comments it takes up, as a form carries them along."""
    comments = sorted(proposal.survey_comments.values_list("pk", flat=True))
    words = [proposal.language, [getattr(proposal, name) for name in MeasureDetails.DETAILS], comments]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


@transaction.atomic
def change(
    proposal: ProposedMeasure,
    *,
    title: str,
    description: str,
    seen_title: str,
    seen_description: str,
    by: User,
    details: Mapping[str, str] | None = None,
    language: str | None = None,
    survey_comments: Collection[SurveyComment] | None = None,
    seen: str = "",
) -> None:
    """Other words, while undecided. Refuses with `edited_meanwhile` if it isn't what the person saw.

    `seen`: the edition of details, language and comments; each of these that is None stays as it is.
    The refusal's details: `title` and `description` as they are now.
    """
    lock_to_write(proposal.item.workshop)
    lock_undecided(proposal)
    wanted = (_clean_title(title), clean_text(description))
    now_there = (proposal.title, proposal.description)
    more = _clean_details(details or {})
    if language is not None:
        more["language"] = language
    is_more = any(getattr(proposal, name) != value for name, value in more.items())
    if survey_comments is not None:
        _refuse_foreign(survey_comments, proposal.item)
        is_more = is_more or {*proposal.survey_comments.all()} != {*survey_comments}
    if now_there == wanted and not is_more:
        return
    is_seen = now_there in (wanted, (_clean_title(seen_title), clean_text(seen_description)))
    if not is_seen or (is_more and seen != edition(proposal)):
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes diesen Vorschlag geändert. Bitte beide Texte vergleichen."),
            title=proposal.title,
            description=proposal.description,
        )
    proposal.title, proposal.description = wanted
    for name, value in more.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["title", "description", *more])
    if survey_comments is not None:
        proposal.survey_comments.set(survey_comments)
        survey_origins.forget_unused_of(proposal.item)


@transaction.atomic
def withdraw(proposal: ProposedMeasure, *, by: User) -> None:
    """Take back what was captured by mistake. What others were merged into stays."""
    lock_to_write(proposal.item.workshop)
    lock_undecided(proposal)
    if proposal.merged_proposals.exists():
        raise Refusal(
            "others_went_into_it",
            _("Andere Vorschläge sind in diesem aufgegangen. Er kann nicht zurückgenommen werden."),
        )
    priorities.take_out(proposal)
    proposal.delete()
    survey_origins.forget_unused_of(proposal.item)


@transaction.atomic
def adopt(
    proposal: ProposedMeasure,
    *,
    goal: Goal,
    by: User,
    title: LocalisedText | None = None,
    description: LocalisedText | None = None,
    details: Mapping[str, str] | None = None,
    reason: str = "",
    position: int | None = None,
    now: datetime.datetime | None = None,
) -> Measure:
    """PROPOSED → ADOPTED: a measure under the goal, at `position` (1 = first), else last.

    Without texts or `details` of its own the measure takes those of the proposal, in its language.
    """
    now = now or timezone.now()
    # The goal before the proposal, always: two who adopt at once wait for each other here.
    if not list(Goal.objects.select_for_update().filter(pk=goal.pk)):
        raise Refusal("goal_removed", _("Dieses Ziel wurde inzwischen entfernt. Bitte ein anderes wählen."))
    lock_undecided(proposal)
    if goal.guideline.field.process_id != proposal.item.workshop.process.pk:
        raise Refusal("goal_of_another_process", _("Dieses Ziel gehört zu einem anderen Prozess."))
    kept = {name: getattr(proposal, name) for name in MeasureDetails.DETAILS}
    measure = Measure.objects.create(
        goal=goal,
        position=_make_room(goal, position),
        title=title or in_its_language(proposal, proposal.title),
        description=in_its_language(proposal, proposal.description) if description is None else description,
        adopted_at=now,
        adopted_by=by,
        **{**kept, **_clean_details(details or {})},
    )
    MeasureChange.objects.create(
        measure=measure, status=measure.status, note={}, changed_at=now, changed_by=by
    )
    proposal.measure = measure
    decide(proposal, Status.ADOPTED, reason=reason, by=by, now=now)
    return measure


@transaction.atomic
def decline(
    proposal: ProposedMeasure, *, reason: str, by: User, now: datetime.datetime | None = None
) -> None:
    """PROPOSED → DECLINED, with a reason that the public reads beside the proposal."""
    lock_undecided(proposal)
    if not clean_text(reason).strip():
        raise Refusal("no_reason", _("Bitte begründen, warum der Vorschlag abgelehnt wird."))
    decide(proposal, Status.DECLINED, reason=reason, by=by, now=now or timezone.now())


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
    lock_trees(proposal)
    # Both in one order: two who merge A into B and B into A wait for each other, and the second is refused.
    list(ProposedMeasure.objects.select_for_update().filter(pk__in=[proposal.pk, into.pk]).order_by("pk"))
    lock_undecided(proposal)
    # It may be gone: taken back by its moderator.
    lock(into)
    if into.status not in (Status.PROPOSED, Status.ADOPTED):
        raise Refusal(
            "target_is_settled",
            _("Der andere Vorschlag ist abgelehnt oder selbst aufgegangen. Bitte einen anderen wählen."),
        )
    if into.item.workshop.process.pk != proposal.item.workshop.process.pk:
        raise Refusal("another_process", _("Der andere Vorschlag gehört zu einem anderen Prozess."))
    proposal.merged_proposals.update(merged_into=into)
    proposal.merged_into = proposal.merged_by_hand_into = into
    decide(proposal, Status.MERGED, reason=reason, by=by, now=now or timezone.now())


def in_its_language(proposal: ProposedMeasure, words: str) -> LocalisedText:
    """The proposal's words as a text of the site: in its language, that of its script, or German."""
    code = proposal.language
    if not code and (guessed := similarity.guess(f"{proposal.title} {proposal.description}")) in _BY_SCRIPT:
        code = guessed
    return localised({code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE: words})


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


def _refuse_foreign(comments: Collection[SurveyComment], item: AgendaItem) -> None:
    field = item.workshop.series.field_id
    # Those without a field may concern any.
    if any(comment.field_id not in (None, field) for comment in comments) or any(
        comment.survey.process_id != item.workshop.process.pk for comment in comments
    ):
        raise Refusal(
            "comment_of_another_field", _("Dieser Kommentar gehört zu einem anderen Handlungsfeld.")
        )
    # The answers of its file may be removed at this very moment (`survey_imports.discard_import`).
    wanted = [comment.pk for comment in comments]
    there = SurveyComment.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    if len({row.pk for row in there}) < len(set(wanted)):
        raise Refusal(
            "comment_removed",
            _("Einer der gewählten Kommentare wurde inzwischen mit den Antworten der Umfrage entfernt."),
        )


def _clean_details(details: Mapping[str, str]) -> dict[str, str]:
    return {name: clean_text(details[name]).strip() for name in MeasureDetails.DETAILS if name in details}


def _clean_title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Refusal("no_title", _("Bitte einen Titel angeben."))
    return title
