"""Zoom, asked over HTTP on loopback: OAuth, meetings, recordings."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.providers.serving import HUGE, PAGE
from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.rooms import (
    CITIZEN,
    MEETING,
    MODERATOR,
    NOW,
    made_at_zoom,
    zoom,
    zoom_connection,
)
from workshops.conferencing import zoom_tokens
from workshops.conferencing.protocol import (
    Connection,
    Info,
    Kind,
    NotAllowed,
    ProviderDown,
    ProviderError,
    ProviderRefused,
    Secret,
    WrongSettings,
)
from workshops.conferencing.zoom import Zoom

# --- create -----------------------------------------------------------------------------------------------


def test_a_meeting_is_made_with_its_waiting_room(zoom_server: ZoomServer) -> None:
    number = zoom(zoom_server).create(MEETING)
    content = zoom_server.meetings[number].content
    assert content | {"password": "…"} == {
        "topic": "Grünes Quartier: Bäume & Wege",
        "agenda": "[meeting-Key_1]",
        "type": 2,
        "start_time": "2026-11-27T17:00:00Z",
        "duration": 120,
        "password": "…",
        "settings": {
            "waiting_room": True,
            "join_before_host": False,
            "mute_upon_entry": True,
            "auto_recording": "none",
            "meeting_authentication": False,
            "approval_type": 2,
            "registrants_confirmation_email": False,
            "use_pmi": False,
        },
    }


def test_without_a_lobby_people_come_straight_in_as_soon_as_somebody_leads(zoom_server: ZoomServer) -> None:
    room = zoom(zoom_server, zoom_connection(zoom_server, has_lobby=False))
    meeting = replace(MEETING, external_id=room.create(replace(MEETING, is_recorded=True)))
    settings = zoom_server.meetings[meeting.external_id].content["settings"]
    assert [settings[each] for each in ("waiting_room", "join_before_host", "auto_recording")] == [
        False,
        False,
        "cloud",
    ]
    way = room.way_in(meeting, CITIZEN, now=NOW)
    assert "outside" in requests.get(way, timeout=5).text
    requests.get(room.way_in(meeting, MODERATOR, now=NOW), timeout=5)
    assert '<p id="where">room</p>' in requests.get(way, timeout=5).text


def test_a_start_in_local_time_is_said_in_utc(zoom_server: ZoomServer) -> None:
    berlin = datetime.timezone(datetime.timedelta(hours=1))
    number = zoom(zoom_server).create(replace(MEETING, starts_at=MEETING.starts_at.astimezone(berlin)))
    assert zoom_server.meetings[number].content["start_time"] == "2026-11-27T17:00:00Z"


# --- way in -----------------------------------------------------------------------------------------------


def test_a_citizen_waits_under_their_name_and_the_moderator_is_the_host(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    url = room.way_in(meeting, CITIZEN, now=NOW)
    assert parse_qs(urlsplit(url).query)["uname"] == ["Jörg Müller & Söhne + 1"]
    assert "Jörg Müller &amp; Söhne + 1" in requests.get(url, timeout=5).text
    assert "lobby" in requests.get(url, timeout=5).text
    assert "HOST" in requests.get(room.way_in(meeting, MODERATOR, now=NOW), timeout=5).text
    assert room.info(meeting) == Info(is_running=True, people=None)


def test_each_click_gets_its_own_way_in(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    assert len({room.way_in(meeting, MODERATOR, now=NOW) for _ in range(3)}) == 3


def test_nobody_goes_where_no_meeting_is(zoom_server: ZoomServer) -> None:
    room = zoom(zoom_server)
    with pytest.raises(ProviderRefused, match="not_found"):
        room.way_in(replace(MEETING, external_id="123"), CITIZEN, now=NOW)
    for number in ("", "12/../34", "١٢"):
        with pytest.raises(ProviderRefused, match="not_created"):
            room.way_in(replace(MEETING, external_id=number), CITIZEN, now=NOW)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"join_url": 1}', "nonsense: url"),
        (b"{}", "nonsense: url"),
        (b'{"join_url": "javascript:alert(1)"}', "nonsense: url"),
        # Half a character, which no page could show.
        (b'{"join_url": "https://zoom.example/\\ud800"}', "nonsense: url"),
        (b'{"join_url": "http://evil.example/"}', "not_allowed: http"),
        (PAGE, "nonsense: json"),
        (HUGE, "nonsense: too_long"),
    ],
)
def test_an_answer_without_an_address_sends_nobody_anywhere(
    zoom_server: ZoomServer, body: bytes, expected: str
) -> None:
    zoom_server.faults.only = frozenset({"api"})
    zoom_server.faults.body = body
    zoom_server.faults.status = 200
    with pytest.raises(ProviderError) as caught:
        zoom(zoom_server).way_in(replace(MEETING, external_id="1"), CITIZEN, now=NOW)
    assert str(caught.value) == expected


# --- info ------------------------------------------------------------------------------------------------


def test_info_says_whether_it_runs_and_never_who_is_in(zoom_server: ZoomServer) -> None:
    room, meeting = zoom(zoom_server), made_at_zoom(zoom_server)
    assert room.info(meeting) == Info(is_running=False, people=None)
    zoom_server.meetings.clear()
    assert room.info(meeting) is None


# --- when it goes wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda server: server.hosts.clear(), "wrong_settings: host"),
        (lambda server: setattr(server, "scopes", False), "wrong_settings: scopes"),
        (lambda server: setattr(server.faults, "refusal", "3000"), "refused: 3000"),
        (lambda server: setattr(server.faults, "status", 503), "down: http_503"),
        (lambda server: setattr(server.faults, "reset", True), "down"),
        (lambda server: setattr(server.faults, "redirect", "http://10.0.0.1/"), "not_allowed: redirect"),
    ],
)
def test_what_is_wrong_is_named(
    zoom_server: ZoomServer, spoil: Callable[[ZoomServer], object], expected: str
) -> None:
    spoil(zoom_server)
    room = zoom(zoom_server)
    for call in (lambda: room.create(MEETING), room.check):
        with pytest.raises(ProviderError) as caught:
            call()
        assert str(caught.value) == expected


@pytest.mark.parametrize("missing", ["secret", "key_id", "account_id"])
def test_nothing_is_asked_without_all_three(zoom_server: ZoomServer, missing: str) -> None:
    nothing: object = Secret() if missing == "secret" else ""
    connection = replace(zoom_connection(zoom_server), **{missing: nothing})  # type: ignore[arg-type]
    with pytest.raises(WrongSettings, match="account"):
        zoom(zoom_server, connection).check()
    assert zoom_server.asked == []


def test_zooms_secret_goes_to_zoom_or_to_a_trusted_stand_in(zoom_server: ZoomServer) -> None:
    connection = replace(zoom_connection(zoom_server), address=zoom_server.url)
    with pytest.raises(NotAllowed, match="host"):
        Zoom(replace(connection, address="https://evil.example")).check()
    assert zoom_server.asked == []
    Zoom(connection, trusted_hosts=frozenset({zoom_server.host})).check()


def test_without_a_stand_in_zooms_own_hosts_are_asked_and_no_private_number() -> None:
    looked_up: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        looked_up.append(f"{host}:{port}")
        return ["10.0.0.1"]

    zoom_tokens.forget()
    connection = Connection(Kind.ZOOM, secret=Secret("s"), key_id="k", account_id="a")
    with pytest.raises(NotAllowed, match="private"):
        Zoom(connection, resolver=resolver).check()
    assert looked_up == ["zoom.us:443"]


def test_presence_is_known_by_webhooks_alone() -> None:
    connection = Connection(Kind.ZOOM, secret=Secret("s"))
    assert not Zoom(connection).knows_presence
    assert Zoom(replace(connection, webhook_secret=Secret("w"))).knows_presence


def test_a_closed_port_is_down(zoom_server: ZoomServer) -> None:
    room = zoom(zoom_server)
    room.check()
    zoom_server.close_port()
    with pytest.raises(ProviderDown):
        room.check()
