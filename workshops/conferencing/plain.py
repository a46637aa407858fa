"""A conference somewhere else, of which only the address is known: Teams, Webex, anything."""

import datetime

from .addresses import origin_of
from .protocol import Connection, Info, Meeting, Person, ProviderRefused, RecordingInfo


class PlainLink:
    """Everyone gets the same address. It may be http: nothing of ours is sent along."""

    knows_presence = False
    knows_recordings = False
    knows_lobby = False
    needs_creation = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, meeting: Meeting) -> str:
        return ""

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        self.check()
        return self._connection.address

    def info(self, meeting: Meeting) -> Info | None:
        return None

    def end(self, meeting: Meeting) -> None:
        """It isn't ours to end."""

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]:
        return ()

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None:
        raise ProviderRefused("not_supported")

    def delete_recording(self, meeting: Meeting, recording: str) -> None:
        raise ProviderRefused("not_supported")

    def check(self) -> None:
        """Is it an address? Whether a conference is there can't be known."""
        origin_of(self._connection.address)
