"""What a question to another server may cost: time, bytes, and nerves."""

import socket
import threading
import time
from collections.abc import Sequence

import pytest
import requests

from tests.providers.serving import HUGE, Reply
from tests.workshops.conferencing.asking import Echo, ask, client, refused
from tests.workshops.conferencing.conftest import Tls
from tests.workshops.conferencing.rooms import LATE, SECONDS
from workshops.conferencing.http import SECONDS as PROMISED
from workshops.conferencing.http import Answer, Client
from workshops.conferencing.protocol import (
    ProviderDown,
    ProviderNonsense,
    ProviderSlow,
    Secret,
)


def test_an_answer_is_status_and_body(echo: Echo) -> None:
    assert (ask(echo).status, ask(echo).body) == (200, b"GET /a")


def test_method_query_and_body_arrive_as_they_were_given(echo: Echo) -> None:
    ask(echo, "/a?b=%2A%7e+~&c=%252F", method="POST", body="ü")
    assert [(each.method, each.query, each.body) for each in echo.asked] == [
        ("POST", "b=%2A~+~&c=%252F", "ü".encode())
    ]


# --- time -----------------------------------------------------------------------------------------------


def test_five_seconds_are_promised() -> None:
    assert PROMISED == 5


@pytest.mark.parametrize("fault", ["slow", "drip", "drip_headers"])
def test_a_slow_server_is_left_in_time_however_it_is_slow(echo: Echo, fault: str) -> None:
    setattr(echo.faults, fault, 20.0 if fault == "slow" else 0.1)
    echo.replies["/a"] = Reply(body=b"x" * 1000)
    error, seconds = refused(client(echo), echo.url + "/a")
    assert (type(error), SECONDS - 0.05 < seconds < LATE) == (ProviderSlow, True)


def test_a_timeout_of_sockets_alone_would_wait_for_as_long_as_something_drips(echo: Echo) -> None:
    """The control: what the deadline is for."""
    echo.faults.drip = 0.1
    start = time.monotonic()
    requests.get(f"{echo.url}/long-enough", timeout=SECONDS)
    assert time.monotonic() - start > SECONDS


def test_a_body_without_a_length_that_is_cut_at_the_deadline_is_no_answer(echo: Echo) -> None:
    echo.replies["/a"] = Reply(body=b"x" * 1000, headers={"Content-Length": ""})
    assert ask(echo, "/a").body == b"x" * 1000
    echo.faults.drip = 0.05
    assert type(refused(client(echo), echo.url + "/a")[0]) is ProviderSlow


def test_a_server_that_takes_connections_and_says_nothing_not_even_hello(tls: Tls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        asking = Client(
            [f"https://127.0.0.1:{port}"], trusted_hosts=frozenset({"127.0.0.1"}), seconds=SECONDS, ca=tls.ca
        )
        error, seconds = refused(asking, f"https://127.0.0.1:{port}/")
    assert (type(error), seconds < LATE) == (ProviderSlow, True)


def test_a_name_server_that_hangs(echo: Echo) -> None:
    released = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        released.wait(20)
        return ["127.0.0.1"]

    asking = Client([echo.url], trusted_hosts=frozenset({echo.host}), seconds=SECONDS, resolver=hang)
    error, seconds = refused(asking, echo.url)
    released.set()
    assert (type(error), seconds < LATE, echo.asked) == (ProviderSlow, True, [])


def test_redirects_and_questions_that_belong_together_share_one_deadline(echo: Echo) -> None:
    echo.faults.slow = 0.2
    asking = client(echo)
    deadline = asking.deadline()
    start = time.monotonic()
    with pytest.raises(ProviderSlow):
        for _ in range(10):
            asking.ask("GET", Secret(echo.url), deadline=deadline)
    assert time.monotonic() - start < LATE


def test_nothing_is_left_running(echo: Echo) -> None:
    before = threading.active_count()
    for _ in range(5):
        ask(echo)
    time.sleep(0.1)
    assert threading.active_count() <= before + 1


# --- size and form --------------------------------------------------------------------------------------


def test_not_more_than_a_megabyte_is_read(echo: Echo) -> None:
    echo.replies["/a"] = Reply(body=HUGE)
    assert str(refused(client(echo, seconds=10), echo.url + "/a")[0]) == "nonsense: too_long"


def test_a_megabyte_is_read(echo: Echo) -> None:
    echo.replies["/a"] = Reply(body=b"x" * 1_000_000)
    assert len(client(echo, seconds=10).ask("GET", Secret(echo.url + "/a")).body) == 1_000_000


def test_nothing_is_unpacked(echo: Echo) -> None:
    echo.replies["/a"] = Reply(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert str(refused(client(echo), echo.url + "/a")[0]) == "nonsense: encoded"


def test_a_short_answer_is_down(echo: Echo) -> None:
    echo.replies["/a"] = Reply(body=b"x", headers={"Content-Length": "100"})
    assert str(refused(client(echo), echo.url + "/a")[0]) == "down: cut"


def test_something_else_than_http_is_nonsense() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk() -> None:
            with listening.accept()[0] as one:
                one.recv(1000)
                one.sendall(b"220 mail.example ESMTP\r\n")

        talking = threading.Thread(target=talk)
        talking.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        error, _ = refused(Client([url], trusted_hosts=frozenset({"127.0.0.1"}), seconds=SECONDS), url)
        talking.join()
    assert str(error) == "nonsense: http"


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b'{"a":', b"[" * 100_000, b"1" * 10_000, b"\xff"])
def test_json_that_is_no_object_is_nonsense(body: bytes) -> None:
    with pytest.raises(ProviderNonsense, match="json"):
        Answer(200, body).json()


# --- down -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_that_says_it_cant_is_down(echo: Echo, status: int) -> None:
    echo.faults.status = status
    assert str(refused(client(echo), echo.url)[0]) == f"down: http_{status}"


def test_no_is_an_answer(echo: Echo) -> None:
    echo.faults.status = 404
    assert ask(echo).status == 404


def test_a_cut_connection_and_a_closed_port_are_down_at_once_and_not_tried_again(echo: Echo) -> None:
    echo.faults.reset = True
    assert type(refused(client(echo), echo.url)[0]) is ProviderDown
    assert len(echo.asked) == 1
    echo.close_port()
    error, seconds = refused(client(echo), echo.url)
    assert (type(error), seconds < LATE) == (ProviderDown, True)
