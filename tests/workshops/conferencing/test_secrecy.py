"""No secret in anything that is shown, logged, kept or sent on by itself."""

import copy
import http.client
import json
import logging
import pickle
import re
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from tests.providers.bigbluebutton import BigBlueButtonServer
from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.rooms import (
    CITIZEN,
    MEETING,
    MODERATOR,
    NOW,
    bigbluebutton,
    everything_of,
    zoom,
    zoom_connection,
)
from workshops.conferencing.protocol import (
    Connection,
    Kind,
    ProviderDown,
    ProviderError,
    Secret,
)

WORD = "correct-horse-battery-staple"


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(WORD)
    connection = Connection(Kind.ZOOM, secret=secret, webhook_secret=secret)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>30}",
        repr(connection),
        "{}".format(secret),  # noqa: UP032 (another way in)
        repr([secret]),
    ]
    assert [each for each in shown if WORD in each] == []


@pytest.mark.parametrize(
    "leak", [pickle.dumps, copy.deepcopy, json.dumps, asdict], ids=["pickle", "copy", "json", "asdict"]
)
def test_a_secret_cant_be_packed(leak: Callable[[object], object]) -> None:
    with pytest.raises(TypeError):
        leak(Connection(Kind.ZOOM, secret=Secret(WORD)))


def test_secrets_are_equal_by_what_they_are() -> None:
    assert Secret(WORD) == Secret(WORD)
    assert Secret(WORD) != Secret("")
    assert len({Secret(WORD), Secret(WORD)}) == 1
    assert (bool(Secret()), bool(Secret(WORD)), Secret(WORD).reveal()) == (False, True, WORD)


@pytest.mark.parametrize("words", ["https://a/b?checksum=1", "x" * 33, "a b", "Grüße", "\n", "a" * 64])
def test_an_error_says_no_more_than_a_short_code(words: str) -> None:
    assert str(ProviderDown(words)) == "down"


def test_an_error_survives_a_journey_between_processes() -> None:
    assert str(pickle.loads(pickle.dumps(ProviderDown("http_500")))) == "down: http_500"


def bbb_secrets(server: BigBlueButtonServer) -> set[str]:
    """The secret, all checksums and passwords that were sent."""
    sent = {value for each in server.asked for value in re.findall(r"=([0-9a-f]{32,})", each.query)}
    return {server.secret} | sent


def zoom_secrets(server: ZoomServer) -> set[str]:
    headers = {each.headers.get("authorization", "").partition(" ")[2] for each in server.asked}
    return {server.client_secret, server.webhook_secret, *server.tokens, *headers} - {""}


FAULTS = ["slow", "drip", "reset", "status", "body", "redirect", "refusal"]
VALUES = {
    "slow": 20,
    "drip": 0.1,
    "reset": True,
    "status": 500,
    "body": b"<p>",
    "redirect": "http://10.0.0.1/",
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", ["create", "info", "end", "recordings", "check"])
def test_no_error_of_bigbluebutton_leads_to_a_secret(bbb: BigBlueButtonServer, fault: str, call: str) -> None:
    room = bigbluebutton(bbb)
    setattr(bbb.faults, fault, VALUES.get(fault, "checksumError"))
    with pytest.raises(ProviderError) as caught:
        room.check() if call == "check" else getattr(room, call)(MEETING)
    shown = everything_of(caught.value)
    assert "workshops/conferencing" not in shown
    assert [each for each in bbb_secrets(bbb) if each in shown] == []
    assert bbb.url not in shown


@pytest.mark.parametrize("where", ["token", "api"])
@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_of_zoom_leads_to_a_secret(zoom_server: ZoomServer, fault: str, where: str) -> None:
    setattr(zoom_server.faults, fault, VALUES.get(fault, "3000"))
    zoom_server.faults.only = frozenset({where})
    if fault == "refusal" and where == "token":
        zoom_server.client_id = "another"
    room = zoom(zoom_server, replace(zoom_connection(zoom_server), key_id="client-1"))
    with pytest.raises(ProviderError) as caught:
        room.create(MEETING)
    shown = everything_of(caught.value)
    assert [each for each in zoom_secrets(zoom_server) if each in shown] == []


def test_a_token_without_its_end_isnt_shown_either(zoom_server: ZoomServer) -> None:
    zoom_server.faults.only = frozenset({"token"})
    zoom_server.faults.status = 200
    zoom_server.faults.body = b'{"access_token": "a-token-without-an-end"}'
    with pytest.raises(ProviderError) as caught:
        zoom(zoom_server).check()
    assert "a-token-without-an-end" not in everything_of(caught.value)


def a_whole_run(bbb: BigBlueButtonServer, zoom_server: ZoomServer) -> None:
    """All kinds of calls, good and bad ones."""
    room, other = bigbluebutton(bbb), zoom(zoom_server)
    for faults in ({}, {"reset": True}, {"status": 500}, {"drip": 0.1}, {"body": b"x"}, {"redirect": "/b"}):
        for server in (bbb, zoom_server):
            server.heal()
            for name, value in faults.items():
                setattr(server.faults, name, value)
        for call in (room.check, lambda: room.create(MEETING), lambda: room.info(MEETING), other.check):
            try:
                call()
            except ProviderError as error:
                logging.getLogger("conferencing").exception("%s", error)


def test_nothing_is_logged_or_printed_even_if_everything_is_to_be_logged(
    bbb: BigBlueButtonServer,
    zoom_server: ZoomServer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    a_whole_run(bbb, zoom_server)
    out = caplog.text + "".join(capsys.readouterr())
    assert "ProviderDown" in out
    assert [each for each in bbb_secrets(bbb) | zoom_secrets(zoom_server) if each in out] == []
    assert [
        each for each in ("checksum=", "access_token", "Bearer", bbb.host, zoom_server.host) if each in out
    ] == []


def test_without_our_filter_the_checksum_would_be_logged(
    bbb: BigBlueButtonServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The control: what the filter is for."""
    caplog.set_level(logging.DEBUG)
    log = logging.getLogger("urllib3.connectionpool")
    filters = list(log.filters)
    log.filters.clear()
    try:
        bigbluebutton(bbb).check()
    finally:
        log.filters[:] = filters
    assert "checksum=" in caplog.text


def test_addresses_for_people_are_new_for_each_and_kept_by_nobody(bbb: BigBlueButtonServer) -> None:
    room = bigbluebutton(bbb)
    ways = {room.way_in(MEETING, each, now=NOW) for each in (CITIZEN, MODERATOR)}
    assert len(ways) == 2
    assert [each for each in ways if each in repr(vars(room))] == []
    assert bbb.asked == []
