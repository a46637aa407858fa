"""Whatever JSON comes where Zoom's answer should be: it ends as ProviderError, or as something of use."""

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.providers.serving import Asked, Reply
from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.rooms import CITIZEN, MEETING, MODERATOR, NOW, zoom
from tests.workshops.conferencing.test_webhooks import CONNECTION, SERVER
from workshops.conferencing import zoom_tokens
from workshops.conferencing.protocol import ProviderError, ProviderNonsense, RecordingInfo
from workshops.conferencing.webhooks import Joined, Left, UrlValidation, read_webhook
from workshops.conferencing.zoom import Zoom

NUMBER = 81234567890
THERE = replace(MEETING, external_id=str(NUMBER))
FARTHEST = [ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Niue")]

# What breaks careless readers: numbers beyond floats and columns, no numbers, halves of characters, NUL.
ODD: list[Any] = [
    *(10**400, -(10**400), 10**30, -1, 0, True, 1e308, float("inf"), float("nan"), 3600),
    *("", "\ud800", "a\x00b", "x" * 5000, "é", "\r\nX: y", "/a//b==", "ok=="),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-11-27T17:00:00Z", "2026-11-27"),
    *(NUMBER, str(NUMBER), f"[{MEETING.key}]", "https://zoom.example/\ud800", "https://[", "https://a:b/"),
    *("https://zoom.example/j/1?pwd=x", "publicly", "started", json.loads("[" * 500 + "]" * 500)),
]
NAMES = [
    *("id", "uuid", "join_url", "start_url", "status", "meetings", "next_page_token", "agenda", "code"),
    *("share_recording", "share_url", "start_time", "duration", "access_token", "expires_in", "error"),
]
PLAIN = st.one_of(
    st.sampled_from(ODD),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
)
ROW = st.dictionaries(st.sampled_from(NAMES), PLAIN, max_size=8)
# Often nearly right, so that the later steps of a call are reached too.
GOOD = st.fixed_dictionaries(
    {
        "id": st.just(NUMBER) | PLAIN,
        "meetings": st.lists(ROW | st.just({"id": NUMBER, "uuid": "ok==", "agenda": f"[{MEETING.key}]"})),
        "uuid": st.just("/a//b==") | PLAIN,
        "start_time": st.just("2026-11-27T17:00:00Z") | PLAIN,
        "join_url": st.just("https://zoom.example/j/1?pwd=x") | PLAIN,
        "start_url": st.just("https://zoom.example/s/1?zak=x") | PLAIN,
        "share_recording": st.just("publicly") | PLAIN,
    }
)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner)
)
OBJECTS = GOOD | ROW | ANYTHING
STATUSES = st.sampled_from([200, 200, 200, 200, 201, 204, 302, 400, 403, 404, 409])
ANSWERS = st.lists(st.tuples(STATUSES, OBJECTS), min_size=1, max_size=6)
FUZZ = settings(max_examples=70, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


class Babbler(ZoomServer):
    """Gives the answers in their order, the last of them from then on; a token to whoever asks for one."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[int, Any]] = []
        self.token: Any = None

    def reply(self, asked: Asked) -> Reply:
        if self.call_of(asked) == "token":
            return super().reply(asked) if self.token is None else said(200, self.token)
        return said(*(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]))


def said(status: int, content: Any) -> Reply:
    return Reply(status, json.dumps(content).encode(), "application/json")


@pytest.fixture(scope="module")
def babbler() -> Iterator[Babbler]:
    zoom_tokens.forget()
    with Babbler() as server:
        yield server
    zoom_tokens.forget()


CALLS: dict[str, Callable[[Zoom], object]] = {
    "create": lambda room: room.create(MEETING),
    "create again": lambda room: room.create(THERE),
    "citizen": lambda room: room.way_in(THERE, CITIZEN, now=NOW),
    "moderator": lambda room: room.way_in(THERE, MODERATOR, now=NOW),
    "info": lambda room: room.info(THERE),
    "end": lambda room: room.end(THERE),
    "recordings": lambda room: room.recordings(THERE),
    "publish": lambda room: room.publish_recording(THERE, "/a//b==", is_published=True),
    "delete": lambda room: room.delete_recording(THERE, "/a//b=="),
    "check": lambda room: room.check(),
}


@pytest.mark.parametrize("call", CALLS)
def test_no_answer_ends_otherwise_than_as_an_error_of_the_provider(babbler: Babbler, call: str) -> None:
    seen: set[str] = set()

    @FUZZ
    @given(ANSWERS)
    def fuzz(answers: list[tuple[int, Any]]) -> None:
        babbler.answers, babbler.asked = list(answers), []
        try:
            found = CALLS[call](zoom(babbler))
        except ProviderError as error:
            seen.add(error.code)
            return
        seen.add("ok")
        is_of_use(found)

    fuzz()
    assert seen >= {"ok", "nonsense", "refused"}


def is_of_use(found: object) -> None:
    """Fits into a column, a page and a header, in every time zone."""
    if isinstance(found, str):
        assert found.isdigit() or found.startswith(("https://", "http://127.0.0.1"))
        assert found.isascii()
        assert len(found) <= 60 or not found.isdigit()
    for info in found if isinstance(found, tuple) else ():
        assert isinstance(info, RecordingInfo)
        assert 0 < len(info.id) <= 120
        assert info.id.isascii()
        assert 0 <= info.minutes <= 32_767
        assert info.playback_url.isascii()
        assert [info.started_at.astimezone(zone) - info.started_at for zone in FARTHEST] == [
            datetime.timedelta(0)
        ] * 2


@FUZZ
@given(st.fixed_dictionaries({"access_token": st.just("a") | PLAIN, "expires_in": PLAIN}) | ANYTHING)
def test_no_token_ends_otherwise(babbler: Babbler, token: Any) -> None:
    zoom_tokens.forget()
    babbler.token, babbler.answers = token, [(200, {})]
    try:
        zoom(babbler).check()
    except ProviderError:
        pass
    finally:
        babbler.token = None
        zoom_tokens.forget()


@pytest.mark.parametrize("seconds", [10**400, 1e300, float("inf"), float("nan"), -1, True, "3600", None])
def test_a_token_of_no_lifetime_is_nonsense(babbler: Babbler, seconds: Any) -> None:
    zoom_tokens.forget()
    babbler.token, babbler.answers = {"access_token": "a", "expires_in": seconds}, [(200, {})]
    try:
        with pytest.raises(ProviderNonsense, match="token"):
            zoom(babbler).check()
    finally:
        babbler.token = None


PARTICIPANT = st.dictionaries(
    st.sampled_from(
        ["id", "user_id", "user_name", "customer_key", "participant_uuid", "join_time", "phone_number"]
    ),
    PLAIN,
)
PAYLOAD = st.fixed_dictionaries(
    {
        "plainToken": PLAIN,
        "object": st.fixed_dictionaries({"id": PLAIN, "participant": PARTICIPANT, "start_time": PLAIN})
        | PLAIN,
    }
)
EVENTS = st.sampled_from(
    [
        *("endpoint.url_validation", "meeting.started", "meeting.ended"),
        *("meeting.participant_joined", "meeting.participant_left"),
    ]
)


@FUZZ
@given(EVENTS, PAYLOAD | ANYTHING)
def test_no_genuine_message_ends_otherwise(event: str, payload: Any) -> None:
    headers, body = SERVER.signed(event, payload, at=NOW)
    try:
        told = read_webhook(CONNECTION, headers, body, NOW)
    except ProviderError:
        return
    texts = [told.meeting] if not isinstance(told, UrlValidation) and hasattr(told, "meeting") else []
    if isinstance(told, Joined | Left):
        texts += [told.stay, told.person.key, told.person.name]
    # A database takes neither NUL nor half a character.
    assert [text for text in texts if "\x00" in text or text != text.encode(errors="replace").decode()] == []
