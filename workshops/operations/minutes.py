"""The record of one workshop: the text under each item of its agenda, and how the minutes become public.

Every function locks the workshop's row first, so that nothing is written once the minutes are published.
DRAFT → IN_REVIEW → PUBLISHED; `reopen` goes back to DRAFT, which takes published minutes off the public
page until they are published again (those who were registered are mailed once, not again). The points
given to proposals are frozen with the first publication, and stay so.
"""

import datetime
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import AgendaItem, AgendaItemVersion, Minutes, MinutesComment, User, Workshop
from workshops.operations import merging, priorities
from workshops.operations.merging import Attempt

# An evening's minutes have about 10,000; a text longer than this was pasted by mistake.
MOST_CHARACTERS = 50_000

PROCESS_NOT_PUBLIC = _(
    "Der Prozess ist noch nicht öffentlich sichtbar: Niemand könnte das Protokoll lesen. Die Verwaltung kann "
    "das in den Einstellungen des Prozesses ändern."
)
# As long as a process may choose.
MOST_REVIEW_DAYS = 60
REVIEW_IS_OPEN = _(
    "Die Frist für Rückmeldungen läuft noch. Bitte ankreuzen, dass das Protokoll schon vorher veröffentlicht "
    "werden soll."
)
NEW_COMMENTS = _("Inzwischen ist eine Rückmeldung gekommen. Bitte noch einmal ansehen.")
ITEM_REMOVED = _("Dieser Punkt wurde inzwischen von der Tagesordnung genommen.")


@transaction.atomic
def save_item(
    item: AgendaItem,
    *,
    by: User,
    seen_version: int | Mapping[str, int],
    text: str | None = None,
    points: str | None = None,
    agreements: str | None = None,
    attempt: Attempt | None = None,
    restored_from: int | None = None,
    now: datetime.datetime | None = None,
) -> bool:
    """Replace the parts that stood at `seen_version` (of all, or of each); returns whether anything changed.

    A part that is None stays. Parts that others changed since are kept beside the new ones: the item's own
    fields are then what stands there now. Each save stays as an `AgendaItemVersion`.

    Refuses with `edited_meanwhile` if both changed the same part. Details: `conflicts` (merging.Conflict, one
    a part), `texts` (each part with what both wrote), `version` (that of theirs), `edited_by`, `edited_at`.
    With `overtaken` if a later attempt of the same editor was here before.
    """
    now = now or timezone.now()
    lock_to_write(item.workshop)
    typed = {"text": text, "points": points, "agreements": agreements}
    mine = {part: clean_text(words) for part, words in typed.items() if words is not None}
    lock_item(item)
    for words in mine.values():
        refuse_too_long(words)
    merged = merging.merge(item, mine=mine, seen=seen_version, attempt=attempt)
    if merged.conflicts:
        raise Refusal(
            "edited_meanwhile",
            _("Inzwischen hat jemand anderes diesen Punkt geändert. Bitte beide Texte zusammenführen."),
            conflicts=merged.conflicts,
            texts=merged.texts,
            version=item.version,
            edited_by=item.edited_by,
            edited_at=item.edited_at,
        )
    if all(getattr(item, part) == words for part, words in merged.texts.items()):
        return False
    for part, words in merged.texts.items():
        setattr(item, part, words)
    item.version, item.edited_at, item.edited_by = item.version + 1, now, by
    item.save(update_fields=[*AgendaItem.PARTS, "version", "edited_at", "edited_by"])
    AgendaItemVersion.objects.create(
        item=item,
        version=item.version,
        **merged.texts,
        saved_at=now,
        saved_by=by,
        editor=attempt.editor if attempt else "",
        attempt=attempt.number if attempt else None,
        restored_from=restored_from,
    )
    Minutes.objects.get_or_create(workshop=item.workshop)
    return True


@transaction.atomic
def submit(
    workshop: Workshop, *, by: User, review_days: int | None = None, now: datetime.datetime | None = None
) -> Minutes:
    """DRAFT → IN_REVIEW: written to the end, those who came may comment. Not before the workshop began.

    `review_days`: for how many days, by the wall clock; None: as long as the process says. 0, nobody is
    asked, is for staff only (docs/adr/0031).
    """
    now = now or timezone.now()
    lock_to_write(workshop)
    if now < workshop.starts_at:
        raise Refusal("not_begun", _("Der Workshop hat noch nicht begonnen."))
    if not workshop.agenda.written().exists():
        raise Refusal("nothing_written", _("Es steht noch nichts im Protokoll."))
    days = workshop.process.review_days if review_days is None else review_days
    if not 0 <= days <= MOST_REVIEW_DAYS:
        raise Refusal(
            "no_such_window",
            _("Bitte eine Frist von 1 bis %(most)d Tagen wählen.") % {"most": MOST_REVIEW_DAYS},
        )
    if days == 0 and not by.is_staff:
        raise Refusal("window_needed", _("Ohne Rückmeldungen gibt nur die Verwaltung ein Protokoll frei."))
    minutes, _created = Minutes.objects.get_or_create(workshop=workshop)
    if minutes.is_in_review:
        # A second click: another window, and a second mail to everybody, is nobody's wish.
        raise Refusal("already_in_review", _("Das Protokoll ist schon in Durchsicht."))
    minutes.workshop = workshop
    minutes.status = Minutes.Status.IN_REVIEW
    minutes.submitted_at = now
    minutes.review_ends_at = _days_later(now, days, workshop) if days else None
    minutes.save(update_fields=["status", "submitted_at", "review_ends_at"])
    events.minutes_submitted.send(sender=Minutes, minutes=minutes, by=by)
    return minutes


@transaction.atomic
def reopen(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> None:
    """Back to DRAFT, from review or from the public page."""
    _lock(workshop)
    minutes = Minutes.objects.filter(workshop=workshop).exclude(status=Minutes.Status.DRAFT).first()
    if minutes is None:
        raise Refusal("already_a_draft", _("Das Protokoll ist schon in Arbeit."))
    minutes.status = Minutes.Status.DRAFT
    minutes.submitted_at = minutes.review_ends_at = minutes.published_at = minutes.published_by = None
    minutes.reopened_at = now or timezone.now()
    minutes.save(
        update_fields=[
            *("status", "submitted_at", "review_ends_at", "published_at", "published_by", "reopened_at")
        ]
    )


@transaction.atomic
def publish(
    workshop: Workshop,
    *,
    by: User,
    early: bool = False,
    seen_comments: Collection[int] | None = None,
    now: datetime.datetime | None = None,
) -> Minutes:
    """IN_REVIEW → PUBLISHED. The public reads it, and those who were registered are told.

    While those who came may still comment it takes `early`. `seen_comments`: the open comments that whoever
    publishes was shown; refuses with `new_comments` if there is another one since. None: nobody was asked.

    `submit` has made sure that the workshop began (what hasn't been said can't be minuted) and that
    something is written. Of a process that only staff see nothing is published: the mail's link would lead
    its readers to a page that isn't there for them.
    """
    now = now or timezone.now()
    lock_to_write(workshop)
    minutes = Minutes.objects.filter(workshop=workshop, status=Minutes.Status.IN_REVIEW).first()
    if minutes is None:
        raise Refusal("not_in_review", _("Bitte das Protokoll erst zur Durchsicht geben."))
    if not workshop.agenda.written().exists():
        raise Refusal("nothing_written", _("Es steht noch nichts im Protokoll."))
    if not workshop.process.is_public:
        raise Refusal("process_not_public", PROCESS_NOT_PUBLIC)
    if minutes.takes_comments(now) and not early:
        raise Refusal("review_is_open", REVIEW_IS_OPEN)
    if seen_comments is not None:
        comments = MinutesComment.objects.open().filter(item__workshop=workshop)
        if comments.exclude(pk__in=seen_comments).exists():
            raise Refusal("new_comments", NEW_COMMENTS)
    minutes.workshop = workshop
    minutes.status = Minutes.Status.PUBLISHED
    minutes.published_at, minutes.published_by = now, by
    minutes.save(update_fields=["status", "published_at", "published_by"])
    priorities.freeze(workshop, by=by, now=now)
    events.minutes_published.send(sender=Minutes, minutes=minutes, by=by)
    return minutes


def lock_to_write(workshop: Workshop) -> None:
    """Lock the workshop; refuse if its record can't change any more. Call it inside a transaction."""
    _lock(workshop)
    if workshop.is_cancelled:
        raise Refusal("cancelled", _("Dieser Workshop ist abgesagt. Es gibt kein Protokoll."))
    if Minutes.objects.filter(workshop=workshop, status=Minutes.Status.PUBLISHED).exists():
        raise Refusal("minutes_published", _("Das Protokoll ist veröffentlicht und ändert sich nicht mehr."))


def clean_text(text: str) -> str:
    """As it is kept: line ends as \\n (browsers send \\r\\n), nothing invisible, no space at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable() or ord(sign) > 0x9F).rstrip()


def refuse_too_long(text: str) -> None:
    """Refuses with `too_long` what no minutes have: neither kept nor turned into a page."""
    if len(text) > MOST_CHARACTERS:
        raise Refusal(
            "too_long",
            _("Der Text hat mehr als %(most)d Zeichen. Bitte kürzen.") % {"most": MOST_CHARACTERS},
        )


def _days_later(now: datetime.datetime, days: int, workshop: Workshop) -> datetime.datetime:
    """At the same time of the town's day, whatever the clocks do in between."""
    local = now.astimezone(workshop.process.zone) + datetime.timedelta(days=days)
    return local.astimezone(datetime.UTC)


def _lock(workshop: Workshop) -> None:
    workshop.refresh_from_db(
        from_queryset=Workshop.objects.select_for_update(of=("self",)).select_related(
            "series__field__process"
        )
    )


def lock_item(item: AgendaItem) -> None:
    """The workshop's lock is held already; this brings the instance up to date."""
    workshop = item.workshop
    try:
        item.refresh_from_db(from_queryset=AgendaItem.objects.select_related("edited_by"))
    except AgendaItem.DoesNotExist:
        raise Refusal("item_removed", ITEM_REMOVED) from None
    item.workshop = workshop
