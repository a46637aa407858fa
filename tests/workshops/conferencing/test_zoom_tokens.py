"""Zoom's tokens: few, fresh, and never waited for longer than promised."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.providers.serving import PAGE
from tests.providers.zoom import ZoomServer
from tests.workshops.conferencing.rooms import LATE, zoom, zoom_connection
from workshops.conferencing.protocol import (
    ChecksumRefused,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderSlow,
    WrongSettings,
)
from workshops.conferencing.zoom import Zoom


def test_one_token_serves_many_calls_of_many_objects_and_threads(zoom_server: ZoomServer) -> None:
    connection = zoom_connection(zoom_server)
    room = Zoom(
        connection,
        trusted_hosts=frozenset({zoom_server.host}),
        seconds=30,
        oauth=zoom_server.url,
        api=zoom_server.url,
    )
    with ThreadPoolExecutor(20) as crowd:
        list(crowd.map(lambda _: room.check(), range(60)))
    zoom(zoom_server).check()
    assert len(zoom_server.tokens) == 1


def test_each_account_has_its_own_token(zoom_server: ZoomServer) -> None:
    zoom(zoom_server).check()
    with pytest.raises(ChecksumRefused):
        zoom(zoom_server, zoom_connection(zoom_server, secret="another")).check()
    with pytest.raises(WrongSettings, match="account"):
        zoom(zoom_server, zoom_connection(zoom_server, account_id="another")).check()


def test_a_token_isnt_used_to_its_last_moment(zoom_server: ZoomServer) -> None:
    zoom_server.token_seconds = 0.0
    with pytest.raises(ProviderRefused):
        zoom(zoom_server).check()
    zoom_server.token_seconds = 3600.0
    zoom(zoom_server).check()
    assert len(zoom_server.tokens) == 3


def test_a_token_that_is_refused_is_replaced_once(zoom_server: ZoomServer) -> None:
    room = zoom(zoom_server)
    room.check()
    zoom_server.expire_tokens()
    room.check()
    room.check()
    assert [each.path for each in zoom_server.asked].count("/oauth/token") == 2


def test_an_api_that_refuses_every_token_isnt_asked_for_ever(zoom_server: ZoomServer) -> None:
    zoom_server.faults.only = frozenset({"api"})
    zoom_server.faults.status = 401
    zoom_server.faults.body = b'{"code": 124}'
    with pytest.raises(ProviderRefused, match="124"):
        zoom(zoom_server).check()
    assert len(zoom_server.asked) == 4


@pytest.mark.parametrize("where", ["token", "api"])
def test_a_slow_zoom_takes_no_longer_with_its_token_than_without(zoom_server: ZoomServer, where: str) -> None:
    zoom_server.faults.only = frozenset({where})
    zoom_server.faults.slow = 20
    start = datetime.datetime.now(datetime.UTC)
    with pytest.raises(ProviderSlow):
        zoom(zoom_server).check()
    assert (datetime.datetime.now(datetime.UTC) - start).total_seconds() < LATE


def test_those_who_wait_for_anothers_token_dont_wait_longer_than_promised(zoom_server: ZoomServer) -> None:
    zoom_server.faults.slow = 20
    room = zoom(zoom_server)

    def check(_: int) -> type:
        try:
            room.check()
        except ProviderError as error:
            return type(error)
        return str

    start = datetime.datetime.now(datetime.UTC)
    with ThreadPoolExecutor(10) as crowd:
        assert set(crowd.map(check, range(10))) == {ProviderSlow}
    assert (datetime.datetime.now(datetime.UTC) - start).total_seconds() < LATE + 1


@pytest.mark.parametrize(
    "body", [b"{}", b'{"access_token": "", "expires_in": 1}', b'{"access_token": "a"}', PAGE]
)
def test_a_token_that_is_none_is_nonsense(zoom_server: ZoomServer, body: bytes) -> None:
    zoom_server.faults.only = frozenset({"token"})
    zoom_server.faults.body = body
    zoom_server.faults.status = 200
    with pytest.raises(ProviderNonsense):
        zoom(zoom_server).check()
