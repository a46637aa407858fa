"""What Zoom tells by itself, and what only pretends to be Zoom."""

import datetime
import hashlib
import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.rooms import NOW, zoom_connection
from workshops.conferencing.protocol import (
    ChecksumRefused,
    Present,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    Role,
    Secret,
    WrongSettings,
)
from workshops.conferencing.webhooks import (
    Joined,
    Left,
    MeetingEnded,
    MeetingStarted,
    Unknown,
    UrlValidation,
    Webhook,
    read_webhook,
)

SERVER = ZoomServer()
CONNECTION = zoom_connection(SERVER)
JOINED_AT = datetime.datetime(2026, 11, 27, 17, 1, 2, tzinfo=datetime.UTC)


def read(event: str, payload: dict[str, Any]) -> Webhook:
    headers, body = SERVER.signed(event, payload, at=NOW)
    return read_webhook(CONNECTION, headers, body, NOW)


def test_the_address_is_validated() -> None:
    plain = "qgg8vlvZRS6UYooatFL8Aw"
    encrypted = hmac.new(SERVER.webhook_secret.encode(), plain.encode(), hashlib.sha256).hexdigest()
    found = read("endpoint.url_validation", {"plainToken": plain})
    assert found == UrlValidation(plain, encrypted)
    assert isinstance(found, UrlValidation)
    assert found.answer == {"plainToken": plain, "encryptedToken": encrypted}


def test_a_meeting_starts_and_ends() -> None:
    times = {"start_time": "2026-11-27T17:00:00Z", "end_time": "2026-11-27T19:00:00Z"}
    payload = {"object": {"id": "123", **times}}
    assert [read(f"meeting.{each}", payload) for each in ("started", "ended")] == [
        MeetingStarted("123", datetime.datetime(2026, 11, 27, 17, 0, tzinfo=datetime.UTC)),
        MeetingEnded("123", datetime.datetime(2026, 11, 27, 19, 0, tzinfo=datetime.UTC)),
    ]


def test_a_person_comes_and_goes() -> None:
    person = Present("", "Jörg Müller", Role.PARTICIPANT)
    came = SERVER.came("123", "Jörg Müller", participant_uuid="p-1")
    went = SERVER.came("123", "Jörg Müller", participant_uuid="p-1", leave_time="2026-11-27T18:00:00Z")
    assert read("meeting.participant_joined", came) == Joined("123", JOINED_AT, person, "p-1")
    left_at = datetime.datetime(2026, 11, 27, 18, 0, tzinfo=datetime.UTC)
    assert read("meeting.participant_left", went) == Left("123", left_at, person, "p-1")


@pytest.mark.parametrize(
    ("participant", "expected"),
    [
        ({"id": "host-1"}, Present("", "Jörg", Role.MODERATOR)),
        ({"id": "other"}, Present("", "Jörg", Role.PARTICIPANT)),
        ({"id": "", "customer_key": "person-2"}, Present("person-2", "Jörg", Role.PARTICIPANT)),
        (
            {"user_name": "+49 30 1234567", "phone_number": "+49301234567"},
            Present("", "…567", Role.PARTICIPANT, is_by_phone=True),
        ),
        ({"email": "joerg@town.example"}, Present("", "Jörg", Role.PARTICIPANT)),
    ],
)
def test_a_person_is_known_as_far_as_zoom_knows_them(participant: dict[str, str], expected: Present) -> None:
    found = read("meeting.participant_joined", SERVER.came("123", "Jörg", **participant))
    assert isinstance(found, Joined)
    assert (found.person, found.stay) == (expected, "16778240")
    assert "town.example" not in repr(found)
    assert "1234567" not in repr(found)


def test_what_we_dont_use_is_genuine_all_the_same() -> None:
    assert read("meeting.sharing_started", {"object": {}}) == Unknown("meeting.sharing_started")


# --- strangers ------------------------------------------------------------------------------------------


def refused(headers: dict[str, str], body: bytes, now: datetime.datetime = NOW) -> str:
    with pytest.raises(ProviderError) as caught:
        read_webhook(CONNECTION, headers, body, now)
    return str(caught.value)


@given(st.binary(max_size=300), st.text(st.characters(codec="latin-1"), max_size=100))
def test_nobody_without_the_secret_is_heard(body: bytes, signature: str) -> None:
    headers = {"x-zm-request-timestamp": str(int(NOW.timestamp())), "x-zm-signature": signature}
    assert refused(headers, body) == "checksum: signature"


def test_one_changed_byte_and_it_isnt_zooms() -> None:
    headers, body = SERVER.signed("meeting.started", {"object": {"id": "1"}}, at=NOW)
    assert refused(headers, body.replace(b'"1"', b'"2"')) == "checksum: signature"
    assert refused(headers, body + b" ") == "checksum: signature"
    later = headers | {"x-zm-request-timestamp": str(int(NOW.timestamp()) + 1)}
    assert refused(later, body) == "checksum: signature"
    assert refused({}, body) == "checksum: signature"
    assert refused({"x-zm-signature": headers["x-zm-signature"]}, body) == "checksum: signature"


@pytest.mark.parametrize(
    ("seconds", "is_heard"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)]
)
def test_what_was_sent_long_ago_or_in_the_future_isnt_heard(seconds: int, is_heard: bool) -> None:
    headers, body = SERVER.signed("meeting.other", {}, at=NOW - datetime.timedelta(seconds=seconds))
    if is_heard:
        assert read_webhook(CONNECTION, headers, body, NOW) == Unknown("meeting.other")
        return
    with pytest.raises(ProviderRefused, match="stale"):
        read_webhook(CONNECTION, headers, body, NOW)


@pytest.mark.parametrize("stamp", ["", "abc", "-1", "1e9", "١٢٣", "9" * 13])
def test_a_genuine_message_without_a_moment_is_stale(stamp: str) -> None:
    body = b'{"event": "a", "payload": {}}'
    message = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(SERVER.webhook_secret.encode(), message, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signature}"}
    assert refused(headers, body) == "refused: stale"


def test_header_names_may_be_written_in_any_way() -> None:
    headers, body = SERVER.signed("meeting.other", {}, at=NOW)
    assert read_webhook(CONNECTION, {k.title(): v for k, v in headers.items()}, body, NOW) == Unknown(
        "meeting.other"
    )


def test_without_a_secret_everything_is_refused() -> None:
    """Also what was signed with the empty one."""
    server = ZoomServer()
    server.webhook_secret = ""
    headers, body = server.signed("meeting.started", {}, at=NOW)
    with pytest.raises(WrongSettings, match="webhook_secret"):
        read_webhook(replace(CONNECTION, webhook_secret=Secret()), headers, body, NOW)


def test_a_refusal_doesnt_show_the_right_signature() -> None:
    headers, body = SERVER.signed("meeting.started", {}, at=NOW)
    with pytest.raises(ChecksumRefused) as caught:
        read_webhook(CONNECTION, headers | {"x-zm-signature": "v0=wrong"}, body, NOW)
    where = caught.value.__traceback__
    while where is not None:
        if "tests" not in where.tb_frame.f_code.co_filename:
            assert headers["x-zm-signature"] not in repr(where.tb_frame.f_locals)
        where = where.tb_next


# --- genuine nonsense -----------------------------------------------------------------------------------


def sign(body: bytes) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    message = b"v0:" + stamp.encode() + b":" + body
    signature = hmac.new(SERVER.webhook_secret.encode(), message, hashlib.sha256).hexdigest()
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signature}"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *(
            (each, "json")
            for each in (b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"event": 1, "payload": {}}')
        ),
        (b'{"event": "a", "payload": []}', "json"),
        (b'{"event": "endpoint.url_validation", "payload": {}}', "plainToken"),
        (b'{"event": "meeting.started", "payload": {}}', "object"),
        (b'{"event": "meeting.started", "payload": {"object": {}}}', "id"),
        (b'{"event": "meeting.started", "payload": {"object": {"id": 1}}}', "moment"),
        (b'{"event": "meeting.participant_left", "payload": {"object": {"id": 1}}}', "participant"),
        (
            json.dumps(
                {
                    "event": "meeting.participant_joined",
                    "payload": {"object": {"id": 1, "participant": {"join_time": "2026-11-27T17:00:00"}}},
                }
            ).encode(),
            "moment",
        ),
    ],
)
def test_what_is_genuine_but_not_readable_is_nonsense(body: bytes, expected: str) -> None:
    with pytest.raises(ProviderNonsense, match=f"^nonsense: {expected}$"):
        read_webhook(CONNECTION, sign(body), body, NOW)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "object", "participant", "join_time"]), inner)
        ),
    )
)
def test_no_payload_is_more_than_nonsense(payload: object) -> None:
    body = json.dumps({"event": "meeting.participant_joined", "payload": {"object": payload}}).encode()
    try:
        read_webhook(CONNECTION, sign(body), body, NOW)
    except ProviderNonsense:
        return
