"""Facts for those who work here: staff, moderators, the office. As in `receivers`: they only insert rows."""

import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from notifications import outbox
from notifications.models import Kind
from workshops import events
from workshops.models import BarrierReport, ModeratorProfile, ParticipationProcess, Survey, User


@receiver(events.survey_closed)
def tell_survey_closed(survey: Survey, **fact: Any) -> None:
    """All staff, once for each end: a survey that is reopened may close again."""
    for user in User.objects.filter(is_active=True, is_staff=True):
        outbox.enqueue(
            Kind.SURVEY_CLOSED,
            key=f"survey_closed:{survey.pk}:{int(survey.closes_at.timestamp())}:{user.pk}",
            process=survey.process,
            user=user,
        )


# However many report something, the office gets one mail in so long, at its end.
BARRIERS_PAUSE = datetime.timedelta(minutes=10)


@receiver(events.barrier_reported)
def tell_barrier_reported(report: BarrierReport, **fact: Any) -> None:
    """The address that the pages name, not an account: an office answers, whoever is on duty."""
    seconds = BARRIERS_PAUSE.total_seconds()
    window = int(report.created_at.timestamp() // seconds) + 1
    outbox.enqueue(
        Kind.BARRIER_REPORTED,
        key=f"barrier_reported:{report.process_id}:{window}",
        process=report.process,
        due_at=datetime.datetime.fromtimestamp(window * seconds, datetime.UTC),
    )


@receiver(events.moderator_invited)
def invite_moderator(profile: ModeratorProfile, **fact: Any) -> None:
    invited_at = profile.invited_at or timezone.now()
    outbox.enqueue(
        Kind.MODERATOR_INVITED,
        key=f"moderator_invited:{profile.pk}:{invited_at.timestamp():.6f}",
        process=profile.process,
        user=profile.user,
    )


@receiver(events.colleague_invited)
def invite_colleague(user: User, process: ParticipationProcess, **fact: Any) -> None:
    """Each invitation is a mail of its own: the link in the last one may have run out."""
    outbox.enqueue(
        Kind.COLLEAGUE_INVITED,
        key=f"colleague_invited:{user.pk}:{timezone.now().timestamp():.6f}",
        process=process,
        user=user,
    )


# Whoever presses the button again and again gets one mail in so long; one that waited for longer than
# PASSWORD_WAITS was asked for by somebody who has found another way since.
PASSWORD_PAUSE = datetime.timedelta(minutes=5)
PASSWORD_WAITS = datetime.timedelta(days=1)


@receiver(events.password_requested)
def send_password_link(user: User, process: ParticipationProcess, **fact: Any) -> None:
    now = timezone.now()
    outbox.enqueue(
        Kind.PASSWORD_RESET,
        key=f"password_reset:{user.pk}:{int(now.timestamp() // PASSWORD_PAUSE.total_seconds())}",
        process=process,
        user=user,
        expires_at=now + PASSWORD_WAITS,
    )
