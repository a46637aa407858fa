"""Zoom: https://developers.zoom.us/docs/api/meetings/

The app in Zoom's marketplace is a server-to-server one and needs the scopes to read, write and update
meetings, and to read, update and delete cloud recordings.
"""

import base64
import datetime
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from . import zoom_tokens
from .addresses import origin_of, resolve, web_address
from .http import SECONDS, Answer, Client
from .protocol import (
    Connection,
    Info,
    Meeting,
    NotAllowed,
    Person,
    ProviderNonsense,
    ProviderRefused,
    RecordingInfo,
    Role,
    Secret,
    WrongSettings,
)
from .sockets import Deadline, Resolver
from .texts import one_line

OAUTH = "https://zoom.us"
API = "https://api.zoom.us"
LONGEST_TOPIC = 200
LONGEST_NAME = 64
NO_SCOPES = "4711"


class Zoom:
    """A host's meetings. Who is inside Zoom tells by webhook only (`webhooks`): `info` doesn't know it."""

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
        oauth: str = OAUTH,
        api: str = API,
    ) -> None:
        self.knows_presence = bool(connection.webhook_secret)
        self._connection = connection
        self._trusted_hosts = trusted_hosts
        self._seconds = seconds
        self._resolver = resolver
        self._oauth = (connection.address or oauth).rstrip("/")
        self._api = (connection.address or api).rstrip("/")

    def create(self, meeting: Meeting) -> str:
        """Zoom's number for it. Repeated with that number it makes another only if the first is gone.

        Zoom knows no key of ours: two who create at once, both without a number, make two meetings.
        """
        deadline = self._client().deadline()
        if meeting.external_id and self._find(meeting, deadline) is not None:
            return meeting.external_id
        has_lobby = self._connection.has_lobby
        minutes = math.ceil((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
        path = f"/users/{quote(self._connection.host or 'me', safe='')}/meetings"
        wanted = {
            "topic": one_line(meeting.name, limit=LONGEST_TOPIC),
            "type": 2,
            "start_time": f"{meeting.starts_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "duration": max(minutes, 1),
            "password": self._passcode(meeting),
            "settings": {
                "waiting_room": has_lobby,
                "join_before_host": not has_lobby,
                # At any time before: when our own door opens is decided by us.
                "jbh_time": 0,
                "mute_upon_entry": True,
                "auto_recording": "cloud" if meeting.is_recorded else "none",
                # Citizens have no account at Zoom, and Zoom doesn't write to anyone.
                "meeting_authentication": False,
                "approval_type": 2,
                "registrants_confirmation_email": False,
                "use_pmi": False,
            },
        }
        answer = self._ask("POST", path, wanted, deadline=deadline)
        if answer.status == 404:
            raise WrongSettings("host")
        number = self._agreed(answer).json().get("id")
        if not isinstance(number, int):
            raise ProviderNonsense("id")
        return str(number)

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        """Asked anew for each click: what is in it ends after two hours.

        A moderator gets `start_url`, which starts the meeting and makes its reader the host, under the name
        and with the rights of the account's user (`host`). Zoom says that nobody else should get it; but
        without a host nobody can let people in from the waiting room, and the only other ways to become one
        (alternative host, the host's six digits) need an account at Zoom or give away more. So whoever is a
        moderator here is trusted with that user, whose account should be used for nothing else; and in one
        meeting Zoom takes one of them: a second one makes the first leave, and should come in as a
        participant and be made co-host.
        """
        found = self._find(meeting, self._client().deadline())
        if found is None:
            raise ProviderRefused("not_found")
        is_moderator = person.role is Role.MODERATOR
        url = found.get("start_url" if is_moderator else "join_url")
        if not isinstance(url, str):
            raise ProviderNonsense("url")
        if not is_moderator:
            url += f"{'&' if '?' in url else '?'}uname={quote(one_line(person.name, limit=LONGEST_NAME))}"
        try:
            return web_address(url, self._trusted_hosts)
        except WrongSettings:
            raise ProviderNonsense("url") from None

    def info(self, meeting: Meeting) -> Info | None:
        found = self._find(meeting, self._client().deadline())
        return None if found is None else Info(is_running=found.get("status") == "started")

    def end(self, meeting: Meeting) -> None:
        deadline = self._client().deadline()
        path = f"/meetings/{self._number(meeting)}/status"
        answer = self._ask("PUT", path, {"action": "end"}, deadline=deadline)
        if answer.status >= 300:
            # Refused in several ways when it isn't running; only one that still runs is an error.
            found = self._find(meeting, deadline)
            if found is not None and found.get("status") == "started":
                self._agreed(answer)

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]:
        """Of the last time that the meeting took place: Zoom gives no more by its number."""
        return self._recordings(meeting, self._client().deadline())

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None:
        deadline = self._client().deadline()
        if recording not in {each.id for each in self._recordings(meeting, deadline)}:
            raise ProviderRefused("not_found")
        share = {"share_recording": "publicly" if is_published else "none"}
        path = f"/meetings/{_twice(recording)}/recordings/settings"
        self._agreed(self._ask("PATCH", path, share, deadline=deadline))

    def delete_recording(self, meeting: Meeting, recording: str) -> None:
        """For good, not into Zoom's bin. One that is gone already is no error."""
        deadline = self._client().deadline()
        if recording in {each.id for each in self._recordings(meeting, deadline)}:
            path = f"/meetings/{_twice(recording)}/recordings?action=delete"
            answer = self._ask("DELETE", path, deadline=deadline)
            if answer.status != 404:
                self._agreed(answer)

    def check(self) -> None:
        """Do account, secret and host fit?"""
        path = f"/users/{quote(self._connection.host or 'me', safe='')}/meetings?page_size=1"
        answer = self._ask("GET", path)
        if answer.status == 404:
            raise WrongSettings("host")
        self._agreed(answer)

    def _find(self, meeting: Meeting, deadline: Deadline) -> dict[str, Any] | None:
        answer = self._ask("GET", f"/meetings/{self._number(meeting)}", deadline=deadline)
        return None if answer.status == 404 else self._agreed(answer).json()

    def _recordings(self, meeting: Meeting, deadline: Deadline) -> tuple[RecordingInfo, ...]:
        answer = self._ask("GET", f"/meetings/{self._number(meeting)}/recordings", deadline=deadline)
        if answer.status == 404:
            return ()
        found = self._agreed(answer).json()
        key, url = found.get("uuid"), found.get("share_url")
        if not isinstance(key, str) or not key:
            raise ProviderNonsense("uuid")
        path = f"/meetings/{_twice(key)}/recordings/settings"
        settings = self._agreed(self._ask("GET", path, deadline=deadline)).json()
        is_published = settings.get("share_recording") == "publicly"
        minutes = found.get("duration")
        return (
            RecordingInfo(
                id=key,
                started_at=moment(found.get("start_time")),
                minutes=minutes if isinstance(minutes, int) else 0,
                is_published=is_published,
                playback_url=url
                if is_published and isinstance(url, str) and url.startswith("https://")
                else "",
            ),
        )

    def _number(self, meeting: Meeting) -> str:
        if not meeting.external_id.isascii() or not meeting.external_id.isdigit():
            raise ProviderRefused("not_created")
        return meeting.external_id

    def _passcode(self, meeting: Meeting) -> str:
        """At most ten characters, of each kind that an account's rules may ask for."""
        secret = self._connection.secret.reveal().encode()
        digest = hmac.new(secret, meeting.key.encode(), hashlib.sha256).digest()
        return f"A{base64.urlsafe_b64encode(digest).decode('ascii')[:6]}7-z"

    def _client(self) -> Client:
        if self._connection.address and not origin_of(self._connection.address).is_trusted(
            self._trusted_hosts
        ):
            # Zoom's secret goes to Zoom, or where the operator said.
            raise NotAllowed("host")
        return Client(
            [self._oauth, self._api],
            trusted_hosts=self._trusted_hosts,
            seconds=self._seconds,
            resolver=self._resolver,
        )

    def _ask(
        self,
        method: str,
        path: str,
        content: Mapping[str, object] | None = None,
        *,
        deadline: Deadline | None = None,
    ) -> Answer:
        client = self._client()
        deadline = deadline or client.deadline()
        known = zoom_tokens.token(client, self._oauth, self._connection, deadline)
        answer = self._with(known, client, method, path, content, deadline)
        if answer.status == 401:
            # Ended early (someone made another, the app was changed): one fresh one, one more try.
            known = zoom_tokens.token(client, self._oauth, self._connection, deadline, refused=known)
            answer = self._with(known, client, method, path, content, deadline)
        return answer

    def _with(
        self,
        known: Secret,
        client: Client,
        method: str,
        path: str,
        content: Mapping[str, object] | None,
        deadline: Deadline,
    ) -> Answer:
        headers = {"Authorization": Secret(f"Bearer {known.reveal()}")}
        body = None
        if content is not None:
            headers["Content-Type"] = Secret("application/json")
            body = Secret(json.dumps(content))
        return client.ask(
            method, Secret(f"{self._api}/v2{path}"), headers=headers, body=body, deadline=deadline
        )

    def _agreed(self, answer: Answer) -> Answer:
        """The answer, if it is a yes."""
        if answer.status < 300:
            return answer
        words = str(answer.json().get("code", ""))
        if words == NO_SCOPES:
            raise WrongSettings("scopes")
        raise ProviderRefused(words or f"http_{answer.status}")


def moment(text: object) -> datetime.datetime:
    """Zoom's `2026-11-27T17:00:00Z`; ProviderNonsense for anything else."""
    try:
        found = datetime.datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ProviderNonsense("moment")
    return found.astimezone(datetime.UTC)


def _twice(key: str) -> str:
    """A recording's key in a path. Zoom reads it twice where it has slashes."""
    return quote(quote(key, safe="") if "/" in key else key, safe="")
