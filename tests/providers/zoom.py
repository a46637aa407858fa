"""Zoom: its OAuth and its API on one port, its pages, and its signed webhooks."""

import base64
import datetime
import hashlib
import hmac
import json
import re
import secrets
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.providers.serving import Asked, ProviderServer, Reply, page
from tests.providers.zoom_recordings import HeldRecording, a_key, key_in, shown


@dataclass
class HeldMeeting:
    """`uuid`: of the time that is on, or will be next."""

    number: int
    content: dict[str, Any]
    status: str = "waiting"
    uuid: str = field(default_factory=a_key)


class ZoomServer(ProviderServer):
    """`tokens`: how many were given out; each is good for `token_seconds`, and for the API alone.

    loses: how many meetings it makes without an answer to whoever asked. creates: how many it ever made.
    ends_slowly: "end" is answered before it has happened. page_size: the most of a list that it gives at
    once. given, passcodes: all addresses with a key, and all passcodes, that there ever were.
    """

    def __init__(self) -> None:
        super().__init__()
        self.account_id = "account-1"
        self.client_id = "client-1"
        self.client_secret = "zoom-client-secret-0123456789"
        self.webhook_secret = "zoom-webhook-secret-0123456789"
        self.hosts = {"me", "host@town.example"}
        self.token_seconds = 3600.0
        self.scopes = True
        self.meetings: dict[str, HeldMeeting] = {}
        self.recordings: dict[str, HeldRecording] = {}
        self.tokens: dict[str, float] = {}
        self.given: set[str] = set()
        self.passcodes: set[str] = set()
        self.creates = 0
        self.loses = 0
        self.ends_slowly = False
        self.page_size = 300

    def expire_tokens(self) -> None:
        """As when somebody made others: the ones given out are no good any more."""
        with self.lock:
            self.tokens = dict.fromkeys(self.tokens, 0.0)

    def record(
        self,
        number: str,
        *,
        key: str = "",
        started_at: datetime.datetime = datetime.datetime(2026, 11, 27, 17, tzinfo=datetime.UTC),
    ) -> str:
        """The meeting took place once more, and was recorded: the key of that time."""
        uuid = key or self.meetings[number].uuid
        self.recordings[uuid] = HeldRecording(uuid, int(number), started_at, 65)
        self.meetings[number].uuid = a_key()
        return uuid

    # --- HTTP -------------------------------------------------------------------------------------------

    def call_of(self, asked: Asked) -> str:
        if asked.method == "POST" and asked.path.endswith("/meetings"):
            return "create"
        return "token" if asked.path == "/oauth/token" else "api"

    def reply(self, asked: Asked) -> Reply:
        with self.lock:
            if asked.path == "/oauth/token":
                return self._token(asked)
            if found := re.fullmatch(r"/([js])/(\d+)", asked.path):
                return self._page(found[1], found[2], asked)
            if not asked.path.startswith("/v2/"):
                return Reply(404, b"<html>404</html>", "text/html")
            if (
                self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "), 0)
                < time.monotonic()
            ):
                return _json({"code": 124, "message": "Invalid access token."}, 401)
            if self.faults.refusal and self.faults.hit("api"):
                return _json({"code": int(self.faults.refusal), "message": "no"}, 400)
            if not self.scopes:
                return _json({"code": 4711, "message": "Invalid access token, does not contain scopes."}, 400)
            return self._api(asked.method, asked.path.removeprefix("/v2"), asked)

    def _token(self, asked: Asked) -> Reply:
        pair = f"{self.client_id}:{self.client_secret}".encode()
        if asked.method != "POST" or asked.parameters.get("grant_type") != "account_credentials":
            return _json({"reason": "unsupported grant type", "error": "unsupported_grant_type"}, 400)
        if asked.headers.get("authorization") != f"Basic {base64.b64encode(pair).decode()}":
            return _json({"reason": "Invalid client_id or client_secret", "error": "invalid_client"}, 400)
        if asked.parameters.get("account_id") != self.account_id:
            return _json({"reason": "Bad Request", "error": "invalid_request"}, 400)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.token_seconds
        return _json({"access_token": token, "token_type": "bearer", "expires_in": self.token_seconds})

    def _api(self, method: str, path: str, asked: Asked) -> Reply:
        content = json.loads(asked.body) if asked.body else {}
        if found := re.fullmatch(r"/users/([^/]+)/meetings", path):
            if unquote(found[1]) not in self.hosts:
                return _json({"code": 1001, "message": "User does not exist."}, 404)
            if method == "POST":
                return self._create(content)
            assert asked.parameters.get("type", "scheduled") == "scheduled"
            return self._page_of([self._row(each) for each in self.meetings.values()], asked)
        if found := re.fullmatch(r"/users/([^/]+)/recordings", path):
            if unquote(found[1]) not in self.hosts:
                return _json({"code": 1001, "message": "User does not exist."}, 404)
            return self._page_of(self._recorded(asked), asked)
        if found := re.fullmatch(r"/meetings/([^/]+)(/recordings(?:/settings)?)", path):
            # Of a meeting's number Zoom shows the last time only.
            recording = self.recordings.get(key_in(found[1]))
            if recording is None:
                return _json({"code": 3301, "message": "There is no recording for this meeting."}, 404)
            return self._recording(method, recording, found[2], content, asked)
        if found := re.fullmatch(r"/meetings/(\d+)(/status)?", path):
            held = self.meetings.get(found[1])
            if held is None:
                return _json({"code": 3001, "message": f"Meeting does not exist: {found[1]}."}, 404)
            return self._meeting(method, held, found[2] or "", content, asked)
        return _json({"code": 2300, "message": "This API endpoint is not recognized."}, 404)

    def _page_of(self, rows: list[dict[str, Any]], asked: Asked) -> Reply:
        """As Zoom cuts its lists: the token for what follows is empty when nothing does."""
        size = min(int(asked.parameters.get("page_size", "30")), self.page_size)
        begin = int(asked.parameters.get("next_page_token", "0"))
        more = str(begin + size) if begin + size < len(rows) else ""
        return _json({"page_size": size, "next_page_token": more, "meetings": rows[begin : begin + size]})

    def _row(self, held: HeldMeeting) -> dict[str, Any]:
        kept = {name: held.content[name] for name in ("topic", "type", "start_time", "duration")}
        agenda = str(held.content.get("agenda", ""))[:250]
        return kept | {"id": held.number, "uuid": held.uuid, "agenda": agenda, "timezone": "UTC"}

    def _recorded(self, asked: Asked) -> list[dict[str, Any]]:
        first, last = (
            datetime.datetime.strptime(asked.parameters[name], "%Y-%m-%d").replace(tzinfo=datetime.UTC)
            for name in ("from", "to")
        )
        assert last - first <= datetime.timedelta(days=31)
        last += datetime.timedelta(days=1)
        # The newest first.
        rows = sorted(self.recordings.values(), key=lambda each: each.started_at, reverse=True)
        return [shown(each) for each in rows if first <= each.started_at < last]

    def _create(self, content: dict[str, Any]) -> Reply:
        datetime.datetime.strptime(content["start_time"], "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 (the Z is fixed)
        assert content["type"] == 2
        assert re.fullmatch(r"[A-Za-z0-9@_*-]{1,10}", content["password"])
        held = HeldMeeting(80_000_000_000 + self.creates, content)
        self.creates += 1
        self.passcodes.add(content["password"])
        self.meetings[str(held.number)] = held
        answer = _json(self._shown(held), 201)
        if self.loses > 0:
            self.loses -= 1
            raise ConnectionError("the answer is lost")
        return answer

    def _shown(self, held: HeldMeeting) -> dict[str, Any]:
        ways = {
            "start_url": f"{self.url}/s/{held.number}?zak={secrets.token_urlsafe(12)}",
            "join_url": f"{self.url}/j/{held.number}?pwd={secrets.token_urlsafe(12)}",
        }
        self.given |= set(ways.values())
        settings = {"settings": held.content["settings"]}
        return self._row(held) | settings | ways | {"host_id": "host-1", "status": held.status}

    def _meeting(
        self, method: str, held: HeldMeeting, rest: str, content: dict[str, Any], asked: Asked
    ) -> Reply:
        match method, rest:
            case "GET", "":
                return _json(self._shown(held))
            case "PUT", "/status":
                if held.status != "started":
                    return _json({"code": 3161, "message": "The meeting isn't running."}, 400)
                if not self.ends_slowly:
                    held.status, held.uuid = "waiting", a_key()
                return Reply(204)
            case "DELETE", "":
                # It writes to the host unless told not to.
                assert asked.parameters["schedule_for_reminder"] == "false"
                if held.status == "started":
                    return _json({"code": 3002, "message": "You can't delete a meeting in progress."}, 400)
                del self.meetings[str(held.number)]
                return Reply(204)
        return _json({"code": 2300, "message": "This API endpoint is not recognized."}, 404)

    def _recording(
        self, method: str, held: HeldRecording, rest: str, content: dict[str, Any], asked: Asked
    ) -> Reply:
        match method, rest:
            case "GET", "/recordings":
                return _json(shown(held))
            case "GET", "/recordings/settings":
                return _json({"share_recording": held.share, "viewer_download": False})
            case "PATCH", "/recordings/settings":
                held.share = content["share_recording"]
                return Reply(204)
            case "DELETE", "/recordings" if asked.parameters["action"] == "delete":
                del self.recordings[held.uuid]
                return Reply(204)
        return _json({"code": 2300, "message": "This API endpoint is not recognized."}, 404)

    def _page(self, way: str, number: str, asked: Asked) -> Reply:
        """Where a browser comes to: as the host, or under its own name."""
        held = self.meetings.get(number)
        if held is None:
            return page("Zoom", error="This meeting ID is not valid.")
        if way == "s":
            held.status = "started"
            return page(held.content["topic"], meeting=held.content["topic"], name="host", role="HOST")
        wanted = held.content["settings"]
        is_on = held.status == "started" or wanted["join_before_host"]
        where = "lobby" if wanted["waiting_room"] else "room" if is_on else "outside"
        name = asked.parameters.get("uname", "")
        return page(
            held.content["topic"], meeting=held.content["topic"], name=name, role="GUEST", where=where
        )

    # --- webhooks ---------------------------------------------------------------------------------------

    def signed(
        self, event: str, payload: dict[str, Any], *, at: datetime.datetime | None = None
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a message, as Zoom would send them at `at` (now)."""
        at = at or datetime.datetime.now(datetime.UTC)
        body = json.dumps(
            {"event": event, "event_ts": int(at.timestamp() * 1000), "payload": payload}
        ).encode()
        stamp = str(int(at.timestamp()))
        message = b"v0:" + stamp.encode() + b":" + body
        signature = hmac.new(self.webhook_secret.encode(), message, hashlib.sha256).hexdigest()
        headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signature}"}
        return headers | {"Content-Type": "application/json"}, body

    def send(self, url: str, event: str, payload: dict[str, Any]) -> tuple[int, bytes]:
        """Post a message; the status and body that it was answered with."""
        headers, body = self.signed(event, payload)
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
            return answer.status, answer.read()

    def validates(self, url: str) -> bool:
        """Does the address know our secret? What Zoom asks before it sends anything, and every 72 hours."""
        plain = secrets.token_urlsafe(16)
        status, answer = self.send(url, "endpoint.url_validation", {"plainToken": plain})
        expected = hmac.new(self.webhook_secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
        return status == 200 and json.loads(answer) == {"plainToken": plain, "encryptedToken": expected}

    def came(self, number: str, name: str, **participant: str) -> dict[str, Any]:
        """The payload of `meeting.participant_joined`; with `leave_time` also of `…_left`."""
        person = {"user_id": "16778240", "user_name": name, "join_time": "2026-11-27T17:01:02Z"} | participant
        return {
            "account_id": self.account_id,
            "object": {"id": number, "uuid": "u", "host_id": "host-1", "participant": person},
        }


def _json(content: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(content).encode(), "application/json")
