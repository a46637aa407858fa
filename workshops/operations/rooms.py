"""A process's video rooms: entered, changed, retired; and which of them a workshop is in."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import conferencing, sealing
from workshops.conferencing.protocol import Connection, Kind, Provider, Secret
from workshops.errors import Refusal
from workshops.models import ConferenceRoom, Meeting, ParticipationProcess, User, Workshop
from workshops.models.workshop import new_phone_code
from workshops.operations.guards import lock_workshop, refuse_ended
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
    secret: str | None = None
    webhook_secret: str | None = None
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
    """Workshops in the room stay there. Another number to call stands in their calendars, and is told."""
    now = now or timezone.now()
    # First the workshops, as everywhere; then the room.
    upcoming = _upcoming(room, now)
    room.refresh_from_db(from_queryset=ConferenceRoom.objects.select_for_update(of=("self",)))
    before = {workshop.pk: workshop.phone for workshop in upcoming}
    needed = max((workshop.capacity for workshop in upcoming), default=0)
    if details.seats is not None and details.seats < needed:
        raise Refusal(
            "too_few_seats",
            _(
                "In diesem Raum ist ein Workshop mit %(seats)d Plätzen. "
                "Weniger geht erst, wenn er umgezogen ist."
            )
            % {"seats": needed},
        )
    # A secret goes with the address it was entered for: nobody has it sent elsewhere without knowing it.
    if details.address != room.address and room.sealed_secret and details.secret is None:
        raise Refusal(
            "secret_needed",
            _("Die Adresse ist eine andere. Bitte geben Sie das Geheimnis dazu noch einmal ein."),
        )
    _write(room, details)
    for workshop in upcoming:
        workshop.room = room
        if workshop.phone != before[workshop.pk]:
            save_and_tell(workshop, [], by=by, now=now)


@transaction.atomic
def retire(room: ConferenceRoom, *, by: User, now: datetime.datetime | None = None) -> None:
    """No longer offered. Refuses with `in_use` while a workshop is to happen there. Twice is once."""
    now = now or timezone.now()
    room.refresh_from_db(from_queryset=ConferenceRoom.objects.select_for_update(of=("self",)))
    if room.retired_at is not None:
        return
    first = room.workshops.filter(ends_at__gt=now).exclude(status=Workshop.Status.CANCELLED).first()
    if first is not None:
        raise Refusal(
            "in_use",
            _("In diesem Raum ist noch der Workshop „%(workshop)s“. Bitte zuerst einen anderen Raum wählen.")
            % {"workshop": first},
        )
    room.retired_at = now
    room.sealed_secret = room.sealed_webhook_secret = room.secret_name = ""
    room.save(update_fields=["retired_at", "sealed_secret", "sealed_webhook_secret", "secret_name"])


@transaction.atomic
def assign(
    workshop: Workshop,
    *,
    room: ConferenceRoom | None,
    by: User,
    conference_url: str = "",
    dial_in: str = "",
    now: datetime.datetime | None = None,
) -> bool:
    """Where the workshop happens: a room, or an address of its own, or nowhere yet. Whether that is new.

    Everyone's join link goes on working, so nobody is told, unless the number to call stands in their
    calendars and is another one. A meeting in the room it leaves is ended; who is in it comes back here.
    Refuses with `too_few_seats`, `room_is_taken`, `other_process`.
    """
    now = now or timezone.now()
    lock_workshop(workshop)
    refuse_ended(workshop, now)
    before = (workshop.room_id, workshop.conference_url, workshop.dial_in)
    spoken_before = workshop.phone
    if room is not None:
        # Whoever gives it to another workshop at this moment waits here.
        room = ConferenceRoom.objects.select_for_update(of=("self",)).get(pk=room.pk)
        refuse_unfit(workshop, room)
        conference_url = ""
    workshop.room = room
    workshop.conference_url, workshop.dial_in = conference_url.strip(), dial_in.strip()
    changed = ["room", "conference_url", "dial_in"]
    if room is not None and room.takes_our_phone_code:
        _keep_code_unique(workshop, room)
        changed.append("phone_code")
    if before == (workshop.room_id, workshop.conference_url, workshop.dial_in):
        return False
    if before[0] != workshop.room_id:
        workshop.meetings.alive().filter(purpose__in=_MOVES_ALONG).update(ended_at=now, claimed_until=None)
    if workshop.phone != spoken_before:
        save_and_tell(workshop, changed, by=by, now=now)
    else:
        workshop.save(update_fields=changed)
    return True


_MOVES_ALONG = (Meeting.Purpose.WORKSHOP, Meeting.Purpose.REHEARSAL)


def refuse_unfit(workshop: Workshop, room: ConferenceRoom) -> None:
    """Refuse a room that is another process's, retired, too small, or taken at the workshop's time."""
    if room.process_id != workshop.process.pk or room.retired_at is not None:
        raise Refusal("other_process", _("Diesen Raum gibt es hier nicht (mehr)."))
    if not room.seats_enough_for(workshop.capacity):
        raise Refusal(
            "too_few_seats",
            _("„%(room)s“ hat %(seats)d Plätze, der Workshop braucht %(needed)d.")
            % {"room": room, "seats": room.seats, "needed": workshop.capacity},
        )
    at_that_time = (
        room.workshops.exclude(status=Workshop.Status.CANCELLED)
        .exclude(pk=workshop.pk)
        .filter(starts_at__lt=workshop.ends_at, ends_at__gt=workshop.starts_at)
        .select_related("series__field")
        .order_by("starts_at", "pk")
    )
    others = list(at_that_time)
    # As many as ever run there at one moment of ours: each begins, or we do, when most are inside.
    for moment in (workshop.starts_at, *(other.starts_at for other in others)):
        running = [other for other in others if other.starts_at <= moment < other.ends_at]
        if workshop.starts_at <= moment < workshop.ends_at and len(running) >= room.parallel_meetings:
            raise Refusal(
                "room_is_taken",
                _("„%(room)s“ ist zu dieser Zeit schon vergeben: %(others)s.")
                % {"room": room, "others": ", ".join(f"„{other}“" for other in running)},
                workshops=running,
            )


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
        raise Refusal(
            "name_taken", _("Einen Raum „%(name)s“ gibt es schon.") % {"name": details.name}
        ) from None
    return room


def _upcoming(room: ConferenceRoom, now: datetime.datetime) -> list[Workshop]:
    return list(
        Workshop.objects.select_for_update(of=("self",))
        .select_related("series__field__process", "room")
        .filter(room=room, ends_at__gt=now)
        .exclude(status=Workshop.Status.CANCELLED)
        .order_by("pk")
    )


def _keep_code_unique(workshop: Workshop, room: ConferenceRoom) -> None:
    """No two workshops of one provider share the code that callers type: one would hear the other."""
    taken = set(
        Workshop.objects.filter(room__provider=room.provider, room__address=room.address)
        .exclude(pk=workshop.pk)
        .values_list("phone_code", flat=True)
    )
    while workshop.phone_code in taken:
        workshop.phone_code = new_phone_code()
