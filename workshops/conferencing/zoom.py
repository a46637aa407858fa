"""Zoom: https://developers.zoom.us/docs/api/meetings/

The app in Zoom's marketplace is a server-to-server one and needs the scopes to read, list, write, update and
delete meetings, and to read, list, update and delete cloud recordings.
"""

import base64
import datetime
import hashlib
import hmac
import math
from typing import Any
from urllib.parse import quote

from .addresses import resolve, web_address
from .http import SECONDS
from .protocol import (
    Connection,
    Info,
    Meeting,
    Person,
    ProviderDown,
    ProviderNonsense,
    ProviderRefused,
    ProviderSlow,
    RecordingInfo,
    Role,
    WrongSettings,
)
from .sockets import Deadline, Resolver
from .texts import one_line
from .zoom_api import PLAIN, Api, agreed, code_of, key_in, key_path, moment, number_in

OAUTH = "https://zoom.us"
API = "https://api.zoom.us"
LONGEST_TOPIC = 200
LONGEST_NAME = 64
# In which a meeting's recordings were begun, seen from when it was made; Zoom lists a month at most.
BEFORE, AFTER = datetime.timedelta(days=1), datetime.timedelta(days=14)
MOST_MINUTES = 32_767
# "You can't delete this meeting since it's ended": so nobody comes into it any more.
HAS_ENDED = "3007"


class Zoom:
    """A host's meetings. Who is inside Zoom tells by webhook only (`webhooks`): `info` doesn't know it.

    Zoom takes no key of ours with which a question could be repeated. So ours stands in each meeting's
    agenda, and before a meeting is made it is looked for there. Someone who asks while another's question is
    still on its way would find nothing: that the caller must know (`Meeting.is_awaited`).
    """

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
        self._api = Api(
            connection,
            trusted_hosts=trusted_hosts,
            seconds=seconds,
            resolver=resolver,
            oauth=oauth,
            api=api,
        )

    def create(self, meeting: Meeting) -> str:
        """Zoom's number for it: of the one that is there, else of a new one."""
        deadline = self._api.deadline()
        if meeting.external_id and self._find(meeting, deadline) is not None:
            return meeting.external_id
        if ours := self._ours(meeting, deadline):
            return ours[0]
        if meeting.is_awaited:
            raise ProviderSlow("awaited")
        try:
            return self._make(meeting, deadline)
        except (ProviderSlow, ProviderDown, ProviderNonsense) as error:
            # It may have heard us all the same, and be making it at this moment.
            error.may_be_done = True
            raise

    def way_in(self, meeting: Meeting, person: Person, *, now: datetime.datetime) -> str:
        """Asked anew for each click: what is in it ends after two hours.

        A moderator gets `start_url`, which starts the meeting and makes its reader the host, under the name
        and with the rights of the account's user (`host`). Zoom says that nobody else should get it; but
        without a host nobody comes in, and the only other ways to become one (alternative host, the host's
        six digits) need an account at Zoom or give away more. So whoever is a moderator here is trusted with
        that user, whose account should be used for nothing else; and in one meeting Zoom takes one of them: a
        second one makes the first leave, and should come in as a participant and be made co-host.

        A participant's address is the meeting's own, good until the meeting is deleted (`end`).
        """
        found = self._find(meeting, self._api.deadline())
        if found is None:
            raise ProviderRefused("not_found")
        is_moderator = person.role is Role.MODERATOR
        url = found.get("start_url" if is_moderator else "join_url")
        if not isinstance(url, str) or not PLAIN.fullmatch(url):
            raise ProviderNonsense("url")
        if not is_moderator:
            url += f"{'&' if '?' in url else '?'}uname={quote(one_line(person.name, limit=LONGEST_NAME))}"
        try:
            return web_address(url, self._trusted_hosts)
        except WrongSettings:
            raise ProviderNonsense("url") from None

    def info(self, meeting: Meeting) -> Info | None:
        found = self._find(meeting, self._api.deadline())
        return None if found is None else Info(is_running=found.get("status") == "started")

    def end(self, meeting: Meeting) -> None:
        """Everyone out, and the meeting is gone: whoever kept its address finds nothing there.

        Its recordings stay in the host's account. A twin, made because Zoom's answer came too late for us,
        goes with it. Refused as long as Zoom hasn't ended it yet: then it is to be repeated.
        """
        deadline = self._api.deadline()
        known = [self._number(meeting)] if meeting.external_id else []
        for number in known:
            self._remove(number, deadline)
        for number in self._ours(meeting, deadline):
            if number not in known:
                self._remove(number, deadline)

    def recordings(self, meeting: Meeting) -> tuple[RecordingInfo, ...]:
        """Of each time that the meeting took place. Asked of the host: the meeting may be gone already."""
        if not meeting.external_id:
            # We never heard of it, so nobody was led there.
            return ()
        deadline, number = self._api.deadline(), self._number(meeting)
        made_at = (meeting.made_at or meeting.starts_at).astimezone(datetime.UTC)
        first, last = (f"{each:%Y-%m-%d}" for each in (made_at - BEFORE, made_at + AFTER))
        rows = self._api.of_host("recordings", deadline=deadline, **{"from": first, "to": last})
        found = {key_in(row): row for row in rows if number_in(row) == number}
        infos = (self._recording(key, row, deadline) for key, row in found.items())
        there = (info for info in infos if info is not None)
        return tuple(sorted(there, key=lambda info: (info.started_at, info.id)))

    def publish_recording(self, meeting: Meeting, recording: str, *, is_published: bool) -> None:
        deadline = self._api.deadline()
        if not self._is_there(meeting, recording, deadline):
            raise ProviderRefused("not_found")
        share = {"share_recording": "publicly" if is_published else "none"}
        path = f"/meetings/{key_path(recording)}/recordings/settings"
        agreed(self._api.ask("PATCH", path, share, deadline=deadline))

    def delete_recording(self, meeting: Meeting, recording: str) -> None:
        """For good, not into Zoom's bin. One that is gone already is no error."""
        deadline = self._api.deadline()
        if self._is_there(meeting, recording, deadline):
            path = f"/meetings/{key_path(recording)}/recordings?action=delete"
            answer = self._api.ask("DELETE", path, deadline=deadline)
            if answer.status != 404:
                agreed(answer)

    def check(self) -> None:
        """Do account, secret and host fit?"""
        path = f"{self._api.host_path}/meetings?page_size=1"
        answer = self._api.ask("GET", path, deadline=self._api.deadline())
        if answer.status == 404:
            raise WrongSettings("host")
        agreed(answer).json()

    def _make(self, meeting: Meeting, deadline: Deadline) -> str:
        minutes = math.ceil((meeting.ends_at - meeting.starts_at).total_seconds() / 60)
        wanted = {
            "topic": one_line(meeting.name, limit=LONGEST_TOPIC),
            "agenda": _mark(meeting),
            "type": 2,
            "start_time": f"{meeting.starts_at.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "duration": max(minutes, 1),
            "password": self._passcode(meeting),
            "settings": {
                "waiting_room": self._connection.has_lobby,
                # An address that was kept leads nowhere as long as nobody of ours is there.
                "join_before_host": False,
                "mute_upon_entry": True,
                "auto_recording": "cloud" if meeting.is_recorded else "none",
                # Citizens have no account at Zoom, and Zoom doesn't write to anyone.
                "meeting_authentication": False,
                "approval_type": 2,
                "registrants_confirmation_email": False,
                "use_pmi": False,
            },
        }
        answer = self._api.ask("POST", f"{self._api.host_path}/meetings", wanted, deadline=deadline)
        if answer.status == 404:
            raise WrongSettings("host")
        return number_in(agreed(answer).json())

    def _find(self, meeting: Meeting, deadline: Deadline) -> dict[str, Any] | None:
        answer = self._api.ask("GET", f"/meetings/{self._number(meeting)}", deadline=deadline)
        return None if answer.status == 404 else agreed(answer).json()

    def _ours(self, meeting: Meeting, deadline: Deadline) -> list[str]:
        """The numbers of the host's meetings that were made for `meeting`, in the same order for everyone."""
        rows = self._api.of_host("meetings", deadline=deadline, type="scheduled")
        mark = _mark(meeting)
        named = ((row, row.get("agenda")) for row in rows)
        ours = {number_in(row) for row, agenda in named if isinstance(agenda, str) and mark in agenda}
        return sorted(ours, key=int)

    def _remove(self, number: str, deadline: Deadline) -> None:
        # Refused in several ways when it isn't running; if it is, what follows is refused.
        self._api.ask("PUT", f"/meetings/{number}/status", {"action": "end"}, deadline=deadline)
        quietly = "schedule_for_reminder=false&cancel_meeting_reminder=false"
        answer = self._api.ask("DELETE", f"/meetings/{number}?{quietly}", deadline=deadline)
        if answer.status != 404 and (answer.status < 300 or code_of(answer) != HAS_ENDED):
            agreed(answer)

    def _recording(self, key: str, row: dict[str, Any], deadline: Deadline) -> RecordingInfo | None:
        """None: still being made, or deleted a moment ago."""
        path = f"/meetings/{key_path(key)}/recordings/settings"
        answer = self._api.ask("GET", path, deadline=deadline)
        if answer.status == 404:
            return None
        is_published = agreed(answer).json().get("share_recording") == "publicly"
        url, minutes = row.get("share_url"), row.get("duration")
        is_link = isinstance(url, str) and url.startswith("https://") and PLAIN.fullmatch(url)
        return RecordingInfo(
            id=key,
            started_at=moment(row.get("start_time")),
            minutes=minutes if isinstance(minutes, int) and 0 <= minutes <= MOST_MINUTES else 0,
            is_published=is_published,
            playback_url=str(url) if is_published and is_link else "",
        )

    def _is_there(self, meeting: Meeting, recording: str, deadline: Deadline) -> bool:
        """By its own key, whenever it was made. Refused: it is another meeting's."""
        path = f"/meetings/{key_path(recording)}/recordings"
        answer = self._api.ask("GET", path, deadline=deadline)
        if answer.status == 404:
            return False
        if number_in(agreed(answer).json()) != self._number(meeting):
            raise ProviderRefused("not_found")
        return True

    def _number(self, meeting: Meeting) -> str:
        if not meeting.external_id.isascii() or not meeting.external_id.isdigit():
            raise ProviderRefused("not_created")
        return meeting.external_id

    def _passcode(self, meeting: Meeting) -> str:
        """At most ten characters, of each kind that an account's rules may ask for."""
        secret = self._connection.secret.reveal().encode()
        digest = hmac.new(secret, meeting.key.encode(), hashlib.sha256).digest()
        return f"A{base64.urlsafe_b64encode(digest).decode('ascii')[:6]}7-z"


def _mark(meeting: Meeting) -> str:
    """By which a meeting at Zoom is known as ours; lists show an agenda's first 250 characters."""
    return f"[{meeting.key}]"
