"""A BigBlueButton server, as docs.bigbluebutton.org/development/api describes it: checksum and all."""

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from tests.providers.serving import Asked, ProviderServer, Reply, page

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
# By the length of what came, as the server itself tells them apart.
ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
PREFIX = "/bigbluebutton/api/"


@dataclass
class Attendee:
    user_id: str
    name: str
    role: str
    is_guest: bool = False
    is_waiting: bool = False
    client: str = "HTML5"


@dataclass
class HeldMeeting:
    """`parameters`: of the create that made it."""

    parameters: dict[str, str]
    attendees: list[Attendee] = field(default_factory=list)
    created_at: float = field(default_factory=time.time)
    is_ended: bool = False


@dataclass
class Recording:
    record_id: str
    meeting_id: str
    started_at_ms: int
    ended_at_ms: int
    is_published: bool


class BigBlueButtonServer(ProviderServer):
    """`creates`: how many meetings were made; `create_calls`: how often it was asked to."""

    def __init__(
        self, secret: str = SECRET, algorithms: frozenset[str] = frozenset(ALGORITHMS.values())
    ) -> None:
        super().__init__()
        self.secret = secret
        self.algorithms = algorithms
        self.meetings: dict[str, HeldMeeting] = {}
        self.recordings: dict[str, Recording] = {}
        self.creates = 0
        self.create_calls = 0
        self._sessions: dict[str, tuple[str, Attendee]] = {}

    @property
    def address(self) -> str:
        """As `bbb-conf --secret` shows it."""
        return f"{self.url}/bigbluebutton/"

    # --- what happens in the room -----------------------------------------------------------------------

    def call_in(self, meeting: str, number: str) -> None:
        """By phone."""
        caller = Attendee(f"v_{secrets.token_hex(6)}", number, "VIEWER", client="dial-in-user")
        self.meetings[meeting].attendees.append(caller)

    def leave(self, meeting: str, user_id: str) -> None:
        held = self.meetings[meeting]
        held.attendees = [each for each in held.attendees if each.user_id != user_id]

    def admit(self, meeting: str) -> None:
        """A moderator lets everyone in."""
        for each in self.meetings[meeting].attendees:
            each.is_waiting = False

    def forget(self, meeting: str) -> None:
        """As when the server is restarted, or nobody came for long."""
        del self.meetings[meeting]

    def record(self, meeting: str, *, minutes: int = 60, is_published: bool = False) -> str:
        """A recording that is ready; returns its id."""
        key = f"{secrets.token_hex(20)}-{len(self.recordings)}"
        start = 1_764_000_000_000
        self.recordings[key] = Recording(key, meeting, start, start + minutes * 60_000, is_published)
        return key

    # --- HTTP -------------------------------------------------------------------------------------------

    def reply(self, asked: Asked) -> Reply:
        if asked.path == "/html5client/join":
            return self._room(asked.parameters.get("sessionToken", ""))
        if asked.path.startswith("/playback/"):
            return page("Playback", recording=asked.path.rpartition("/")[2])
        if not asked.path.startswith(PREFIX):
            return Reply(404, b"<html>404</html>", "text/html")
        call = self.call_of(asked)
        if self.faults.refusal and self.faults.hit(call):
            return _failed(self.faults.refusal)
        if not self._is_signed(call, asked):
            return _failed("checksumError")
        parameters = asked.parameters
        if asked.method == "POST":
            parameters |= dict(parse_qsl(asked.body.decode("ascii"), keep_blank_values=True, errors="strict"))
        if any(re.search(r"[\x00-\x1f]", value) for value in parameters.values()):
            return _failed("validationError")
        known = {
            "create": self._create,
            "join": self._join,
            "end": self._end,
            "isMeetingRunning": self._is_running,
            "getMeetingInfo": self._info,
            "getRecordings": self._get_recordings,
            "publishRecordings": self._publish,
            "deleteRecordings": self._delete,
        }
        with self.lock:
            return known[call](parameters) if call in known else _failed("unsupportedRequest")

    def _is_signed(self, call: str, asked: Asked) -> bool:
        found = re.fullmatch(r"(?:(.*)&)?checksum=([0-9a-f]+)", asked.query)
        if found is None and asked.method == "POST":
            # All in the body: then the checksum is that of no query at all.
            found = re.fullmatch(r"()(?:.*&)?checksum=([0-9a-f]+)", asked.body.decode("ascii"))
        if found is None:
            return False
        algorithm = ALGORITHMS.get(len(found[2]), "")
        if algorithm not in self.algorithms:
            return False
        expected = hashlib.new(algorithm, f"{call}{found[1] or ''}{self.secret}".encode()).hexdigest()
        return hmac.compare_digest(expected, found[2])

    # --- calls ------------------------------------------------------------------------------------------

    def _create(self, parameters: dict[str, str]) -> Reply:
        self.create_calls += 1
        key = parameters.get("meetingID", "")
        if not 2 <= len(key) <= 256 or "," in key:
            return _failed("validationError")
        if not 2 <= len(parameters.get("name", "")) <= 64:
            return _failed("validationError")
        held = self.meetings.get(key)
        if held is not None and not held.is_ended:
            same = all(
                held.parameters.get(each) == parameters.get(each) for each in ("attendeePW", "moderatorPW")
            )
            if not same or "attendeePW" not in parameters:
                return _failed("idNotUnique")
            return _done(meetingID=key, messageKey="duplicateWarning")
        self.creates += 1
        self.meetings[key] = HeldMeeting(parameters)
        return _done(meetingID=key, internalMeetingID=f"{hashlib.sha1(key.encode()).hexdigest()}-1")

    def _join(self, parameters: dict[str, str]) -> Reply:
        held = self.meetings.get(parameters.get("meetingID", ""))
        role = parameters.get("role", "").upper()
        if not parameters.get("fullName", "").strip():
            return _failed("missingParamFullName")
        if held is None:
            return _failed("invalidMeetingIdentifier")
        if held.is_ended:
            return _failed("meetingForciblyEnded")
        if role not in {"MODERATOR", "VIEWER"}:
            return _failed("invalidPassword")
        if len(held.attendees) >= int(held.parameters.get("maxParticipants", "10000")):
            return _failed("maxParticipantsReached")
        is_guest = parameters.get("guest") == "true"
        waits = is_guest and held.parameters.get("guestPolicy") == "ASK_MODERATOR"
        person = Attendee(
            parameters.get("userID") or f"w_{secrets.token_hex(6)}",
            parameters["fullName"],
            role,
            is_guest,
            waits,
        )
        held.attendees.append(person)
        session = secrets.token_hex(8)
        self._sessions[session] = held.parameters["name"], person
        headers = {
            "Location": f"{self.url}/html5client/join?sessionToken={session}",
            "Set-Cookie": f"JSESSIONID={session}; Path=/bigbluebutton",
        }
        return Reply(302, headers=headers)

    def _room(self, session: str) -> Reply:
        if session not in self._sessions:
            return Reply(403, b"<html>403</html>", "text/html")
        name, person = self._sessions[session]
        where = "lobby" if person.is_waiting else "room"
        return page(name, meeting=name, name=person.name, role=person.role, where=where)

    def _end(self, parameters: dict[str, str]) -> Reply:
        held = self.meetings.get(parameters.get("meetingID", ""))
        if held is None or held.is_ended:
            return _failed("notFound")
        if parameters.get("password", held.parameters.get("moderatorPW")) != held.parameters.get(
            "moderatorPW"
        ):
            return _failed("invalidPassword")
        held.is_ended = True
        held.attendees.clear()
        return _done(messageKey="sentEndMeetingRequest")

    def _is_running(self, parameters: dict[str, str]) -> Reply:
        held = self.meetings.get(parameters.get("meetingID", ""))
        return _done(running="true" if held is not None and held.attendees else "false")

    def _info(self, parameters: dict[str, str]) -> Reply:
        held = self.meetings.get(parameters.get("meetingID", ""))
        if held is None:
            return _failed("notFound")
        people = "".join(
            f"<attendee><userID>{escape(each.user_id)}</userID><fullName>{escape(each.name)}</fullName>"
            f"<role>{each.role}</role><isPresenter>false</isPresenter><hasJoinedVoice>true</hasJoinedVoice>"
            f"<clientType>{each.client}</clientType>"
            f"<guestStatus>{'WAIT' if each.is_waiting else 'ALLOW'}</guestStatus><customdata/></attendee>"
            for each in held.attendees
        )
        return _xml(
            f"<meetingName>{escape(held.parameters['name'])}</meetingName>"
            f"<running>{'true' if held.attendees else 'false'}</running>"
            f"<hasBeenForciblyEnded>{'true' if held.is_ended else 'false'}</hasBeenForciblyEnded>"
            f"<participantCount>{len(held.attendees)}</participantCount><attendees>{people}</attendees>"
        )

    def _get_recordings(self, parameters: dict[str, str]) -> Reply:
        wanted = parameters.get("meetingID", "").split(",")
        found = [each for each in self.recordings.values() if each.meeting_id in wanted]
        if not found:
            return _xml("<recordings/><messageKey>noRecordings</messageKey>")
        return _xml(f"<recordings>{''.join(self._recording(each) for each in found)}</recordings>")

    def _recording(self, each: Recording) -> str:
        published = "true" if each.is_published else "false"
        formats = "".join(
            f"<format><type>{kind}</type><url>{self.url}/playback/{kind}/{each.record_id}</url></format>"
            for kind in ("podcast", "presentation")
        )
        return (
            f"<recording><recordID>{each.record_id}</recordID><meetingID>{escape(each.meeting_id)}</meetingID>"
            f"<published>{published}</published><startTime>{each.started_at_ms}</startTime>"
            f"<endTime>{each.ended_at_ms}</endTime><playback>{formats}</playback></recording>"
        )

    def _publish(self, parameters: dict[str, str]) -> Reply:
        keys = parameters.get("recordID", "").split(",")
        if not any(key in self.recordings for key in keys):
            return _failed("notFound")
        for key in keys:
            self.recordings[key].is_published = parameters.get("publish") == "true"
        return _done(published=parameters.get("publish", ""))

    def _delete(self, parameters: dict[str, str]) -> Reply:
        keys = [key for key in parameters.get("recordID", "").split(",") if key in self.recordings]
        if not keys:
            return _failed("notFound")
        for key in keys:
            del self.recordings[key]
        return _done(deleted="true")


def _xml(inner: str, code: str = "SUCCESS") -> Reply:
    return Reply(body=f"<response><returncode>{code}</returncode>{inner}</response>".encode())


def _done(**values: str) -> Reply:
    return _xml("".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items()))


def _failed(key: str) -> Reply:
    return _xml(f"<messageKey>{key}</messageKey><message>{key}: no</message>", "FAILED")
