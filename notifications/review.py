"""Facts about minutes in review → which mails. As in `receivers`: they only insert rows."""

from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.dispatch import receiver
from django.utils import timezone

from notifications import outbox
from notifications.models import Kind
from notifications.results import GRACE, stretch_of, submission_stamp
from workshops import events
from workshops.models import Minutes, MinutesComment, Workshop


@receiver(events.minutes_submitted)
def ask_for_comments(minutes: Minutes, **fact: Any) -> None:
    """Those who came, each once for each submission; nobody if there is no time to answer."""
    if not minutes.takes_comments(timezone.now()):
        return
    workshop = minutes.workshop
    outbox.enqueue_each(
        workshop.registrations.attended(),
        Kind.MINUTES_IN_REVIEW,
        key=Concat(
            Value(f"{Kind.MINUTES_IN_REVIEW}:{minutes.pk}:{submission_stamp(minutes)}:"),
            Cast("pk", CharField()),
            output_field=CharField(),
        ),
        process=workshop.process,
        participant=F("participant_id"),
        registration=F("pk"),
        workshop=workshop,
        expires_at=minutes.review_ends_at,
    )


@receiver(events.attendance_noted)
def ask_who_was_noted_later(workshop: Workshop, **fact: Any) -> None:
    """Written down as there only after the minutes were submitted. Whoever was asked has their row."""
    minutes = Minutes.objects.filter(workshop=workshop).first()
    if minutes is not None:
        minutes.workshop = workshop
        ask_for_comments(minutes)


@receiver(events.comment_answered)
def tell_answer(comment: MinutesComment, **fact: Any) -> None:
    """One mail for all answers to a person within ten minutes; it reads them when it is sent."""
    registration, answered_at = comment.registration, comment.answered_at
    assert answered_at is not None
    ends = stretch_of(answered_at)
    outbox.enqueue(
        Kind.COMMENT_ANSWERED,
        key=f"{Kind.COMMENT_ANSWERED}:{registration.pk}:{int(ends.timestamp())}",
        process=registration.workshop.process,
        due_at=ends + GRACE,
        planned_at=ends,
        participant=registration.participant,
        registration=registration,
        workshop=registration.workshop,
    )
