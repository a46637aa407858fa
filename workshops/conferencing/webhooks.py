"""What Zoom tells by itself: https://developers.zoom.us/docs/api/webhooks/

Zoom can't be made to say which of our people came: a key (`customer_key`) can only be given along by its
SDK, and a registration would need everyone's name and address at Zoom. So `key` is mostly empty, and the
name must do, which the person may have changed.
"""

import datetime
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .protocol import (
    ChecksumRefused,
    Connection,
    Present,
    ProviderNonsense,
    ProviderRefused,
    Role,
    WrongSettings,
)
from .texts import caller, one_line
from .zoom_api import moment

# How much a message's clock may differ from ours: an older one may have been listened to and sent again.
OLDEST = datetime.timedelta(minutes=5)
LONGEST_NAME = 64
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class UrlValidation:
    """Zoom asks whether we know the secret. Answered with status 200 and `answer` as JSON."""

    plain: str
    encrypted: str

    @property
    def answer(self) -> dict[str, str]:
        return {"plainToken": self.plain, "encryptedToken": self.encrypted}


@dataclass(frozen=True, slots=True)
class MeetingStarted:
    """`meeting`: its external id."""

    meeting: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    meeting: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """`stay`: Zoom's key for this person in this meeting; the same when they leave."""

    meeting: str
    at: datetime.datetime
    person: Present
    stay: str


@dataclass(frozen=True, slots=True)
class Left:
    meeting: str
    at: datetime.datetime
    person: Present
    stay: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Genuine, but nothing that we use."""

    event: str


Webhook = UrlValidation | MeetingStarted | MeetingEnded | Joined | Left | Unknown


def read_webhook(
    connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime.datetime
) -> Webhook:
    """What a message says, once it is sure that Zoom sent it, now.

    Raises ChecksumRefused (signature wrong or none), ProviderRefused("stale") (more than five minutes old, or
    ahead), WrongSettings (no secret to check it by), ProviderNonsense (genuine, but not readable).
    """
    _verify(connection, {name.lower(): value for name, value in headers.items()}, body, now)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    event, payload = (found.get("event"), found.get("payload")) if isinstance(found, dict) else (None, None)
    if not isinstance(event, str) or not isinstance(payload, dict):
        raise ProviderNonsense("json")
    if event == "endpoint.url_validation":
        plain = _string(payload, "plainToken")
        if not plain.isascii():
            raise ProviderNonsense("plainToken")
        return UrlValidation(plain, _signed(connection, plain.encode()))
    meeting = payload.get("object")
    if event not in {
        "meeting.started",
        "meeting.ended",
        "meeting.participant_joined",
        "meeting.participant_left",
    }:
        return Unknown(one_line(event, limit=LONGEST_NAME))
    if not isinstance(meeting, dict):
        raise ProviderNonsense("object")
    number = one_line(_string(meeting, "id"), limit=LONGEST_NAME)
    match event:
        case "meeting.started":
            return MeetingStarted(number, moment(meeting.get("start_time")))
        case "meeting.ended":
            return MeetingEnded(number, moment(meeting.get("end_time")))
    participant = meeting.get("participant")
    if not isinstance(participant, dict):
        raise ProviderNonsense("participant")
    person = _person(meeting, participant)
    stay = _key(participant.get("participant_uuid")) or _key(participant.get("user_id"))
    if event == "meeting.participant_joined":
        return Joined(number, moment(participant.get("join_time")), person, stay)
    return Left(number, moment(participant.get("leave_time")), person, stay)


def _verify(connection: Connection, headers: Mapping[str, str], body: bytes, now: datetime.datetime) -> None:
    if not connection.webhook_secret:
        raise WrongSettings("webhook_secret")
    sent = headers.get("x-zm-request-timestamp", "")
    if not _is_genuine(connection, sent, headers.get("x-zm-signature", ""), body):
        raise ChecksumRefused("signature")
    # Looked at last: what a stranger sends is refused for its signature, whenever.
    if not re.fullmatch(r"[0-9]{1,12}", sent) or abs(now.timestamp() - int(sent)) > OLDEST.total_seconds():
        raise ProviderRefused("stale")


def _is_genuine(connection: Connection, sent: str, signature: str, body: bytes) -> bool:
    expected = f"v0={_signed(connection, b'v0:' + sent.encode() + b':' + body)}"
    return hmac.compare_digest(signature.encode(), expected.encode())


def _signed(connection: Connection, content: bytes) -> str:
    return hmac.new(connection.webhook_secret.reveal().encode(), content, hashlib.sha256).hexdigest()


def _person(meeting: Mapping[str, Any], participant: Mapping[str, Any]) -> Present:
    """The number a person called from and their address at Zoom are left where they are."""
    is_by_phone = bool(participant.get("phone_number"))
    name = participant.get("user_name")
    name = name if isinstance(name, str) else ""
    is_host = bool(participant.get("id")) and participant.get("id") == meeting.get("host_id")
    return Present(
        key=_key(participant.get("customer_key")),
        name=caller(name) if is_by_phone else one_line(name, limit=LONGEST_NAME),
        role=Role.MODERATOR if is_host else Role.PARTICIPANT,
        is_by_phone=is_by_phone,
    )


def _key(value: object) -> str:
    """As text that a database takes; empty if there is none."""
    text = str(value) if isinstance(value, int) else value
    return one_line(text, limit=LONGEST_KEY, otherwise="") if isinstance(text, str) else ""


def _string(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise ProviderNonsense(name)
    return value
