"""Jitsi's token, read by someone else's eyes."""

import datetime
import json
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.jitsi import BadToken, JitsiServer
from tests.workshops.conferencing.rooms import CITIZEN, MEETING, MODERATOR, NOW
from workshops.conferencing.jitsi import Jitsi
from workshops.conferencing.protocol import (
    Connection,
    Kind,
    NotAllowed,
    Person,
    ProviderError,
    ProviderRefused,
    Secret,
    WrongSettings,
)
from workshops.conferencing.texts import one_line

SERVER = JitsiServer()
CONNECTION = Connection(
    Kind.JITSI, address="https://127.0.0.1", secret=Secret(SERVER.secret), key_id=SERVER.app, has_lobby=True
)


def token(person: Person = CITIZEN, connection: Connection = CONNECTION) -> str:
    query = urlsplit(Jitsi(connection).way_in(MEETING, person, now=NOW)).query
    return parse_qs(query)["jwt"][0]


def claims(person: Person = CITIZEN, connection: Connection = CONNECTION) -> dict[str, object]:
    return SERVER.read(token(person, connection), MEETING.key, now=NOW.timestamp())


def test_the_token_of_a_citizen() -> None:
    assert claims() == {
        "iss": "town",
        "aud": "town",
        "sub": "127.0.0.1",
        "room": "meeting-Key_1",
        "iat": int(NOW.timestamp()),
        "nbf": int(NOW.timestamp()) - 60,
        "exp": int(MEETING.ends_at.timestamp()) + 7200,
        "context": {
            "user": {
                "id": "person-2",
                "name": "Jörg Müller & Söhne + 1",
                "moderator": "false",
                "affiliation": "member",
            },
            "features": {
                "recording": "false",
                "livestreaming": "false",
                "transcription": "false",
                "outbound-call": "false",
                "screen-sharing": "true",
                "lobby_bypass": False,
            },
            "room": {"lobby_autostart": True},
        },
    }


def test_a_moderator_owns_the_room_and_passes_the_lobby() -> None:
    context = claims(MODERATOR)["context"]
    assert isinstance(context, dict)
    assert context["user"] == {
        "id": "person-1",
        "name": "Nadia Öztürk",
        "moderator": "true",
        "affiliation": "owner",
    }
    assert context["features"]["lobby_bypass"] is True


def test_without_a_lobby_nobody_waits() -> None:
    context = claims(connection=replace(CONNECTION, has_lobby=False))["context"]
    assert isinstance(context, dict)
    assert (context["features"]["lobby_bypass"], context["room"]) == (True, {"lobby_autostart": False})


@pytest.mark.parametrize(
    ("is_recorded", "person", "expected"),
    [(True, MODERATOR, "true"), (True, CITIZEN, "false"), (False, MODERATOR, "false")],
)
def test_only_moderators_record_and_only_what_may_be(
    is_recorded: bool, person: Person, expected: str
) -> None:
    url = Jitsi(CONNECTION).way_in(replace(MEETING, is_recorded=is_recorded), person, now=NOW)
    found = SERVER.read(parse_qs(urlsplit(url).query)["jwt"][0], MEETING.key, now=NOW.timestamp())
    assert found["context"]["features"]["recording"] == expected


def test_the_token_opens_one_room_for_its_time_and_no_other() -> None:
    end = (MEETING.ends_at + datetime.timedelta(hours=2)).timestamp()
    for room, when in (("another", NOW.timestamp()), (MEETING.key, end), (MEETING.key, NOW.timestamp() - 61)):
        with pytest.raises(BadToken):
            SERVER.read(token(), room, now=when)
    with pytest.raises(BadToken, match="signature"):
        JitsiServer("another-secret-of-thirty-two-byte").read(token(), MEETING.key, now=NOW.timestamp())


def test_a_browser_comes_in_by_it() -> None:
    now = datetime.datetime.now(datetime.UTC)
    with JitsiServer() as server:
        connection = replace(CONNECTION, address=server.url)
        room = Jitsi(connection, trusted_hosts=frozenset({server.host}))
        meeting = replace(MEETING, ends_at=now)
        assert "Nadia Öztürk" in requests.get(room.way_in(meeting, MODERATOR, now=now), timeout=5).text
        assert [each.room for each in server.visits] == ["meeting-Key_1"]
        assert requests.get(f"{server.url}/meeting-Key_1", timeout=5).status_code == 403


@pytest.mark.parametrize(
    ("address", "account_id", "expected"),
    [
        ("https://Meet.Example/", "", "meet.example"),
        ("https://meet.example/Town", "", "town"),
        ("https://meet.example", "meet.jitsi", "meet.jitsi"),
    ],
)
def test_the_subject_is_the_domain_the_tenant_or_what_was_said(
    address: str, account_id: str, expected: str
) -> None:
    connection = replace(CONNECTION, address=address, account_id=account_id)
    found = jwt.decode(token(connection=connection), options={"verify_signature": False})
    assert found["sub"] == expected


@pytest.mark.parametrize("key", ["*", "", "a/b", "a b", "../x", ".*", "a?b", "ä"])
def test_a_room_is_a_room_and_no_pattern(key: str) -> None:
    with pytest.raises(WrongSettings, match="room"):
        Jitsi(CONNECTION).way_in(replace(MEETING, key=key), CITIZEN, now=NOW)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"secret": Secret("x" * 31)}, "wrong_settings: short_key"),
        ({"secret": Secret("ü" * 15)}, "wrong_settings: short_key"),
        ({"secret": Secret()}, "wrong_settings: secret"),
        ({"key_id": ""}, "wrong_settings: key_id"),
        ({"address": "meet.example"}, "wrong_settings: address"),
        ({"address": "http://meet.example"}, "not_allowed: http"),
    ],
)
def test_what_staff_entered_wrongly_is_named_before_anyone_is_let_in(
    change: dict[str, str], expected: str
) -> None:
    room = Jitsi(replace(CONNECTION, **change))  # type: ignore[arg-type]
    for call in (room.check, lambda: room.way_in(MEETING, CITIZEN, now=NOW)):
        with pytest.raises(ProviderError) as caught:
            call()
        assert str(caught.value) == expected


@pytest.mark.parametrize("secret", ["x" * 32, "ü" * 16])
def test_thirty_two_bytes_are_enough(secret: str) -> None:
    Jitsi(replace(CONNECTION, secret=Secret(secret))).check()


@given(st.text(max_size=60))
def test_an_open_server_gets_the_name_after_the_hash(name: str) -> None:
    room = Jitsi(Connection(Kind.JITSI, address="https://meet.example/"))
    url = room.way_in(MEETING, replace(CITIZEN, name=name), now=NOW)
    start, _, value = url.partition("#userInfo.displayName=")
    assert start == "https://meet.example/meeting-Key_1"
    assert json.loads(unquote(value)) == one_line(name, limit=255)
    assert url.isascii()
    assert not set(value) & set('"&#= <>')


def test_the_rest_asks_nobody() -> None:
    room = Jitsi(CONNECTION)
    assert (room.create(MEETING), room.info(MEETING), room.recordings(MEETING)) == ("", None, ())
    room.end(MEETING)
    with pytest.raises(ProviderRefused, match="not_supported"):
        room.publish_recording(MEETING, "r", is_published=True)
    with pytest.raises(ProviderRefused, match="not_supported"):
        room.delete_recording(MEETING, "r")
    assert (room.knows_presence, room.knows_recordings, room.knows_lobby, room.needs_creation) == (
        False,
        False,
        True,
        False,
    )
    assert not Jitsi(Connection(Kind.JITSI, address="https://meet.example")).knows_lobby


def test_a_token_goes_over_plain_http_only_to_a_trusted_host() -> None:
    connection = replace(CONNECTION, address="http://127.0.0.1:8000")
    with pytest.raises(NotAllowed):
        Jitsi(connection).way_in(MEETING, CITIZEN, now=NOW)
    Jitsi(connection, trusted_hosts=frozenset({"127.0.0.1:8000"})).way_in(MEETING, CITIZEN, now=NOW)
