"""What those who came say about the minutes before they are published, the answers, and two consents.

Comments are taken from the submission until the review ends (`Minutes.takes_comments`); an answer may come
later, taking over only while the minutes can still change (docs/adr/0031).
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import Minutes, MinutesComment, Registration, User
from workshops.operations import documents
from workshops.operations.minutes import clean_text, lock_to_write

Outcome = MinutesComment.Outcome

# A page of text; whoever has more to say about one item can call.
MOST_CHARACTERS = 2000
# Of one person about one workshop: nobody has more to correct, and nobody can read more in a week.
MOST_COMMENTS = 30

NOT_THERE = _("Rückmeldungen geben nur diejenigen, die beim Workshop dabei waren.")
REVIEW_OVER = _("Die Frist für Rückmeldungen ist vorbei.")
NOT_IN_REVIEW = _("Das Protokoll ist gerade nicht in Durchsicht.")
ITEM_GONE = _("Dieser Punkt wurde inzwischen von der Tagesordnung genommen.")
COMMENT_GONE = _("Diese Rückmeldung gibt es nicht mehr.")


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on an item, whose text the person read at that version."""

    item: int
    version: int
    text: str


@transaction.atomic
def comment(
    registration: Registration, *, said: Sequence[Said], now: datetime.datetime | None = None
) -> list[MinutesComment]:
    """Keep these comments, all or none; what the same person said of an item already isn't said twice.

    Refuses with `not_attended`, `not_in_review`, `review_over`, `too_many`; with `item_removed` and
    `too_long` of the item in `details["item"]`; and as `minutes.lock_to_write` does.
    """
    now = now or timezone.now()
    workshop = registration.workshop
    lock_to_write(workshop)
    registration.refresh_from_db(fields=["has_attended", "status"])
    if not registration.has_attended:
        raise Refusal("not_attended", NOT_THERE)
    minutes = Minutes.objects.filter(workshop=workshop).first()
    if minutes is None or not minutes.is_in_review:
        raise Refusal("not_in_review", NOT_IN_REVIEW)
    if not minutes.takes_comments(now):
        raise Refusal("review_over", REVIEW_OVER)
    items = {item.pk: item for item in workshop.agenda.all()}
    known = {(each.item_id, each.text) for each in registration.minutes_comments.all()}
    new = []
    for one in said:
        text = clean_text(one.text).strip()
        if one.item not in items:
            raise Refusal("item_removed", ITEM_GONE, item=one.item)
        if len(text) > MOST_CHARACTERS:
            raise Refusal("too_long", too_long(), item=one.item)
        if not text or (one.item, text) in known:
            continue
        known.add((one.item, text))
        new.append(
            MinutesComment(
                item=items[one.item],
                registration=registration,
                text=text,
                # Nobody read what wasn't written yet.
                item_version=min(max(one.version, 0), items[one.item].version),
                created_at=now,
            )
        )
    if len(known) > MOST_COMMENTS:
        raise Refusal(
            "too_many",
            _(
                "Mehr als %(most)d Rückmeldungen zu einem Protokoll nehmen wir hier nicht an. "
                "Bitte rufen Sie an."
            )
            % {"most": MOST_COMMENTS},
        )
    return MinutesComment.objects.bulk_create(new)


def too_long() -> str:
    """The sentence at a field."""
    return _("Bitte höchstens %(most)d Zeichen schreiben.") % {"most": MOST_CHARACTERS}


@transaction.atomic
def answer(comment: MinutesComment, *, text: str, by: User, now: datetime.datetime | None = None) -> None:
    """Say what becomes of it, without changing the minutes. Once; refuses with `already_answered`."""
    text = clean_text(text).strip()
    if not text:
        raise Refusal("no_answer", _("Bitte eine Antwort schreiben."))
    _settle(comment, Outcome.ANSWERED, text=text, by=by, now=now or timezone.now())


@transaction.atomic
def take_over(
    comment: MinutesComment, *, by: User, text: str = "", now: datetime.datetime | None = None
) -> None:
    """It goes into the minutes; refuses once these don't change any more. An answer may go with it."""
    lock_to_write(comment.item.workshop)
    text = clean_text(text).strip()
    _settle(comment, Outcome.TAKEN_OVER, text=text, by=by, now=now or timezone.now())


def _settle(
    comment: MinutesComment, outcome: "Outcome", *, text: str, by: User, now: datetime.datetime
) -> None:
    if len(text) > MOST_CHARACTERS:
        raise Refusal("too_long", too_long())
    item = comment.item
    try:
        comment.refresh_from_db(from_queryset=MinutesComment.objects.select_for_update(of=("self",)))
    except MinutesComment.DoesNotExist:
        # Its author had themselves erased meanwhile.
        raise Refusal("comment_gone", COMMENT_GONE) from None
    comment.item = item
    if not comment.is_open:
        raise Refusal(
            "already_answered",
            _("Diese Rückmeldung ist inzwischen erledigt: %(outcome)s.")
            % {"outcome": comment.get_outcome_display()},
        )
    comment.outcome, comment.answer = outcome, text
    comment.answered_at, comment.answered_by = now, by
    comment.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    events.comment_answered.send(sender=MinutesComment, comment=comment, by=by)


@transaction.atomic
def agree(
    registration: Registration, *, named: bool, outcome: bool, now: datetime.datetime | None = None
) -> None:
    """To be named in the published minutes, and to hear what becomes of the proposals; False takes it back.

    At any time: the public page asks for each reader. The moment of a consent that was there stays. Only who
    came can be named.
    """
    now = now or timezone.now()
    registration.refresh_from_db(
        from_queryset=Registration.objects.select_for_update(of=("self",)).select_related("workshop")
    )
    if named and not registration.has_attended:
        raise Refusal("not_attended", _("Genannt werden nur diejenigen, die beim Workshop dabei waren."))
    changed = []
    for name, wanted in (("named_in_minutes_at", named), ("wants_outcome_at", outcome)):
        if wanted != (getattr(registration, name) is not None):
            setattr(registration, name, now if wanted else None)
            changed.append(name)
    if changed:
        registration.save(update_fields=changed)
    if "named_in_minutes_at" in changed and not named:
        documents.forget_minutes([registration.workshop_id])
