"""A process's video rooms: entered, changed, retired; and which of them a workshop is in."""

import datetime
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import conferencing, sealing
from workshops.conferencing.protocol import Connection, Kind, Provider, Secret
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, Presence, User, Workshop
from workshops.models.workshop import new_phone_code
from workshops.operations import fitting
from workshops.operations.guards import lock_room, lock_workshop, refuse_ended
from workshops.operations.orphans import SERVER, refuse_orphans
from workshops.operations.workshops import save_and_tell


@dataclass(frozen=True, slots=True)
class RoomDetails:
    """What staff enter. A secret of None leaves the one that is there; "" takes it away."""

    name: str
    provider: str
    address: str = ""
    key_id: str = ""
    account_id: str = ""
    host: str = ""
    algorithm: str = "sha256"
    has_lobby: bool = False
    seats: int | None = None
    parallel_meetings: int = 1
    dial_in: str = ""
    # Nowhere seen when the details are printed, logged or in a traceback.
    secret: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    # Instead of both: what the operator put into the environment under this name.
    secret_name: str = ""


_PLAIN = (
    *("name", "provider", "address", "key_id", "account_id", "host", "algorithm", "has_lobby", "seats"),
    *("parallel_meetings", "dial_in", "secret_name"),
)


@transaction.atomic
def add(process: ParticipationProcess, details: RoomDetails, *, by: User) -> ConferenceRoom:
    return _write(ConferenceRoom(process=process), details)


@transaction.atomic
def change(
    room: ConferenceRoom, details: RoomDetails, *, by: User, now: datetime.datetime | None = None
) -> None:
    """Workshops in the room stay there. Another number to call stands in their calendars, and is told.

    Another server is refused while something of ours is on the old one, which nobody could reach any more.
    Refuses with `retired`, `just_given`, `too_few_seats`, `too_few_meetings`, `secret_needed`, `name_taken`,
    `meeting_on`, `recordings_there`.
    """
    now = now or timezone.now()
    # First the workshops, as everywhere; then the room.
    upcoming = _lock_upcoming(room, now)
    _lock(room)
    if room.retired_at is not None:
        raise Refusal("retired", _("Diesen Raum gibt es nicht mehr."))
    if set(fitting.upcoming_in(room, now).values_list("pk", flat=True)) != {one.pk for one in upcoming}:
        raise Refusal(
            "just_given",
            _("Gerade hat jemand diesen Raum vergeben oder frei gemacht. Bitte noch einmal speichern."),
        )
    fitting.refuse_less_than_needed(
        room, upcoming, seats=details.seats, parallel_meetings=details.parallel_meetings
    )
    # A secret goes with the address it was entered for: nobody has it sent elsewhere without knowing it.
    if details.address != room.address and room.sealed_secret and details.secret is None:
        raise Refusal(
            "secret_needed",
            _("Die Adresse ist eine andere. Bitte geben Sie das Geheimnis dazu noch einmal ein."),
        )
    if any(getattr(details, name) != getattr(room, name) for name in SERVER):
        refuse_orphans(room, now)
        # What failed on the old server is begun anew on the new one.
        Meeting.objects.alive().filter(room=room).update(ended_at=now, claimed_until=None)
    there = [workshop for workshop in upcoming if workshop.room_id == room.pk]
    for workshop in there:
        # The locked one: what came by a join may be older.
        workshop.room = room
    before = {workshop.pk: workshop.phone for workshop in there}
    _write(room, details)
    for workshop in there:
        changed = keep_code_unique(workshop, room)
        if workshop.phone != before[workshop.pk]:
            save_and_tell(workshop, changed, by=by, now=now)
        elif changed:
            workshop.save(update_fields=changed)
    # It is tried again at once, and what failed before says nothing any more.
    Meeting.objects.alive().filter(room=room).exclude(problem="").update(
        problem="", problem_words="", problem_at=None, claimed_until=None
    )


@transaction.atomic
def retire(room: ConferenceRoom, *, by: User, now: datetime.datetime | None = None) -> None:
    """No longer offered, and its secret is gone. Twice is once.

    Refuses with `in_use` while a workshop is to happen there, with `meeting_on` and `recordings_there` while
    something at the provider still needs that secret.
    """
    now = now or timezone.now()
    _lock(room)
    if room.retired_at is not None:
        return
    first = fitting.upcoming_in(room, now).first()
    if first is not None:
        raise Refusal(
            "in_use",
            _("In diesem Raum ist noch der Workshop „%(workshop)s“. Bitte zuerst einen anderen Raum wählen.")
            % {"workshop": first}
            if first.room_id == room.pk
            else _(
                "Der Workshop „%(workshop)s“ hat hier noch einen zweiten Raum. "
                "Bitte dort zuerst einen anderen wählen."
            )
            % {"workshop": first},
        )
    refuse_orphans(room, now)
    room.retired_at = now
    room.sealed_secret = room.sealed_webhook_secret = room.secret_name = ""
    room.save(update_fields=["retired_at", "sealed_secret", "sealed_webhook_secret", "secret_name"])


@dataclass(frozen=True, slots=True)
class Move:
    """What became of a workshop that happens elsewhere now.

    is_told: its calendars changed, so everyone in it is told. ends_recording: it was to be recorded, which
    can't be done where it is now, so that is withdrawn (and told). left: meetings that people may still be
    in; ask their provider to end them once the move is committed (`conferences.close`).
    """

    is_told: bool
    ends_recording: bool = False
    left: tuple[Meeting, ...] = ()


@transaction.atomic
def assign(
    workshop: Workshop,
    *,
    room: ConferenceRoom | None,
    by: User,
    conference_url: str = "",
    dial_in: str = "",
    now: datetime.datetime | None = None,
) -> Move | None:
    """Where the workshop happens: a room, or an address of its own, or nowhere yet. None: where it was.

    Everyone's join link goes on working, so nobody is told, unless the number to call stands in their
    calendars and is another one. A meeting in the room it leaves is over here; who is in it comes back.
    Refuses with `too_few_seats`, `room_is_taken`, `other_process`.
    """
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    before = (workshop.room_id, workshop.conference_url, workshop.dial_in)
    url = "" if room is not None else conference_url.strip()
    if before == (room.pk if room is not None else None, url, dial_in.strip()):
        return None
    spoken_before = workshop.phone
    if room is not None:
        # Whoever gives it to another workshop at this moment waits here.
        room = lock_room(room.pk)
        fitting.refuse_unfit(workshop, room)
    workshop.room, workshop.conference_url, workshop.dial_in = room, url, dial_in.strip()
    changed = ["room", "conference_url", "dial_in", *(keep_code_unique(workshop, room) if room else ())]
    left = _leave(workshop, now=now) if before[0] != workshop.room_id else ()
    ends_recording = workshop.is_recorded and not (room and provider_of(room).knows_recordings)
    if ends_recording:
        changed += workshop.withdraw_recording(now=now)
    is_told = workshop.phone != spoken_before or ends_recording
    if is_told:
        save_and_tell(workshop, changed, by=by, now=now)
    else:
        workshop.save(update_fields=changed)
    return Move(is_told=is_told and not workshop.is_draft, ends_recording=ends_recording, left=left)


def connection_of(room: ConferenceRoom) -> Connection:
    """How to reach the room's provider. A secret that can't be opened any more counts as none."""
    try:
        secret = sealing.unseal(room.sealed_secret)
        webhook_secret = sealing.unseal(room.sealed_webhook_secret)
    except sealing.Unsealable:
        secret = webhook_secret = ""
    if room.secret_name:
        secret = sealing.from_environment(room.secret_name)
        webhook_secret = sealing.from_environment(room.secret_name, webhook=True)
    return Connection(
        kind=Kind(room.provider),
        address=room.address,
        secret=Secret(secret),
        webhook_secret=Secret(webhook_secret),
        key_id=room.key_id,
        account_id=room.account_id,
        host=room.host,
        algorithm=room.algorithm,
        has_lobby=room.has_lobby,
    )


def provider_of(room: ConferenceRoom) -> Provider:
    return conferencing.provider_for(connection_of(room), trusted_hosts=settings.CONFERENCE_HOSTS)


def _write(room: ConferenceRoom, details: RoomDetails) -> ConferenceRoom:
    for name in _PLAIN:
        setattr(room, name, getattr(details, name))
    if details.secret_name:
        room.sealed_secret = room.sealed_webhook_secret = ""
    else:
        if details.secret is not None:
            room.sealed_secret = sealing.seal(details.secret)
        if details.webhook_secret is not None:
            room.sealed_webhook_secret = sealing.seal(details.webhook_secret)
    columns = [*_PLAIN, "sealed_secret", "sealed_webhook_secret"]
    try:
        with transaction.atomic():
            room.save(update_fields=None if room._state.adding else columns)
    except IntegrityError:
        namesakes = room.process.rooms.in_use().filter(name=details.name).exclude(pk=room.pk)
        if not namesakes.exists():
            raise
        raise Refusal(
            "name_taken", _("Einen Raum „%(name)s“ gibt es schon.") % {"name": details.name}
        ) from None
    return room


def _lock_upcoming(room: ConferenceRoom, now: datetime.datetime) -> list[Workshop]:
    """As `fitting.upcoming_in`; a workshop's channels change only under its lock."""
    return list(fitting.upcoming_in(room, now).select_for_update(of=("self",)).order_by("pk"))


def _lock(room: ConferenceRoom) -> None:
    room.refresh_from_db(from_queryset=ConferenceRoom.objects.select_for_update(of=("self",)))


def _leave(workshop: Workshop, *, now: datetime.datetime) -> tuple[Meeting, ...]:
    """The meetings in the room before are over; those in which somebody may still be."""
    alive = workshop.meetings.alive().filter(channel__isnull=True).select_related("room", "channel")
    # Locked before their presences are written, as `presence.see` does it.
    ended = list(alive.select_for_update(of=("self",)).order_by("pk"))
    Presence.objects.inside().filter(meeting__in=ended).update(left_at=Greatest("last_seen_at", now))
    alive.update(ended_at=now, claimed_until=None)
    # One whose provider fails can't be ended there now, and whoever moves it is in a hurry: the sweep does.
    left = [meeting for meeting in ended if meeting.opened_at is not None and not meeting.problem]
    for meeting in left:
        meeting.workshop, meeting.ended_at = workshop, now
    return tuple(left)


def keep_code_unique(workshop: Workshop, room: ConferenceRoom) -> list[str]:
    """No two workshops of one provider share the code that callers type: one would hear the other.

    Returns the columns that changed.
    """
    if not room.takes_our_phone_code:
        return []
    taken = set(
        Workshop.objects.filter(room__provider=room.provider, room__address=room.address)
        .exclude(pk=workshop.pk)
        .values_list("phone_code", flat=True)
    )
    was = workshop.phone_code
    while workshop.phone_code in taken:
        workshop.phone_code = new_phone_code()
    return ["phone_code"] if workshop.phone_code != was else []
