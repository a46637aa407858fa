"""Ten thousand people who must be told by mail, and their mails' fates. Django is set up first."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notifications.models import Delivery


def owe(people: int) -> None:
    """A workshop is moved: so many people must hear of it."""
    from django.utils import timezone

    from tests import builders
    from workshops.models import Participant, Registration
    from workshops.operations import workshops

    process = builders.a_process()
    workshop = builders.a_workshop(builders.a_series(builders.a_field(process)), capacity=people)
    now = timezone.now()
    persons = Participant.objects.bulk_create(
        Participant(
            process=process,
            email=f"person{number}@example.org",
            email_normalised=f"person{number}@example.org",
            name=f"Bürgerin {number}",
            created_at=now,
            verified_at=now,
        )
        for number in range(people)
    )
    Registration.objects.bulk_create(
        Registration(
            workshop=workshop,
            participant=person,
            status=Registration.Status.CONFIRMED,
            place=number + 1,
            holds_seat=True,
            created_at=now,
            confirmed_at=now,
        )
        for number, person in enumerate(persons)
    )
    later = datetime.timedelta(days=1)
    workshops.reschedule(
        workshop,
        starts_at=workshop.starts_at + later,
        ends_at=workshop.ends_at + later,
        by=builders.a_staff_member(),
    )


def told() -> "list[Delivery]":
    """The rows of those mails."""
    from notifications.models import Delivery, Kind

    return list(Delivery.objects.filter(kind=Kind.RESCHEDULED).select_related("participant"))


def pass_time(some: datetime.timedelta) -> None:
    """Waiting mails, and who waits for a mail server, wait so much less."""
    from django.db.models import F
    from django.utils import timezone

    from notifications.models import Delivery, Ledger

    Ledger.objects.filter(away_since__isnull=False).update(away_try_at=F("away_try_at") - some)
    waiting = Delivery.objects.filter(status=Delivery.Status.PENDING, next_attempt_at__gt=timezone.now())
    waiting.update(next_attempt_at=F("next_attempt_at") - some)


def is_over() -> bool:
    """Does every mail have its fate?"""
    from notifications.models import Delivery

    open_ = (Delivery.Status.PENDING, Delivery.Status.SENDING)
    return not Delivery.objects.filter(status__in=open_).exists()


@contextmanager
def while_the_database_restarts() -> Iterator[None]:
    """What fails because it is away is left; the next look opens a new connection."""
    from django.db import InterfaceError, OperationalError, connection

    try:
        yield
    except (InterfaceError, OperationalError):
        connection.close()
