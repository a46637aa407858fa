"""People in rooms, said shortly."""

import datetime
import urllib.request

from tests import builders, cast
from tests.providers.bigbluebutton import BigBlueButtonServer
from workshops import sealing
from workshops.conferencing.protocol import Present, Role
from workshops.models import ConferenceRoom, Meeting, Registration, Workshop
from workshops.operations import conferences

MINUTE = datetime.timedelta(minutes=1)
Row = tuple[str, int | None, int, int | None]


def a_room_at(server: BigBlueButtonServer, people: cast.Cast, **fields: object) -> ConferenceRoom:
    return builders.a_room(
        people.process,
        provider=ConferenceRoom.Provider.BIGBLUEBUTTON,
        address=server.address,
        sealed_secret=sealing.seal(server.secret),
        **fields,
    )


def there(who: Registration | str, *, waits: bool = False, leads: bool = False) -> Present:
    """A registered person under their key, or somebody the provider knows only by name."""
    role = Role.MODERATOR if leads else Role.PARTICIPANT
    if isinstance(who, Registration):
        return Present(f"r{who.pk}", who.participant.name, role, is_waiting=waits)
    return Present("", who, role, is_waiting=waits)


def rows(meeting: Meeting, start: datetime.datetime) -> list[Row]:
    """Name, registration, and the minutes after `start` at which they came and left."""
    return [
        (
            each.name,
            each.registration_id,
            round((each.joined_at - start) / MINUTE),
            None if each.left_at is None else round((each.left_at - start) / MINUTE),
        )
        for each in meeting.presences.order_by("joined_at", "pk")
    ]


def attendance(workshop: Workshop) -> list[tuple[str, bool, int | None, str]]:
    return [
        (each.participant.name, each.has_attended, each.attended_minutes, each.attendance_source)
        for each in workshop.registrations.select_related("participant").order_by("place")
    ]


def go_in(workshop: Workshop, seat: Registration, *, now: datetime.datetime) -> None:
    """Through the address that they get, as a browser would."""
    way = conferences.enter(workshop, conferences.person_of(seat), now=now)
    visit(way.address)


def visit(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        answer.read()
