"""Facts about minutes in review → which mails. As in `receivers`: they only insert rows."""

import datetime
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.dispatch import receiver
from django.utils import timezone

from notifications import outbox
from notifications.models import Delivery, Kind
from notifications.results import DAILY_AT, GRACE, stretch_of, submission_stamp
from workshops import events
from workshops.models import Minutes, MinutesComment, User, Workshop


@receiver(events.minutes_submitted)
def ask_for_comments(minutes: Minutes, **fact: Any) -> None:
    """Those who came, each once for each submission; nobody if there is no time to answer."""
    if not minutes.takes_comments(timezone.now()):
        return
    workshop = minutes.workshop
    came = workshop.registrations.attended()
    # Ticked off before their mails went, and ticked again: their keys are taken.
    outbox.owe_again(
        Delivery.objects.filter(
            kind=Kind.MINUTES_IN_REVIEW,
            registration__in=came,
            outcome_code="registration_changed",
            key__contains=f":{submission_stamp(minutes)}:",
        )
    )
    outbox.enqueue_each(
        came,
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


@receiver(events.minutes_commented)
def tell_comments(workshop: Workshop, **fact: Any) -> None:
    """Whoever leads the workshop, at most once a day; where nobody does, staff."""
    process, now = workshop.process, timezone.now()
    local = now.astimezone(process.zone)
    cut = datetime.datetime.combine(local.date(), DAILY_AT, process.zone)
    if cut <= now:
        cut = datetime.datetime.combine(local.date() + datetime.timedelta(days=1), DAILY_AT, process.zone)
    leading = workshop.moderators.filter(is_active=True)
    for user in leading or User.objects.filter(is_active=True, is_staff=True):
        outbox.enqueue(
            Kind.MINUTES_COMMENTED,
            key=f"{Kind.MINUTES_COMMENTED}:{cut.date().isoformat()}:{workshop.pk}:{user.pk}",
            process=process,
            due_at=cut,
            planned_at=cut,
            user=user,
            workshop=workshop,
        )


@receiver(events.comment_answered)
def tell_answer(comment: MinutesComment, **fact: Any) -> None:
    """One mail for all answers to a person within ten minutes; it reads them when it is sent."""
    registration, answered_at = comment.registration, comment.answered_at
    assert answered_at is not None
    if registration is None:
        # A guest on the telephone: nobody has an address.
        return
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
