"""What those who came say about the minutes before they are published, the answers, and two consents.

Comments are taken from the submission until the review ends (`Minutes.takes_comments`); an answer may come
later, taking over only while the minutes can still change (docs/adr/0031).
"""

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import AgendaItem, Minutes, MinutesComment, Registration, User, Workshop
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
NOTHING_TO_READ = _("Darin steht nichts Lesbares. Bitte etwas schreiben oder das Feld leeren.")
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
    return _keep(workshop, registration, said=said, now=now)


@transaction.atomic
def note(
    workshop: Workshop,
    *,
    registration: Registration | None,
    said: Sequence[Said],
    by: User,
    named: bool = False,
    now: datetime.datetime | None = None,
) -> list[MinutesComment]:
    """What somebody who came says on the telephone; None: a guest who called in without being registered.

    As `comment`, until the minutes are published: what was said in time may be written down a little later.
    `named`: they also agree to stand in the minutes; not ticked changes nothing. A guest is named nowhere,
    so nothing is kept of who said it (`guest_is_not_named`).
    """
    now = now or timezone.now()
    lock_to_write(workshop)
    minutes = Minutes.objects.filter(workshop=workshop).first()
    if minutes is None or not minutes.is_in_review:
        raise Refusal("not_in_review", NOT_IN_REVIEW)
    if registration is None and named:
        raise Refusal("guest_is_not_named", _("Genannt werden kann nur, wer angemeldet war."))
    if registration is not None:
        registration.refresh_from_db(fields=["has_attended", "status", "wants_outcome_at"])
        if not registration.has_attended:
            raise Refusal("not_attended", NOT_THERE)
        if named:
            agree(
                registration,
                named=True,
                outcome=registration.wants_outcome_at is not None,
                noted_by=by,
                now=now,
            )
    return _keep(workshop, registration, said=said, now=now, noted_by=by)


def _keep(
    workshop: Workshop,
    registration: Registration | None,
    *,
    said: Sequence[Said],
    now: datetime.datetime,
    noted_by: User | None = None,
) -> list[MinutesComment]:
    items = {item.pk: item for item in workshop.agenda.all()}
    theirs = MinutesComment.objects.filter(item__workshop=workshop, registration=registration)
    known = {(each.item_id, each.text) for each in theirs}
    new = []
    for one in said:
        text = clean_text(one.text).strip()
        if one.item not in items:
            raise Refusal("item_removed", ITEM_GONE, item=one.item)
        if len(text) > MOST_CHARACTERS:
            raise Refusal("too_long", too_long(), item=one.item)
        if text and not _is_readable(text):
            raise Refusal("nothing_to_read", NOTHING_TO_READ, item=one.item)
        if not text or (one.item, text) in known:
            continue
        known.add((one.item, text))
        new.append(
            MinutesComment(
                item=items[one.item],
                registration=registration,
                was_noted=noted_by is not None,
                noted_by=noted_by,
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
    kept = MinutesComment.objects.bulk_create(new)
    if kept:
        events.minutes_commented.send(sender=MinutesComment, workshop=workshop)
    return kept


def _is_readable(text: str) -> bool:
    """Is there anything to see? Not in signs that only steer writing or have no width (U+202E, U+200B)."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def too_long() -> str:
    """The sentence at a field."""
    return _("Bitte höchstens %(most)d Zeichen schreiben.") % {"most": MOST_CHARACTERS}


@transaction.atomic
def answer(comment: MinutesComment, *, text: str, by: User, now: datetime.datetime | None = None) -> None:
    """Say what becomes of it, without changing the minutes. Once; refuses with `already_answered`."""
    text = clean_text(text).strip()
    if not _is_readable(text):
        raise Refusal("no_answer", _("Bitte eine Antwort schreiben."))
    _settle(comment, Outcome.ANSWERED, text=text, by=by, now=now or timezone.now())


@transaction.atomic
def take_over(
    comment: MinutesComment, *, by: User, text: str = "", now: datetime.datetime | None = None
) -> None:
    """It goes into the minutes; refuses once these don't change any more. An answer may go with it."""
    lock_to_write(comment.item.workshop)
    text = clean_text(text).strip()
    if not _is_readable(text):
        text = ""
    # Whoever publishes is told of texts that didn't change since.
    version = AgendaItem.objects.get(pk=comment.item_id).version
    _settle(comment, Outcome.TAKEN_OVER, text=text, by=by, now=now or timezone.now(), version=version)


def _settle(
    comment: MinutesComment,
    outcome: "Outcome",
    *,
    text: str,
    by: User,
    now: datetime.datetime,
    version: int | None = None,
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
    comment.answered_at, comment.answered_by, comment.taken_over_version = now, by, version
    comment.save(update_fields=["outcome", "answer", "answered_at", "answered_by", "taken_over_version"])
    events.comment_answered.send(sender=MinutesComment, comment=comment, by=by)


@transaction.atomic
def agree(
    registration: Registration,
    *,
    named: bool,
    outcome: bool,
    noted_by: User | None = None,
    now: datetime.datetime | None = None,
) -> None:
    """To be named in the published minutes, and to hear what becomes of the proposals; False takes it back.

    At any time: the public page asks for each reader. The moment of a consent that was there stays. Only who
    came can be named. `noted_by`: who wrote the consent down that was given on the telephone.
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
    if "named_in_minutes_at" in changed:
        registration.named_noted_by = noted_by if named else None
        changed.append("named_noted_by")
    if changed:
        registration.save(update_fields=changed)
    if "named_in_minutes_at" in changed and not named:
        documents.forget_minutes([registration.workshop_id])
