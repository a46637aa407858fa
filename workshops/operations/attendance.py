"""Who came. Only for those with a seat, and only once people begin to arrive."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import events
from workshops.errors import Refusal
from workshops.models import AttendanceSource, PhoneGuest, User, Workshop
from workshops.operations import documents
from workshops.operations.presence import rounded

# The first come before the hour; who lets them in ticks them off.
ARRIVAL = datetime.timedelta(minutes=30)


@transaction.atomic
def mark(
    workshop: Workshop,
    *,
    came: Collection[int],
    did_not_come: Collection[int],
    by: User,
    now: datetime.datetime | None = None,
) -> int:
    """Note who came and who didn't, by primary keys of registrations; returns how many changed.

    Only what someone changed is named, so two people who tick at once don't undo each other.
    """
    now = now or timezone.now()
    _lock_where_people_arrive(workshop, now=now)
    named = {*came, *did_not_come}
    registrations = {
        registration.pk: registration
        for registration in workshop.registrations.confirmed().select_for_update().filter(pk__in=named)
    }
    if len(registrations) < len(named):
        raise Refusal(
            "not_confirmed",
            _("Jemand hat sich inzwischen abgemeldet. Bitte die Liste neu laden und noch einmal eintragen."),
        )
    changed = [registrations[pk] for pk in named if registrations[pk].has_attended != (pk in came)]
    for registration in changed:
        registration.has_attended = registration.pk in came
        # Ticked off and ticked on again: how long they were there is not known any more.
        registration.attended_minutes = None
        registration.attendance_source = AttendanceSource.TICKED
        registration.attendance_by = by
        registration.save(
            update_fields=["has_attended", "attended_minutes", "attendance_source", "attendance_by"]
        )
    if any(each.named_in_minutes_at is not None and not each.has_attended for each in changed):
        # Only who came is named.
        documents.forget_minutes([workshop.pk])
    if changed:
        events.attendance_noted.send(sender=Workshop, workshop=workshop)
    return len(changed)


@transaction.atomic
def add_phone_guest(
    workshop: Workshop, *, label: str, minutes: int | None, by: User, now: datetime.datetime | None = None
) -> PhoneGuest:
    """Someone who took part by telephone without being registered. The label is forgotten after a week."""
    _lock_where_people_arrive(workshop, now=now or timezone.now())
    return PhoneGuest.objects.create(
        workshop=workshop,
        label=label.strip(),
        minutes=None if minutes is None else rounded(minutes * 60),
        added_by=by,
    )


def remove_phone_guest(workshop: Workshop, pk: int, *, by: User) -> bool:
    """Whether there was one; twice is once."""
    removed, _per_model = workshop.phone_guests.filter(pk=pk).delete()
    return bool(removed)


def _lock_where_people_arrive(workshop: Workshop, *, now: datetime.datetime) -> None:
    workshop.refresh_from_db(from_queryset=Workshop.objects.select_for_update(of=("self",)))
    if not workshop.is_published:
        raise Refusal("not_published", _("Dieser Workshop findet nicht statt."))
    if now < workshop.starts_at - ARRIVAL:
        raise Refusal("not_begun", _("Die Anwesenheit lässt sich erst kurz vor Beginn eintragen."))
