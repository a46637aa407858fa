"""“I can't use this”: said by anyone, read and answered by staff, then forgotten.

Source: § 12b(2) no. 2 and (4) BGG, § 10(3) L-BGG BW: a way to report barriers, and an answer.
"""

import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from workshops import events
from workshops.models import BarrierReport, Participant, ParticipationProcess, User, normalise_email

# How long the town has (§ 8 L-BGG-DVO BW; a month elsewhere, § 12b(4) BGG). Pages promise it.
ANSWER_WITHIN = datetime.timedelta(weeks=4)
# Kept so long after the answer, in case somebody goes on to the Land's body …
KEPT_AFTER_ANSWER = datetime.timedelta(days=90)
# … and, without an answer, not for ever either.
KEPT_AT_MOST = datetime.timedelta(days=365)


@transaction.atomic
def report(
    process: ParticipationProcess,
    *,
    message: str,
    reply_to: str,
    language: str,
    now: datetime.datetime | None = None,
) -> BarrierReport:
    made = BarrierReport.objects.create(
        process=process,
        message=message,
        reply_to=reply_to,
        language=language,
        created_at=now or timezone.now(),
    )
    events.barrier_reported.send(sender=BarrierReport, report=made)
    return made


@transaction.atomic
def note_answer(report: BarrierReport, *, by: User, now: datetime.datetime | None = None) -> bool:
    """Answered, by mail or telephone, outside of these pages. Twice is once; returns whether it is new."""
    locked = BarrierReport.objects.select_for_update().filter(pk=report.pk).first()
    if locked is None or locked.answered_at is not None:
        return False
    locked.answered_at, locked.answered_by = now or timezone.now(), by
    locked.save(update_fields=["answered_at", "answered_by"])
    return True


def forget(*, now: datetime.datetime) -> int:
    """Delete what was answered long ago, and what is a year old; how many. Twice is once."""
    answered = BarrierReport.objects.filter(answered_at__lte=now - KEPT_AFTER_ANSWER)
    old = BarrierReport.objects.filter(created_at__lte=now - KEPT_AT_MOST)
    count, _each = (answered | old).delete()
    return count


def of_person(participant: Participant) -> QuerySet[BarrierReport]:
    """What they reported: with their mail address to answer to, which they have proven to be theirs.

    Not by telephone number: anybody can type another's, and would read their reports, or delete them.
    """
    reports = participant.process.barrier_reports
    if not participant.has_proven_address or not participant.has_address:
        return reports.none()
    return reports.filter(reply_to__iexact=normalise_email(participant.email)).order_by("pk")


def forget_of(participant: Participant) -> int:
    """Delete what the person reported, when they are erased; how many."""
    count, _each = of_person(participant).delete()
    return count
