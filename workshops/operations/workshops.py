"""What may happen to one workshop: published, moved, changed, cancelled.

Every function locks the workshop's row first (before it only the survey's, by those that ask for the gate;
order in `guards`), brings the given instance up to date under that lock, and refuses with `Refusal` before
anything is written. `revision` is raised, and calendars are told, only by a change that a calendar shows.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshops import events
from workshops.errors import Refusal
from workshops.models import (
    LocalisedText,
    User,
    Workshop,
    WorkshopSeries,
)
from workshops.operations import seats
from workshops.operations.broken_off import forget_evening
from workshops.operations.fitting import refuse_too_small, refuse_unfit_own_rooms
from workshops.operations.guards import (
    lock_room,
    lock_survey,
    lock_workshop,
    refuse_double_booking,
    refuse_ended,
    require_open_gate,
)


@transaction.atomic
def publish(workshop: Workshop, *, by: User, now: datetime.datetime | None = None) -> None:
    """DRAFT → PUBLISHED. From now on the public sees it, and its number of changes begins.

    The gate counts for series of which nothing is published yet: what citizens have already seen goes on.
    """
    now = now or timezone.now()
    lock_survey(workshop.process)
    lock_workshop(workshop)
    if not workshop.is_draft:
        raise Refusal("not_a_draft", _("Dieser Workshop ist schon veröffentlicht."))
    if not workshop.series.workshops.announced().exists():
        require_open_gate(workshop.process, now=now)
    if workshop.starts_at <= now:
        raise Refusal(
            "already_begun",
            _("Der Beginn liegt in der Vergangenheit. Bitte zuerst einen neuen Termin setzen."),
        )
    refuse_unfit_own_rooms(workshop)
    refuse_double_booking(workshop, workshop.moderators.all())
    workshop.status = Workshop.Status.PUBLISHED
    workshop.published_at = workshop.changed_at = now
    workshop.published_by = by
    workshop.save(update_fields=["status", "published_at", "published_by", "changed_at"])
    events.workshop_published.send(sender=Workshop, workshop=workshop, by=by)


@transaction.atomic
def reschedule(
    workshop: Workshop,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """Give the workshop another time (aware moments). Nothing happens if it is the time it already has."""
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    if ends_at <= starts_at:
        raise Refusal("ends_before_it_starts", _("Das Ende muss nach dem Beginn liegen."))
    if (starts_at, ends_at) == (workshop.starts_at, workshop.ends_at):
        return
    if starts_at <= now:
        raise Refusal("in_the_past", _("Der neue Beginn liegt in der Vergangenheit."))
    if workshop.registration_opens_at is not None and workshop.registration_opens_at >= starts_at:
        raise Refusal("opens_after_it_closes", _("Die Anmeldung muss beginnen, bevor sie endet."))
    was_open = now >= workshop.opens_for_moderators_at
    workshop.starts_at, workshop.ends_at = starts_at, ends_at
    # A quarter of an hour later, with the door open all the while, is the same evening.
    is_another_evening = was_open and now < workshop.opens_for_moderators_at
    refuse_unfit_own_rooms(workshop)
    if workshop.is_published:
        refuse_double_booking(workshop, workshop.moderators.all())
    if workshop.registration_closes_at is not None and workshop.registration_closes_at > starts_at:
        workshop.registration_closes_at = starts_at
    changed = ["starts_at", "ends_at", "registration_closes_at"]
    announced_at = workshop.recording_announced_at
    if announced_at is not None and announced_at > workshop.recording_can_be_announced_until:
        # Too near now: not everyone would have heard of the recording in time.
        changed += workshop.withdraw_recording(now=now)
    # Nobody confirms after the start (`holds.held_until`).
    workshop.registrations.pending().filter(held_until__gt=starts_at).update(held_until=starts_at)
    if is_another_evening:
        forget_evening(workshop, now=now)
    save_and_tell(workshop, changed, by=by, now=now)


@transaction.atomic
def change_details(
    workshop: Workshop,
    *,
    by: User,
    title: LocalisedText,
    description: LocalisedText,
    now: datetime.datetime | None = None,
) -> bool:
    """What it is called and about. Both stand in the calendar: a change is told. Returns whether anything
    changed. (Where it happens: `rooms.assign`.)
    """
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    wanted = {
        "title": LocalisedText({code: text for code, text in title.items() if text}),
        "description": LocalisedText({code: text for code, text in description.items() if text}),
    }
    changed = [name for name, value in wanted.items() if getattr(workshop, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(workshop, name, wanted[name])
    save_and_tell(workshop, changed, by=by, now=now)
    return True


@transaction.atomic
def change_capacity(
    workshop: Workshop,
    *,
    capacity: int,
    waiting_capacity: int,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """Other numbers of seats. More seats promote those who wait; nobody who confirmed loses any."""
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    if workshop.room_id is not None and capacity > workshop.capacity:
        refuse_too_small(capacity, lock_room(workshop.room_id))
    (held,) = seats.lock([workshop.pk], now=now)
    taken = held.taken
    if capacity < max(taken, 1):
        raise Refusal(
            "seats_are_taken",
            ngettext_lazy(
                "Es ist schon %(taken)d Platz vergeben. Weniger Plätze sind erst nach Abmeldungen möglich.",
                "Es sind schon %(taken)d Plätze vergeben. Weniger Plätze sind erst nach Abmeldungen möglich.",
                "taken",
            )
            % {"taken": taken}
            if taken
            else _("Ein Workshop braucht mindestens einen Platz."),
            taken=taken,
        )
    if waiting_capacity < 0:
        raise Refusal("negative_waiting_list", _("Die Warteliste kann nicht kleiner als null sein."))
    workshop.capacity, workshop.waiting_capacity = capacity, waiting_capacity
    workshop.save(update_fields=["capacity", "waiting_capacity"])
    seats.promote_waiting(workshop, now=now)


@transaction.atomic
def set_registration_window(
    workshop: Workshop,
    *,
    opens_at: datetime.datetime | None,
    closes_at: datetime.datetime | None,
    by: User,
    now: datetime.datetime | None = None,
) -> None:
    """When people may register. None: from publication on, until the start."""
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    if closes_at is not None and closes_at > workshop.starts_at:
        raise Refusal("closes_after_the_start", _("Die Anmeldung muss spätestens zum Beginn enden."))
    if opens_at is not None and opens_at >= (closes_at or workshop.starts_at):
        raise Refusal("opens_after_it_closes", _("Die Anmeldung muss beginnen, bevor sie endet."))
    workshop.registration_opens_at, workshop.registration_closes_at = opens_at, closes_at
    workshop.save(update_fields=["registration_opens_at", "registration_closes_at"])


@transaction.atomic
def assign_moderators(
    workshop: Workshop, *, moderators: Iterable[User], by: User, now: datetime.datetime | None = None
) -> None:
    """Exactly these lead the workshop. Each must be a moderator of the process and free at that time."""
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    wanted = list(moderators)
    known = set(
        User.objects.filter(
            is_active=True, moderator_profiles__process=workshop.process, pk__in=[user.pk for user in wanted]
        ).values_list("pk", flat=True)
    )
    for user in wanted:
        if user.pk not in known:
            raise Refusal(
                "not_a_moderator",
                _("%(name)s gehört nicht zur Moderation dieses Prozesses.") % {"name": user},
            )
    if workshop.is_published:
        refuse_double_booking(workshop, wanted)
    workshop.moderators.set(wanted)


@transaction.atomic
def cancel(workshop: Workshop, *, reason: str, by: User, now: datetime.datetime | None = None) -> None:
    """PUBLISHED → CANCELLED, and every active registration ends. It stays in calendars as cancelled."""
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    if workshop.is_draft:
        raise Refusal(
            "still_a_draft", _("Ein Entwurf wird gelöscht, nicht abgesagt: Niemand weiß bisher davon.")
        )
    reason = reason.strip()
    if not reason:
        raise Refusal("no_reason", _("Bitte nennen Sie den Grund der Absage. Die Angemeldeten lesen ihn."))
    registrations = list(
        workshop.registrations.active().select_for_update(of=("self",)).select_related("participant")
    )
    workshop.status = Workshop.Status.CANCELLED
    workshop.cancelled_at = workshop.changed_at = now
    workshop.cancelled_by = by
    workshop.cancellation_reason = reason
    workshop.revision += 1
    workshop.save(
        update_fields=[
            *("status", "cancelled_at", "cancelled_by", "cancellation_reason"),
            *("revision", "changed_at"),
        ]
    )
    seats.give_back(registrations, now=now)
    events.workshop_cancelled.send(sender=Workshop, workshop=workshop, registrations=registrations, by=by)


@transaction.atomic
def add_by_hand(
    series: WorkshopSeries,
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    title: LocalisedText | None = None,
    now: datetime.datetime | None = None,
) -> Workshop:
    """One more draft in the series, with the series' seats; pinned, because a person chose its time."""
    now = now or timezone.now()
    require_open_gate(series.process, now=now)
    series = (
        WorkshopSeries.objects.select_for_update(of=("self",))
        .select_related("field__process")
        .get(pk=series.pk)
    )
    if ends_at <= starts_at:
        raise Refusal("ends_before_it_starts", _("Das Ende muss nach dem Beginn liegen."))
    if starts_at <= now:
        raise Refusal("in_the_past", _("Der Beginn liegt in der Vergangenheit."))
    last = series.workshops.aggregate(last=Max("number"))["last"] or 0
    return Workshop.objects.create(
        series=series,
        number=last + 1,
        title=title or LocalisedText(),
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=series.capacity,
        waiting_capacity=series.waiting_capacity,
        is_pinned=True,
        changed_at=now,
    )


@transaction.atomic
def delete_draft(workshop: Workshop, *, by: User) -> None:
    """A draft leaves no trace: nobody was told of it."""
    lock_workshop(workshop)
    if not workshop.is_draft:
        raise Refusal("not_a_draft", _("Ein veröffentlichter Workshop wird abgesagt, nicht gelöscht."))
    workshop.delete()


def save_and_tell(workshop: Workshop, changed: list[str], *, by: User, now: datetime.datetime) -> None:
    """For a change that calendars show: save the (locked) row's columns and, if anybody knows of the
    workshop, raise its revision."""
    workshop.changed_at = now
    if workshop.is_draft:
        workshop.save(update_fields=[*changed, "changed_at"])
        return
    workshop.revision += 1
    workshop.save(update_fields=[*changed, "revision", "changed_at"])
    events.workshop_rescheduled.send(sender=Workshop, workshop=workshop, by=by)
