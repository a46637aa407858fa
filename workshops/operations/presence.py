"""Who is in a workshop's rooms, and what is kept of it: yes or no, and minutes in steps of five.

While a workshop runs, each coming and going is a row (`Presence`); when it is over they become attendance and
are deleted. What is told twice, or by two sources, counts once.
"""

import datetime
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.conferencing.protocol import Present, Role
from workshops.errors import Refusal
from workshops.models import AttendanceSource, Meeting, PhoneGuest, Presence, Registration, User, Workshop
from workshops.operations import conferences
from workshops.operations.rooms import provider_of

logger = logging.getLogger(__name__)

# After the end the last still say goodbye; then it is settled.
SETTLED_AFTER = datetime.timedelta(minutes=30)
STEP_MINUTES = 5

_OURS = re.compile(r"r([0-9]{1,18})")


def tend(*, now: datetime.datetime) -> None:
    """One sweep: make the meetings that are due, look who is in, end what is over, settle attendance.

    May run twice at once: each meeting is claimed before its provider is asked.
    """
    for workshop in _about_to_open(now):
        _try(_make, workshop, now=now)
    for meeting in _going_on(now):
        _try(_look, meeting, now=now)
    for meeting in _overdue(now):
        _try(conferences.end, meeting, now=now)
    for workshop in _to_settle(now):
        _try(settle, workshop, now=now)


@transaction.atomic
def see(meeting: Meeting, people: Collection[Present], *, now: datetime.datetime) -> None:
    """Exactly these are in the meeting now: who is new came, who is missing left when last seen."""
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    inside = {presence.person_key: presence for presence in meeting.presences.inside()}
    named = {_key_of(person): person for person in people}
    known = _registrations(meeting.workshop_id, named)
    for key, person in named.items():
        presence = inside.pop(key, None)
        if presence is None:
            _came(meeting, key, person, known.get(key), now=now)
        else:
            presence.last_seen_at, presence.is_waiting = now, person.is_waiting
            presence.save(update_fields=["last_seen_at", "is_waiting"])
    for gone in inside.values():
        gone.left_at = gone.last_seen_at
        gone.save(update_fields=["left_at"])
    _note_attendance(registration for key, registration in known.items() if not named[key].is_waiting)


@transaction.atomic
def came(meeting: Meeting, person: Present, *, now: datetime.datetime) -> None:
    """One person came in, as the provider told by itself (webhook). Told twice is once."""
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    key = _key_of(person)
    if meeting.presences.inside().filter(person_key=key).exists():
        return
    known = _registrations(meeting.workshop_id, {key: person})
    _came(meeting, key, person, known.get(key), now=now)
    _note_attendance(known.values())


@transaction.atomic
def left(meeting: Meeting, person: Present, *, now: datetime.datetime) -> None:
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    for presence in meeting.presences.inside().filter(person_key=_key_of(person)):
        presence.left_at = presence.last_seen_at = max(now, presence.joined_at)
        presence.save(update_fields=["left_at", "last_seen_at"])


def note_click(registration: Registration) -> None:
    """They pressed the button and were led in. Believed where nobody knows better."""
    Registration.objects.confirmed().filter(
        pk=registration.pk, attendance_source="", has_attended=False
    ).update(has_attended=True, attendance_source=AttendanceSource.CLICK)


@transaction.atomic
def add_phone_guest(
    workshop: Workshop, *, label: str, minutes: int | None, by: User, now: datetime.datetime
) -> PhoneGuest:
    """Someone who took part by telephone without being registered. Refuses with `not_begun`."""
    workshop.refresh_from_db(from_queryset=Workshop.objects.select_for_update(of=("self",)))
    if not workshop.is_published or now < workshop.opens_for_moderators_at:
        raise Refusal("not_begun", _("Die Anwesenheit lässt sich erst kurz vor Beginn eintragen."))
    return PhoneGuest.objects.create(
        workshop=workshop,
        label=label.strip(),
        minutes=None if minutes is None else rounded(minutes * 60),
        added_by=by,
    )


def remove_phone_guest(guest: PhoneGuest, *, by: User) -> None:
    PhoneGuest.objects.filter(pk=guest.pk).delete()


@transaction.atomic
def settle(workshop: Workshop, *, now: datetime.datetime) -> None:
    """Turn presences into attendance and forget them. What a moderator ticked stays as they ticked it."""
    Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    meetings = workshop.meetings.exclude(purpose=Meeting.Purpose.REHEARSAL)
    presences = list(Presence.objects.filter(meeting__workshop=workshop))
    spans: defaultdict[int, list[tuple[datetime.datetime, datetime.datetime]]] = defaultdict(list)
    for presence in presences:
        if presence.registration_id is not None and not presence.is_waiting:
            spans[presence.registration_id].append(
                (presence.joined_at, presence.left_at or presence.last_seen_at)
            )
    confirmed = workshop.registrations.confirmed().select_for_update()
    for registration in confirmed.filter(pk__in=spans):
        if registration.attendance_source == AttendanceSource.TICKED and not registration.has_attended:
            continue
        registration.has_attended = True
        registration.attended_minutes = rounded(seconds_inside(spans[registration.pk]))
        registration.attendance_source = registration.attendance_source or AttendanceSource.ROOM
        if registration.attendance_source == AttendanceSource.CLICK:
            registration.attendance_source = AttendanceSource.ROOM
        registration.save(update_fields=["has_attended", "attended_minutes", "attendance_source"])
    if spans:
        # The provider says who was in: a click that led to nothing is no attendance.
        confirmed.exclude(pk__in=spans).filter(attendance_source=AttendanceSource.CLICK).update(
            has_attended=False, attendance_source=""
        )
    Presence.objects.filter(pk__in=[presence.pk for presence in presences]).delete()
    meetings.alive().filter(opened_at__isnull=True).update(ended_at=now, claimed_until=None)


def seconds_inside(spans: Iterable[tuple[datetime.datetime, datetime.datetime]]) -> float:
    """The time covered by at least one of the spans: two devices, or two rooms at once, count once."""
    total, until = 0.0, None
    for begin, end in sorted(spans):
        begin = begin if until is None or begin > until else until
        if end > begin:
            total += (end - begin).total_seconds()
        until = end if until is None else max(until, end)
    return total


def rounded(seconds: float) -> int:
    """Minutes in steps of five, at least five: whoever came, came."""
    return max(STEP_MINUTES, STEP_MINUTES * round(seconds / 60 / STEP_MINUTES))


def _make(workshop: Workshop, *, now: datetime.datetime) -> None:
    assert workshop.room is not None
    meeting = conferences.meeting_of(workshop, workshop.room, now=now)
    conferences.make_ready(meeting, provider_of(workshop.room), now=now)


def _look(meeting: Meeting, *, now: datetime.datetime) -> None:
    provider = provider_of(meeting.room)
    if not provider.knows_presence:
        return
    info = conferences.look(meeting, provider, now=now)
    if info is not None and info.people is not None:
        see(meeting, info.people, now=now)


def _about_to_open(now: datetime.datetime) -> list[Workshop]:
    """Those that moderators may enter, and whose meeting isn't made yet."""
    soon = Workshop.objects.published().filter(
        room__isnull=False, ends_at__gt=now, starts_at__lte=now + datetime.timedelta(hours=4)
    )
    return [
        workshop
        for workshop in soon.exclude(
            meetings__in=Meeting.objects.open().filter(purpose=Meeting.Purpose.WORKSHOP)
        )
        .select_related("series__field__process", "room")
        .order_by("starts_at", "pk")
        if workshop.opens_for_moderators_at <= now
    ]


def _going_on(now: datetime.datetime) -> list[Meeting]:
    return list(
        Meeting.objects.open()
        .exclude(purpose=Meeting.Purpose.REHEARSAL)
        .filter(workshop__ends_at__gt=now - SETTLED_AFTER)
        .select_related("room", "channel", "workshop__series__field__process")
        .order_by("pk")
    )


def _overdue(now: datetime.datetime) -> list[Meeting]:
    """Long after the end, of a workshop that was cancelled, or of a rehearsal that lasted long enough."""
    over = Q(workshop__ends_at__lte=now - conferences.OVERRUN) & ~Q(purpose=Meeting.Purpose.REHEARSAL)
    rehearsed = Q(purpose=Meeting.Purpose.REHEARSAL, created_at__lte=now - conferences.REHEARSAL_LASTS)
    return list(
        Meeting.objects.open()
        .filter(over | rehearsed | Q(workshop__status=Workshop.Status.CANCELLED))
        .select_related("room", "channel", "workshop__series__field__process")
        .order_by("pk")
    )


def _to_settle(now: datetime.datetime) -> list[Workshop]:
    with_presences = Presence.objects.filter(meeting__workshop__ends_at__lte=now - SETTLED_AFTER)
    return list(Workshop.objects.filter(pk__in=with_presences.values("meeting__workshop")).order_by("pk"))


def _key_of(person: Present) -> str:
    return (person.key or f"?{person.name}")[:64]


def _registrations(workshop_id: int, named: Iterable[str]) -> dict[str, Registration]:
    """Those of the keys that are seats of this workshop."""
    ids = {key: int(match[1]) for key in named if (match := _OURS.fullmatch(key))}
    found = Registration.objects.confirmed().filter(workshop=workshop_id).in_bulk(ids.values())
    return {key: found[pk] for key, pk in ids.items() if pk in found}


def _came(
    meeting: Meeting,
    key: str,
    person: Present,
    registration: Registration | None,
    *,
    now: datetime.datetime,
) -> None:
    meeting.presences.create(
        registration=registration,
        person_key=key,
        # A caller's number is nobody's business.
        name="" if person.is_by_phone else person.name[:150],
        is_moderator=person.role is Role.MODERATOR,
        is_by_phone=person.is_by_phone,
        is_waiting=person.is_waiting,
        joined_at=now,
        last_seen_at=now,
    )


def _note_attendance(registrations: Iterable[Registration]) -> None:
    Registration.objects.filter(pk__in=[one.pk for one in registrations]).exclude(
        attendance_source__in=[AttendanceSource.ROOM, AttendanceSource.TICKED]
    ).update(has_attended=True, attendance_source=AttendanceSource.ROOM)


def _try(act: Callable[..., None], row: Workshop | Meeting, *, now: datetime.datetime) -> None:
    """One that fails by a mistake of ours holds up no other."""
    try:
        act(row, now=now)
    except Exception:
        logger.exception("%s failed for %s %s", act.__name__, row._meta.model_name, row.pk)
