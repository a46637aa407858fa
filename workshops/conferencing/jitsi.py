"""Jitsi Meet: a token that opens one room until its end. No question is ever asked of the server.

The token: https://github.com/jitsi/lib-jitsi-meet/blob/master/doc/tokens.md; moderators by
token_affiliation, the lobby by token_lobby_autostart and token_lobby_bypass
(https://github.com/jitsi-contrib/prosody-plugins): without these plugins a server ignores those claims.
"""

import datetime
import json
import re
from urllib.parse import quote, urlsplit, urlunsplit

import jwt

from .addresses import origin_of, web_address
from .protocol import (
    Connection,
    Info,
    Meeting,
    Person,
    ProviderRefused,
    RecordingInfo,
    Role,
    WrongSettings,
)
from .texts import one_line

# RFC 7518, 3.2: HS256 wants a key as long as its result.
SHORTEST_KEY = 32
# The server's clock may go slow, and a meeting may last longer than planned.
SKEW = datetime.timedelta(minutes=1)
MARGIN = datetime.timedelta(hours=2)
LONGEST_NAME = 255
# Whatever else Jitsi would read in it: `*` is every room, `/` another tenant's.
ROOM = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)


class Jitsi:
    """With key and application: by token. Without both (an open server): the name alone goes along."""

    knows_presence = False
    knows_recordings = False
    needs_creation = False

    def __init__(self, connection: Connection, *, trusted_hosts: frozenset[str] = frozenset()) -> None:
        self._connection = connection
        self._trusted_hosts = trusted_hosts
        self.knows_lobby = bool(connection.secret)

    def create(self, meeting: Meeting) -> str:
        return ""

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        self.check()
        if not ROOM.fullmatch(meeting.key):
            raise WrongSettings("room")
        scheme, host, path, _, _ = urlsplit(self._connection.address.strip())
        path = f"{path.rstrip('/')}/{meeting.key}"
        name = one_line(person.name, limit=LONGEST_NAME)
        if self._connection.secret:
            return urlunsplit((scheme, host, path, f"jwt={self._token(meeting, person, name, now)}", ""))
        # Jitsi reads each value after the # as JSON.
        shown = quote(json.dumps(name, ensure_ascii=False), safe="")
        return urlunsplit((scheme, host, path, "", f"userInfo.displayName={shown}"))

    def info(self, meeting: Meeting) -> Info | None:
        return None

    def end(self, meeting: Meeting) -> None:
        """The token's end is the meeting's: there is nobody who could be told."""

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]:
        return ()

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None:
        raise ProviderRefused("not_supported")

    def delete_recording(self, meeting: Meeting, recording: str) -> None:
        raise ProviderRefused("not_supported")

    def check(self) -> None:
        """Address, application and key as far as can be told without asking: WrongSettings, NotAllowed."""
        connection = self._connection
        web_address(connection.address.strip(), self._trusted_hosts)
        if bool(connection.secret) != bool(connection.key_id):
            raise WrongSettings("secret" if connection.key_id else "key_id")
        if connection.secret and len(connection.secret.reveal().encode()) < SHORTEST_KEY:
            raise WrongSettings("short_key")

    def _token(self, meeting: Meeting, person: Person, name: str, now: datetime.datetime) -> str:
        connection = self._connection
        is_moderator = person.role is Role.MODERATOR
        is_recorder = is_moderator and meeting.is_recorded
        claims = {
            "iss": connection.key_id,
            "aud": connection.key_id,
            "sub": self._subject(),
            "room": meeting.key,
            "iat": int(now.timestamp()),
            "nbf": int((now - SKEW).timestamp()),
            "exp": int((meeting.ends_at + MARGIN).timestamp()),
            "context": {
                # Strings only: Prosody's mod_presence_identity fails on anything else.
                "user": {
                    "id": person.key,
                    "name": name,
                    "moderator": "true" if is_moderator else "false",
                    "affiliation": "owner" if is_moderator else "member",
                },
                # What isn't listed is forbidden as soon as there is a list.
                "features": {
                    "recording": "true" if is_recorder else "false",
                    "livestreaming": "false",
                    "transcription": "false",
                    "outbound-call": "false",
                    "screen-sharing": "true",
                    # Read as a boolean.
                    "lobby_bypass": is_moderator or not connection.has_lobby,
                },
                "room": {"lobby_autostart": connection.has_lobby},
            },
        }
        return jwt.encode(claims, connection.secret.reveal(), algorithm="HS256")

    def _subject(self) -> str:
        """The tenant of an address with one, else the domain: where it isn't the host, it must be said."""
        tenant = urlsplit(self._connection.address.strip()).path.strip("/").lower()
        return self._connection.account_id or tenant or origin_of(self._connection.address.strip()).host
