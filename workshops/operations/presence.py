"""Who is in a workshop's rooms, and what is kept of it: yes or no, and minutes in steps of five.

While a workshop runs, each coming and going is a row (`Presence`); when it is over they become attendance
and are deleted. What is told twice, late, or by two sources counts once. Lock order: workshop → meeting →
presence → registration.
"""

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, QuerySet

from workshops import events
from workshops.conferencing.protocol import Present, Role
from workshops.conferencing.texts import one_line
from workshops.models import AttendanceSource, Meeting, Presence, Registration, Workshop
from workshops.operations.rooms import provider_of

# After the end the last still say goodbye; then it is settled, and whoever comes is not counted any more.
SETTLED_AFTER = datetime.timedelta(minutes=30)
# A provider that says by itself who comes may know it before it says that the meeting runs.
BEFORE_IT_RUNS = datetime.timedelta(minutes=2)
STEP_MINUTES = 5
LONGEST_KEY = 64
# As far as names reach at providers that give us only those.
LONGEST_NAME = 64

_OURS = re.compile(r"r([0-9]{1,18})")

Span = tuple[datetime.datetime, datetime.datetime]


@transaction.atomic
def see(meeting: Meeting, people: Collection[Present], *, now: datetime.datetime) -> None:
    """Exactly these are in the meeting now: who is new came, who is missing left when last seen."""
    if not _is_watched(meeting, now=now):
        return
    inside = {presence.person_key: presence for presence in meeting.presences.inside()}
    named = _by_key(people)
    known = _registrations(meeting, named)
    new: list[Presence] = []
    for key, person in named.items():
        presence = inside.get(key)
        if presence is None or (person.is_waiting and not presence.is_waiting):
            # Who is in the lobby again was in until they were last seen.
            new.append(_coming(meeting, key, person, known.get(key), at=now))
            continue
        del inside[key]
        if presence.is_waiting and not person.is_waiting:
            # Let in: the wait was no attendance. (A clock may be behind that of whoever looked before.)
            presence.joined_at = presence.last_seen_at = max(now, presence.last_seen_at)
        _keep_what_is_new(presence, person, known.get(key))
    gone = [presence.pk for presence in inside.values()]
    meeting.presences.filter(pk__in=gone).update(left_at=F("last_seen_at"))
    meeting.presences.inside().filter(last_seen_at__lt=now).update(last_seen_at=now)
    Presence.objects.bulk_create(new)
    _note_attendance(registration for key, registration in known.items() if not named[key].is_waiting)


@transaction.atomic
def came(
    meeting: Meeting,
    person: Present,
    *,
    stay: str = "",
    at: datetime.datetime | None = None,
    now: datetime.datetime,
) -> None:
    """One person came in at `at`, as the provider told by itself (webhook); told twice or late is once.

    stay: the provider's key for this person on this device, the same when they leave.
    """
    if not _is_watched(meeting, now=now):
        return
    key, at = _key_of(person, stay), _believable(meeting, at, now=now)
    known = _seat_of(person, meeting)
    told = meeting.presences.filter(person_key=key).exclude(left_at__lt=at).order_by("joined_at").first()
    if told is not None:
        # Told again, or only after we heard that they left.
        if at < told.joined_at:
            told.joined_at = at
            told.save(update_fields=["joined_at"])
        return
    _coming(meeting, key, person, known, at=at).save()
    if not person.is_waiting:
        _note_attendance([known] if known else [])


@transaction.atomic
def left(
    meeting: Meeting,
    person: Present,
    *,
    stay: str = "",
    at: datetime.datetime | None = None,
    now: datetime.datetime,
) -> None:
    """The same of one who left. Whose coming was not told (yet) leaves a row that it finds."""
    if not _is_watched(meeting, now=now):
        return
    key, at = _key_of(person, stay), _believable(meeting, at, now=now)
    mine = meeting.presences.filter(person_key=key)
    inside = mine.inside().first()
    if inside is not None and inside.joined_at <= at:
        inside.left_at = inside.last_seen_at = at
        inside.save(update_fields=["left_at", "last_seen_at"])
    elif not mine.filter(left_at__gte=at).exists() and inside is None:
        known = _seat_of(person, meeting)
        presence = _coming(meeting, key, person, known, at=at)
        presence.left_at = at
        presence.save()
        _note_attendance([known] if known else [])


def everyone_left(meeting: Meeting, *, at: datetime.datetime, now: datetime.datetime) -> None:
    """The provider told that its meeting ended; who came later came to its next one."""
    at = _believable(meeting, at, now=now)
    gone = meeting.presences.inside().filter(joined_at__lte=at)
    gone.update(left_at=at, last_seen_at=at)


def runs(meeting: Meeting, *, is_running: bool, now: datetime.datetime) -> None:
    """What a provider says that tells by itself who comes and goes: if it forgot to say who left, they are
    in as long as the meeting runs."""
    inside = meeting.presences.inside()
    if is_running:
        inside.filter(last_seen_at__lt=now).update(last_seen_at=now)
    else:
        inside.filter(last_seen_at__lt=now - BEFORE_IT_RUNS).update(left_at=F("last_seen_at"))


def note_click(registration: Registration) -> None:
    """They pressed the button and were led in. Believed where nobody knows better."""
    Registration.objects.confirmed().filter(
        pk=registration.pk, attendance_source="", has_attended=False
    ).update(has_attended=True, attendance_source=AttendanceSource.CLICK)


@transaction.atomic
def settle(workshop: Workshop, *, now: datetime.datetime) -> None:
    """Turn presences into attendance and forget them. What a moderator ticked off stays so. Twice is once."""
    locked = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
    meetings = list(workshop.meetings.select_for_update(of=("self",)).select_related("room").order_by("pk"))
    presences = list(Presence.objects.filter(meeting__in=meetings))
    rehearsals = {meeting.pk for meeting in meetings if meeting.purpose == Meeting.Purpose.REHEARSAL}
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for presence in presences:
        counts = not presence.is_waiting and presence.meeting_id not in rehearsals
        if counts and presence.registration_id is not None:
            until = presence.left_at or presence.last_seen_at
            spans[presence.registration_id].append((presence.joined_at, until))
    confirmed = workshop.registrations.confirmed().select_for_update().order_by("pk")
    for registration in confirmed.filter(pk__in=spans):
        if registration.attendance_source == AttendanceSource.TICKED and not registration.has_attended:
            continue
        minutes = rounded(seconds_inside(spans[registration.pk]))
        # Settled before, and somebody was still told of: no less than it was.
        registration.attended_minutes = max(minutes, registration.attended_minutes or 0)
        registration.has_attended = True
        if registration.attendance_source != AttendanceSource.TICKED:
            registration.attendance_source = AttendanceSource.ROOM
        registration.save(update_fields=["has_attended", "attended_minutes", "attendance_source"])
    taken_part = [meeting for meeting in meetings if meeting.opened_at and meeting.pk not in rehearsals]
    is_told = any(presence.meeting_id not in rehearsals for presence in presences)
    is_asked = is_told and locked.room_id is not None
    if is_asked and all(provider_of(meeting.room).knows_presence for meeting in taken_part):
        # The provider says who was in: a click that led to nothing, or only to the lobby, is no attendance.
        confirmed.exclude(pk__in=spans).filter(attendance_source=AttendanceSource.CLICK).update(
            has_attended=False, attendance_source=""
        )
    Presence.objects.filter(pk__in=[presence.pk for presence in presences]).delete()
    events.attendance_noted.send(sender=Workshop, workshop=locked)


def seconds_inside(spans: Iterable[Span]) -> float:
    """The time covered by at least one of the spans: two devices, or two rooms at once, count once."""
    total, until = 0.0, None
    for begin, end in sorted(spans):
        begin = begin if until is None or begin > until else until
        if end > begin:
            total += (end - begin).total_seconds()
        until = end if until is None else max(until, end)
    return total


def rounded(seconds: float) -> int:
    """Minutes to the nearest five, half of it upwards; at least five: whoever came, came."""
    return max(STEP_MINUTES, STEP_MINUTES * math.floor(seconds / 60 / STEP_MINUTES + 0.5))


def _is_watched(meeting: Meeting, *, now: datetime.datetime) -> bool:
    """Lock the meeting, if it is on and not settled yet. Of a rehearsal too: staff see who is in, until it
    ends; but nobody in it is one of those who registered."""
    alive = Meeting.objects.alive().select_for_update(of=("self",))
    going_on = alive.filter(pk=meeting.pk, workshop__ends_at__gt=now - SETTLED_AFTER)
    return going_on.exclude(workshop__status=Workshop.Status.CANCELLED).first() is not None


def _by_key(people: Iterable[Present]) -> dict[str, Present]:
    named: dict[str, Present] = {}
    for person in people:
        key = first = _key_of(person)
        if not person.key:
            # Two guests of one name are two people.
            number = 2
            while key in named:
                key, number = f"{first[: LONGEST_KEY - 6]} #{number}", number + 1
        elif key in named and not named[key].is_waiting:
            # On two devices, one of them still in the lobby: in is in.
            continue
        named[key] = person
    return named


def _key_of(person: Present, stay: str = "") -> str:
    return (f"!{stay}" if stay else person.key or f"?{person.name}")[:LONGEST_KEY]


def _believable(
    meeting: Meeting, at: datetime.datetime | None, *, now: datetime.datetime
) -> datetime.datetime:
    """The provider's clock, as far as it can be right."""
    return min(max(at or now, meeting.created_at), now)


def _seats(meeting: Meeting) -> QuerySet[Registration]:
    """Of those who may be in it; nobody who rehearses has one."""
    if meeting.purpose == Meeting.Purpose.REHEARSAL:
        return Registration.objects.none()
    return Registration.objects.confirmed().filter(workshop=meeting.workshop_id)


def _registrations(meeting: Meeting, named: Iterable[str]) -> dict[str, Registration]:
    """Those of the keys that are seats of this workshop."""
    ids = {key: int(match[1]) for key in named if (match := _OURS.fullmatch(key))}
    found = _seats(meeting).in_bulk(ids.values())
    return {key: found[pk] for key, pk in ids.items() if pk in found}


def _seat_of(person: Present, meeting: Meeting) -> Registration | None:
    """By our key; else the only one in that name, where the provider gives us nothing but names (Zoom).

    Whoever changes their name there is not found, or found as somebody else: all that hangs on it is a tick
    that the moderator sees and can change. Two of one name: nobody is guessed.
    """
    if person.key or person.is_by_phone or person.role is Role.MODERATOR:
        return _registrations(meeting, [person.key]).get(person.key)
    called = [
        seat
        for seat in _seats(meeting).exclude(participant__name="").select_related("participant")
        if one_line(seat.participant.name, limit=LONGEST_NAME) == person.name
    ]
    return called[0] if len(called) == 1 else None


def _coming(
    meeting: Meeting,
    key: str,
    person: Present,
    registration: Registration | None,
    *,
    at: datetime.datetime,
) -> Presence:
    return Presence(
        meeting=meeting,
        registration=registration,
        person_key=key,
        # A caller's number is nobody's business.
        name="" if person.is_by_phone else person.name[:150],
        is_moderator=person.role is Role.MODERATOR,
        is_by_phone=person.is_by_phone,
        is_waiting=person.is_waiting,
        joined_at=at,
        last_seen_at=at,
    )


def _keep_what_is_new(presence: Presence, person: Present, registration: Registration | None) -> None:
    """Most who stay just stay: no statement for each of them."""
    now_so = {
        "is_waiting": person.is_waiting,
        "is_moderator": person.role is Role.MODERATOR,
        "registration_id": registration.pk if registration else None,
    }
    if any(getattr(presence, name) != value for name, value in now_so.items()):
        for name, value in now_so.items():
            setattr(presence, name, value)
        presence.save(update_fields=[*now_so, "joined_at", "last_seen_at"])


def _note_attendance(registrations: Iterable[Registration]) -> None:
    seats = Registration.objects.confirmed().filter(pk__in=[one.pk for one in registrations])
    seats.exclude(attendance_source__in=[AttendanceSource.ROOM, AttendanceSource.TICKED]).update(
        has_attended=True, attendance_source=AttendanceSource.ROOM
    )
