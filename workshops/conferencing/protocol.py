"""What a video provider must be able to do, in our words. Plain values: no database, no request, no settings.

One small module a provider implements `Provider`; nothing outside this package knows a provider's words.
"""

import datetime
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    BIGBLUEBUTTON = "bigbluebutton"
    JITSI = "jitsi"
    ZOOM = "zoom"
    LINK = "link"


class Role(StrEnum):
    MODERATOR = "moderator"
    PARTICIPANT = "participant"


class Secret:
    """A provider's secret, which no log, traceback, page or pickle shows: only `reveal` gives it out."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one room's provider. Which values are used depends on `kind`.

    address: BigBlueButton: the API's (`…/bigbluebutton/`, `api` or not); Jitsi: the server's; link: the
    conference itself; Zoom: none (its own hosts).
    key_id: Jitsi: the application's id (`iss`, `aud`); Zoom: the client id. account_id, host: Zoom's account,
    and the user under whom meetings are made (`me` or an address).
    """

    kind: Kind
    address: str = ""
    secret: Secret = field(default_factory=Secret)
    webhook_secret: Secret = field(default_factory=Secret)
    key_id: str = ""
    account_id: str = ""
    host: str = ""
    # BigBlueButton's checksum: "sha256" (or "sha384", "sha512"), "sha1" for servers that know no other.
    algorithm: str = "sha256"
    has_lobby: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting at a provider, for one workshop (or its rehearsal, or a second room of it).

    key: ours, unguessable, the same for the meeting's whole life (BigBlueButton's meetingID, Jitsi's room).
    external_id: the provider's, once it made the meeting (Zoom's number; else empty).
    is_awaited: it was asked for a moment ago and no answer came (`ProviderError.may_be_done`), so it may yet
    appear there: a provider whose `create` makes another each time must only look for it now.
    made_at: when we began it; the workshop may have been put off since, and what was recorded was not.
    phone_code: what callers type; five digits, or empty. seats: of participants, moderators not counted.
    """

    key: str
    name: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    external_id: str = ""
    is_awaited: bool = False
    made_at: datetime.datetime | None = None
    seats: int | None = None
    is_recorded: bool = False
    phone_number: str = ""
    phone_code: str = ""
    # Where the room leads back to when someone leaves it.
    exit_url: str = ""
    # What the provider fetches when the meeting is over (BigBlueButton's meetingEndedURL).
    ended_url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who goes in. `key` names them to us when the provider says who is there; it tells others nothing."""

    key: str
    name: str
    role: Role = Role.PARTICIPANT


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody in the room, as the provider knows them. `key`: ours, or empty for who came another way.

    `name`: of a caller only the number's last three digits (`texts.caller`).
    """

    key: str
    name: str
    role: Role
    is_by_phone: bool = False
    # In the lobby: not let in yet.
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Info:
    """`people`: exactly those inside now; None if the provider can't say (it may tell by webhook)."""

    is_running: bool
    people: tuple[Present, ...] | None = None


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """`playback_url` is empty as long as nobody may look."""

    id: str
    started_at: datetime.datetime
    minutes: int
    is_published: bool
    playback_url: str = ""


# Shorter than any checksum or token.
SHORT_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}", re.ASCII)


class ProviderError(Exception):
    """The provider didn't do what was asked. Neither address nor secret stands in it: it is logged.

    `code`: slow, down, nonsense, refused, checksum, wrong_settings, not_allowed; `words`: the provider's own
    short code, or empty where it isn't one: a hostile provider could send us back our own address there.
    """

    code = "down"
    # It was asked to make something, and may be doing so in spite of this.
    may_be_done = False

    def __init__(self, words: str = "") -> None:
        self.words = words if SHORT_CODE.fullmatch(words) else ""
        super().__init__(self.words)

    def __str__(self) -> str:
        return f"{self.code}: {self.words}" if self.words else self.code


class ProviderSlow(ProviderError):
    """No whole answer within `http.SECONDS`."""

    code = "slow"


class ProviderDown(ProviderError):
    """No connection, or an answer of 500 and above."""

    code = "down"


class ProviderNonsense(ProviderError):
    """An answer that is none: not XML or JSON, too long, without what it must have."""

    code = "nonsense"


class ProviderRefused(ProviderError):
    """The provider understood and said no."""

    code = "refused"


class ChecksumRefused(ProviderRefused):
    """The secret is wrong: BigBlueButton's checksumError, Zoom's invalid client."""

    code = "checksum"


class WrongSettings(ProviderError):
    """What staff entered can't work (a key too short, no account)."""

    code = "wrong_settings"


class NotAllowed(ProviderError):
    """The request would have gone to a host where it must not (`http`)."""

    code = "not_allowed"


class Provider(Protocol):
    """One room's provider. Every method may raise `ProviderError`, and takes at most `http.SECONDS`."""

    # Can it say who is in the room? Are there recordings? Can people be asked to wait in a lobby?
    knows_presence: bool
    knows_recordings: bool
    knows_lobby: bool
    # Must `create` have been called before anyone goes in?
    needs_creation: bool

    def create(self, meeting: Meeting) -> str:
        """Make the meeting; safe to repeat. Returns the provider's id for it, or "" if it has none."""

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        """The signed address for one click of one person: never kept."""

    def info(self, meeting: Meeting) -> Info | None:
        """Who is in; None if the provider knows no such meeting (any more)."""

    def end(self, meeting: Meeting) -> None:
        """Everyone out, nobody in again, recordings kept. A meeting that is over already is no error."""

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]: ...

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None: ...

    def delete_recording(self, meeting: Meeting, recording: str) -> None: ...

    def check(self) -> None:
        """Ask the provider something harmless: do address and secret fit?"""
