"""BigBlueButton: https://docs.bigbluebutton.org/development/api (2.4 and later, for `role` in join)."""

import datetime
import hashlib
import hmac
import math
import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote_plus, urlsplit, urlunsplit
from xml.etree import ElementTree

from . import xml
from .addresses import origin_of, resolve, web_address
from .http import SECONDS, Client
from .protocol import (
    ChecksumRefused,
    Connection,
    Info,
    Meeting,
    Person,
    Present,
    ProviderDown,
    ProviderNonsense,
    ProviderRefused,
    RecordingInfo,
    Role,
    Secret,
    WrongSettings,
)
from .sockets import Deadline, Resolver
from .texts import caller, one_line

ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})
# BigBlueButton's own limits.
LONGEST_NAME = 64
LONGEST_FULL_NAME = 255
# `maxParticipants` counts everyone: beside the seats, moderators, interpreters, staff who help.
MODERATORS = 10
# A meeting is made up to 45 minutes before its start and may last longer than planned: minutes.
MARGIN = 120
# The empty room waits for those who come back: minutes.
BREAK = 60
GONE = frozenset({"notFound", "invalidMeetingIdentifier", "meetingForciblyEnded"})
# Callers: `v_`; people in a browser whom we didn't send: `w_` and what BigBlueButton made up.
CALLER = "v_"
STRANGER = re.compile(r"w_[a-z0-9]{12}")


Parameters = Mapping[str, str | Secret]


def query(parameters: Parameters) -> str:
    """As it goes into address and checksum: spaces as `+`, all else that isn't a letter as UTF-8 in %."""
    said = {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in parameters.items()
    }
    return "&".join(f"{name}={quote_plus(value)}" for name, value in said.items())


def checksum(call: str, parameters: str, secret: Secret, algorithm: str = "sha256") -> str:
    """Of the call's name, the query as it is sent and the secret, in hexadecimal digits."""
    if algorithm not in ALGORITHMS or not secret:
        raise WrongSettings("algorithm" if secret else "secret")
    return hashlib.new(algorithm, f"{call}{parameters}{secret.reveal()}".encode()).hexdigest()


class BigBlueButton:
    knows_presence = True
    knows_recordings = True
    knows_lobby = True
    needs_creation = True

    def __init__(
        self,
        connection: Connection,
        *,
        trusted_hosts: frozenset[str] = frozenset(),
        seconds: float = SECONDS,
        resolver: Resolver = resolve,
    ) -> None:
        self._connection = connection
        self._trusted_hosts = trusted_hosts
        self._seconds = seconds
        self._resolver = resolver

    def create(self, meeting: Meeting) -> str:
        """Idempotent: the same meeting gives the same parameters, whenever it is asked for."""
        minutes = math.ceil((meeting.ends_at - meeting.starts_at).total_seconds() / 60) + MARGIN
        parameters: dict[str, str | Secret] = {
            # At least two characters.
            "name": f"{one_line(meeting.name, limit=LONGEST_NAME):–<2}",
            "meetingID": meeting.key,
            # Nobody enters by them (`role` decides). But a server makes up new ones for every create that
            # brings none, and then refuses the second create as another meeting's: idNotUnique.
            "attendeePW": self._password(meeting, "attendee"),
            "moderatorPW": self._password(meeting, "moderator"),
            "guestPolicy": "ASK_MODERATOR" if self._connection.has_lobby else "ALWAYS_ACCEPT",
            "muteOnStart": "true",
            "meetingExpireIfNoUserJoinedInMinutes": str(max(minutes, MARGIN)),
            "meetingExpireWhenLastUserLeftInMinutes": str(BREAK),
            # Said even where it is the default: a server's own default must not record anyone.
            "record": _word(meeting.is_recorded),
            "autoStartRecording": "false",
            # Both false: nobody can start one.
            "allowStartStopRecording": _word(meeting.is_recorded),
            # Who talked for how long is nobody's business: not kept, not shown.
            "meetingKeepEvents": "false",
            "learningDashboardEnabled": "false",
            "disabledFeatures": "learningDashboard",
        }
        if meeting.is_recorded:
            parameters["notifyRecordingIsOn"] = "true"
        if meeting.seats is not None:
            parameters["maxParticipants"] = str(meeting.seats + MODERATORS)
        wanted = {
            "logoutURL": meeting.exit_url,
            "meetingEndedURL": meeting.ended_url,
            "dialNumber": meeting.phone_number,
            "voiceBridge": meeting.phone_code,
        }
        self._ask("create", parameters | {name: value for name, value in wanted.items() if value})
        return ""

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        """`now` isn't used: what makes the address end is the meeting's end."""
        is_moderator = person.role is Role.MODERATOR
        parameters = {
            "fullName": one_line(person.name, limit=LONGEST_FULL_NAME),
            "meetingID": meeting.key,
            "role": "MODERATOR" if is_moderator else "VIEWER",
            "userID": person.key,
        }
        if self._connection.has_lobby and not is_moderator:
            parameters["guest"] = "true"
        return web_address(self._address("join", parameters), self._trusted_hosts)

    def info(self, meeting: Meeting) -> Info | None:
        try:
            found = self._ask("getMeetingInfo", {"meetingID": meeting.key})
        except ProviderRefused as refusal:
            if refusal.words in GONE:
                return None
            raise
        if _text(found, "hasBeenForciblyEnded") == "true":
            # Ended, but still in the server's memory: nobody can enter it.
            return None
        people: dict[object, Present] = {}
        for number, each in enumerate(found.iterfind("attendees/attendee")):
            present = _present(each)
            # Who reloads, or has two devices, is there twice; perhaps one of them still in the lobby.
            known = people.get(present.key or number)
            if known is None or known.is_waiting:
                people[present.key or number] = present
        return Info(is_running=_text(found, "running") == "true", people=tuple(people.values()))

    def end(self, meeting: Meeting) -> None:
        try:
            # Servers before 2.6 ask for the password.
            self._ask("end", {"meetingID": meeting.key, "password": self._password(meeting, "moderator")})
        except ProviderRefused as refusal:
            if refusal.words not in GONE:
                raise

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]:
        return self._recordings(meeting, self._client().deadline())

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None:
        deadline = self._client().deadline()
        if recording not in {each.id for each in self._recordings(meeting, deadline)}:
            raise ProviderRefused("notFound")
        parameters = {"recordID": recording, "publish": _word(is_published)}
        self._ask("publishRecordings", parameters, deadline)

    def delete_recording(self, meeting: Meeting, recording: str) -> None:
        """One that is gone already is no error."""
        deadline = self._client().deadline()
        # The server takes a list there, and recordings of other meetings too.
        if recording in {each.id for each in self._recordings(meeting, deadline)}:
            self._ask("deleteRecordings", {"recordID": recording}, deadline)

    def check(self) -> None:
        """A question about a meeting that never was: short to answer, and the checksum counts."""
        self._ask("isMeetingRunning", {"meetingID": secrets.token_urlsafe(16)})

    def _recordings(self, meeting: Meeting, deadline: Deadline) -> tuple[RecordingInfo, ...]:
        try:
            found = self._ask("getRecordings", {"meetingID": meeting.key}, deadline)
        except ProviderRefused as refusal:
            if refusal.words in {"notFound", "noRecordings"}:
                return ()
            raise
        return tuple(_recording(each) for each in found.iterfind("recordings/recording"))

    def _password(self, meeting: Meeting, role: str) -> Secret:
        secret = self._connection.secret.reveal().encode()
        return Secret(hmac.new(secret, f"{role}:{meeting.key}".encode(), hashlib.sha256).hexdigest()[:32])

    def _client(self) -> Client:
        return Client(
            [self._base()],
            trusted_hosts=self._trusted_hosts,
            seconds=self._seconds,
            resolver=self._resolver,
        )

    def _base(self) -> str:
        """`https://host/bigbluebutton/api`, from what `bbb-conf --secret` shows, or less or more of it."""
        address = self._connection.address.strip()
        origin_of(address)
        scheme, host, path, _, _ = urlsplit(address)
        path = path.rstrip("/") or "/bigbluebutton"
        return urlunsplit((scheme, host, path if path.endswith("/api") else f"{path}/api", "", ""))

    def _address(self, call: str, parameters: Parameters) -> str:
        asked = query(parameters)
        sum_ = checksum(call, asked, self._connection.secret, self._connection.algorithm)
        return f"{self._base()}/{call}?{asked}&checksum={sum_}"

    def _ask(
        self, call: str, parameters: Parameters, deadline: Deadline | None = None
    ) -> ElementTree.Element:
        """The answer's root, if the server did what was asked."""
        address = Secret(self._address(call, parameters))
        answer = self._client().ask("GET", address, deadline=deadline)
        if answer.status != 200:
            # No call is answered so: there is no BigBlueButton at this address (any more).
            raise ProviderDown(f"http_{answer.status}")
        root = xml.read(answer.body)
        code = _text(root, "returncode").upper()
        if root.tag != "response" or code not in {"SUCCESS", "FAILED"}:
            raise ProviderNonsense("response")
        if code == "SUCCESS":
            return root
        # Since 2.4 also as a list of errors, each with its key.
        words = _text(root, "messageKey")
        error = root.find("errors/error")
        if not words and error is not None:
            words = error.get("key", "")
        raise (ChecksumRefused if words == "checksumError" else ProviderRefused)(words)


def _present(attendee: ElementTree.Element) -> Present:
    key = _text(attendee, "userID")
    client = _text(attendee, "clientType").lower()
    is_caller = client.startswith("dial-in") or (client in {"", "unknown"} and key.startswith(CALLER))
    name = _text(attendee, "fullName")
    return Present(
        key="" if is_caller or STRANGER.fullmatch(key) else key,
        name=caller(name) if is_caller else one_line(name, limit=LONGEST_FULL_NAME),
        role=Role.MODERATOR if _text(attendee, "role").upper() == "MODERATOR" else Role.PARTICIPANT,
        is_by_phone=is_caller,
        # Only some versions list who waits.
        is_waiting=_text(attendee, "guestStatus").upper() == "WAIT",
    )


def _recording(found: ElementTree.Element) -> RecordingInfo:
    started, ended = _number(found, "startTime"), _number(found, "endTime")
    is_published = _text(found, "published") == "true"
    formats = {_text(each, "type"): _text(each, "url") for each in found.iterfind("playback/format")}
    url = next((formats[each] for each in ("video", "presentation") if each in formats), "")
    url = url or next(iter(formats.values()), "")
    return RecordingInfo(
        id=_text(found, "recordID"),
        started_at=datetime.datetime.fromtimestamp(started / 1000, datetime.UTC),
        minutes=round(max(ended - started, 0) / 60_000),
        is_published=is_published,
        playback_url=url if is_published and url.startswith(("https://", "http://")) else "",
    )


def _word(is_so: bool) -> str:
    return "true" if is_so else "false"


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _number(element: ElementTree.Element, path: str) -> int:
    """Milliseconds since 1970; ProviderNonsense beyond the year 9999."""
    text = _text(element, path)
    if not re.fullmatch(r"[0-9]{1,14}", text, re.ASCII):
        raise ProviderNonsense(path)
    return int(text)
