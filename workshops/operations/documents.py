"""Files that staff ask for: the wish, the worker that takes it, what becomes of it, and its end.

A wish is a row. A worker claims it by a lease, as planning runs are claimed: a dead worker's is taken over
when the lease has run out. What can't be made says why, and can be asked for again.
"""

import datetime
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    Document,
    ParticipationProcess,
    PlanVersion,
    User,
    Workshop,
)

logger = logging.getLogger(__name__)

Variant, Format = Document.Variant, Document.Format

# Longer than any document takes: whoever claimed one before is gone.
LEASE = datetime.timedelta(minutes=3)
# The same wish within it is the same document: two clicks, two tabs.
SAME_WISH = datetime.timedelta(minutes=1)
KEPT_FOR = datetime.timedelta(days=14)
MOST_ATTEMPTS = 3
# Of one process, not yet made: more can't be meant.
MOST_WAITING = 20

TEXTS = (Format.ODT, Format.DOCX, Format.PDF, Format.HTML)
TABLES = (Format.XLSX, Format.ODS, Format.CSV, Format.JSON)
FORMATS: dict[Document.Variant, tuple[Document.Format, ...]] = {
    Variant.PLAN: TEXTS + TABLES,
    Variant.COUNCIL: TEXTS,
    Variant.FIELD: TEXTS + TABLES,
    Variant.MINUTES: TEXTS,
    Variant.INVITATION: TEXTS,
}
# `Document.problem` → what staff read of it.
PROBLEMS = {
    "gave_up": _(
        "Der Server hat die Arbeit daran dreimal abgebrochen. Bitte der Betreuung der Website melden."
    ),
    "failed": _(
        "Das Dokument ließ sich nicht herstellen. Der Fehler ist für die Betreuung der Website notiert."
    ),
    "unreadable": _(
        "Diese Fassung des Plans hat eine neuere Version dieser Anwendung geschrieben; diese hier kann sie "
        "nicht lesen. Bitte der Betreuung der Website melden."
    ),
    "nothing_in_it": _("Darin stünde nichts: Es gibt dazu noch keine Inhalte."),
}


@dataclass(frozen=True, slots=True)
class Wish:
    variant: Document.Variant
    format: Document.Format
    language: str
    field: ActionField | None = None
    workshop: Workshop | None = None
    plan_version: PlanVersion | None = None


@transaction.atomic
def request(
    process: ParticipationProcess, *, wish: Wish, by: User, now: datetime.datetime | None = None
) -> Document:
    """The document to come; one asked for within the last minute and not made yet, if it is the same wish.

    A finished one isn't the same: who asks again has corrected something.

    Refused with `not_in_this_format`, `unknown_language`, `not_of_this_process`, `too_many`.
    """
    now = now or timezone.now()
    if wish.format not in FORMATS[wish.variant]:
        raise Refusal(
            "not_in_this_format", _("In diesem Format gibt es das nicht. Bitte ein anderes wählen.")
        )
    if wish.language not in dict(settings.LANGUAGES):
        raise Refusal("unknown_language", _("Diese Sprache gibt es hier nicht."))
    _require_own(process, wish)
    ParticipationProcess.objects.select_for_update(no_key=True).get(pk=process.pk)
    fields = {
        "variant": wish.variant,
        "format": wish.format,
        "language": wish.language,
        "field": wish.field,
        "workshop": wish.workshop,
        "plan_version": wish.plan_version,
    }
    same = process.documents.unfinished().filter(
        requested_at__gt=now - SAME_WISH,
        **{k: v for k, v in fields.items() if v is not None},
        **{f"{k}__isnull": True for k, v in fields.items() if v is None},
    )
    if (found := same.defer("content").first()) is not None:
        return found
    if process.documents.unfinished().count() >= MOST_WAITING:
        raise Refusal(
            "too_many", _("Es warten schon sehr viele Dokumente. Bitte warten, bis sie fertig sind.")
        )
    return Document.objects.create(process=process, requested_at=now, requested_by=by, **fields)


def _require_own(process: ParticipationProcess, wish: Wish) -> None:
    of = (
        wish.field and wish.field.process_id,
        wish.workshop and wish.workshop.series.field.process_id,
        wish.plan_version and wish.plan_version.process_id,
    )
    if any(pk not in (None, process.pk) for pk in of):
        raise Refusal("not_of_this_process", _("Das gehört zu einem anderen Beteiligungsprozess."))


@transaction.atomic
def request_again(document: Document, *, by: User, now: datetime.datetime | None = None) -> Document:
    """Another try at one that failed, in its place."""
    wish = Wish(
        Variant(document.variant),
        Format(document.format),
        document.language,
        document.field,
        document.workshop,
        document.plan_version,
    )
    made = request(document.process, wish=wish, by=by, now=now)
    Document.objects.filter(pk=document.pk).exclude(pk=made.pk).exclude(problem="").delete()
    return made


def delete(document: Document, *, by: User) -> None:
    """Whoever is making it finds nothing of its own any more, and leaves it at that."""
    Document.objects.filter(pk=document.pk).delete()


def forget_minutes(workshops: Collection[int]) -> int:
    """Somebody shall not be named any more: files of these minutes go, as they can't be changed.

    Returns how many.
    """
    found = Document.objects.filter(variant=Variant.MINUTES, workshop__in=workshops)
    count, _by_model = found.delete()
    return count


def discard_old(*, now: datetime.datetime) -> int:
    """One sweep: delete what was asked for two weeks ago. Returns how many."""
    count, _by_model = Document.objects.filter(requested_at__lte=now - KEPT_FOR).delete()
    return count


# --- the worker -----------------------------------------------------------------------------------

Make = Callable[[Document, Callable[[int], None]], bytes]


def run_waiting(*, make: Make, now: datetime.datetime, is_stopping: Callable[[], bool] | None = None) -> int:
    """One sweep: every document that waits, or whose worker died. Returns how many were worked on."""
    worked = 0
    due = Document.objects.unfinished().filter(_free(now)).order_by("pk").values_list("pk", flat=True)
    for pk in due:
        if is_stopping is not None and is_stopping():
            break
        document = claim(pk, now=timezone.now() if worked else now)
        if document is not None:
            work(document, make=make)
            worked += 1
    return worked


def claim(pk: int, *, now: datetime.datetime) -> Document | None:
    """Take it, so that no other worker does; None if another one has it, or too many have died of it."""
    waiting = Document.objects.unfinished().filter(_free(now), pk=pk)
    if waiting.filter(attempts__gte=MOST_ATTEMPTS).update(
        problem="gave_up", finished_at=now, lease_until=None
    ):
        logger.error("document %s given up after %s attempts", pk, MOST_ATTEMPTS)
        return None
    if not waiting.update(lease_until=now + LEASE, attempts=F("attempts") + 1, progress=0):
        return None
    return (
        Document.objects.select_related(
            "process", "field", "plan_version", "workshop__series__field__process"
        )
        .filter(pk=pk)
        .first()
    )


def work(document: Document, *, make: Make) -> None:
    """For a claimed document: its bytes, or why there are none."""

    def tell(percent: int) -> None:
        # 100 is for the finished one only.
        _claimed(document).update(progress=min(percent, 99))

    try:
        content = make(document, tell)
    except Refusal as refusal:
        _end(document, problem=refusal.code)
    except Exception:
        # Whatever it was, the next one isn't to wait for it.
        logger.exception("document %s failed", document.pk)
        _end(document, problem="failed")
    else:
        _end(document, content=content)


def _end(document: Document, *, content: bytes | None = None, problem: str = "") -> None:
    _claimed(document).update(
        content=content, problem=problem, finished_at=timezone.now(), lease_until=None, progress=100
    )


def _free(now: datetime.datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def _claimed(document: Document) -> QuerySet[Document]:
    """The row, as long as it is ours: another worker's claim has another lease."""
    return Document.objects.unfinished().filter(pk=document.pk, lease_until=document.lease_until)
