"""However a server dawdles, one mail takes no longer than its patience: here a second instead of sixty."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from notifications import smtp
from notifications.smtp import Fate, Session, Stage
from tests.faults.hostile_smtp import DROP, SILENCE, SLOW, HostileSmtp, Place, Script

CONTENT = b"Message-ID: <one@hechingen.example>\r\nSubject: Termin\r\n\r\nEnde\r\n"
PATIENCE = 1.0
# What a busy machine takes beside.
EXTRA = 0.7


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", PATIENCE)
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 20  # each step has all the time: only their sum is limited


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[HostileSmtp]:
    server = HostileSmtp(tmp_path / "accepted.log", byte_seconds=0.15)
    server.start()
    settings.EMAIL_PORT = server.port
    yield server
    server.stop()


def timed(session: Session) -> tuple[smtp.Outcome, float]:
    began = time.monotonic()
    outcome = session.send(sender="a@hechingen.example", recipient="b@example.org", content=CONTENT)
    return outcome, time.monotonic() - began


@pytest.mark.parametrize("behaviour", [SLOW, SILENCE])
@pytest.mark.parametrize(
    ("place", "stage", "fate"),
    [
        ("banner", Stage.CONNECT, Fate.AGAIN),
        ("ehlo", Stage.CONNECT, Fate.AGAIN),
        ("mail", Stage.MAIL, Fate.AGAIN),
        ("dot", Stage.DOT, Fate.AMBIGUOUS),
    ],
)
def test_byte_by_byte_and_silent_answers_end_in_time(
    server: HostileSmtp, place: Place, stage: Stage, fate: Fate, behaviour: str
) -> None:
    server.scripts = [Script(place, behaviour, times=9)]

    with Session() as session:
        outcome, seconds = timed(session)

    assert (outcome.stage, outcome.fate) == (stage, fate)
    assert PATIENCE / 2 < seconds < PATIENCE + EXTRA


def test_a_slow_server_has_no_more_time_because_it_is_slow_everywhere(server: HostileSmtp) -> None:
    """Each answer alone would come in time."""
    server.byte_seconds = 0.03
    places: tuple[Place, ...] = ("banner", "ehlo", "mail", "rcpt", "data", "dot")
    server.scripts = [Script(place, SLOW) for place in places]

    with Session() as session:
        outcome, seconds = timed(session)

    assert outcome.fate != Fate.SENT
    assert PATIENCE / 2 < seconds < PATIENCE + EXTRA


@pytest.mark.parametrize("behaviour", [SLOW, SILENCE, DROP, "500 no"])
def test_a_goodbye_costs_two_seconds_at_most_and_no_mail(server: HostileSmtp, behaviour: str) -> None:
    server.byte_seconds = 0.5
    server.scripts = [Script("quit", behaviour)]
    session = Session()
    outcome, _seconds = timed(session)

    began = time.monotonic()
    session.close()

    assert time.monotonic() - began < 2 + EXTRA
    assert outcome.fate == Fate.SENT
    assert server.accepted == ["<one@hechingen.example>"]


# --- before anything is said -------------------------------------------------------------------------


# A TLS record of 16 KB is announced and comes byte by byte.
RECORD = b"\x16\x03\x03\x40\x00" + b"\x02" * 16384


@pytest.mark.parametrize("kind", ["smtps", "starttls"])
def test_a_handshake_byte_by_byte_ends_in_time(settings: Settings, kind: str) -> None:
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = kind == "smtps", kind == "starttls"

    def speak(peer: socket.socket) -> None:
        if kind == "starttls":
            for line in (b"220 hi\r\n", b"250-hi\r\n250 STARTTLS\r\n", b"220 go on\r\n"):
                time.sleep(0.2)
                peer.sendall(line)
                peer.recv(1000)
        else:
            peer.recv(1000)
        for byte in RECORD:
            peer.sendall(bytes([byte]))
            time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.EMAIL_PORT = listening.getsockname()[1]
        thread = threading.Thread(target=_serve_one, args=(listening, speak), daemon=True)
        thread.start()
        with Session() as session:
            outcome, seconds = timed(session)
        thread.join(5)

    assert (outcome.stage, outcome.fate) == (Stage.CONNECT, Fate.AGAIN)
    assert PATIENCE / 2 < seconds < PATIENCE + EXTRA


def _serve_one(listening: socket.socket, speak: Callable[[socket.socket], None]) -> None:
    peer, _address = listening.accept()
    with peer:
        try:
            speak(peer)
        except OSError:
            return


@pytest.fixture
def deaf(server: HostileSmtp) -> Iterator[list[str]]:
    """Addresses at which nobody takes a connection up, nor refuses one, at the server's port."""
    with ExitStack() as stack:
        addresses = [f"127.0.0.{number}" for number in range(11, 16)]
        for address in addresses:
            listening = stack.enter_context(socket.socket())
            listening.bind((address, server.port))
            listening.listen(0)
            for _place in range(3):  # all places in its queue are taken
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex((address, server.port))
        yield addresses


def _named(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    def getaddrinfo(host: str, port: int, *more: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_many_addresses_that_do_not_answer_take_no_longer_than_one(
    server: HostileSmtp, deaf: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _named(monkeypatch, deaf)

    with Session() as session:
        outcome, seconds = timed(session)

    assert (outcome.stage, outcome.fate) == (Stage.CONNECT, Fate.AGAIN)
    assert PATIENCE / 2 < seconds < PATIENCE + EXTRA


def test_an_address_that_answers_is_found_behind_those_that_do_not(
    server: HostileSmtp, deaf: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 3.0)
    _named(monkeypatch, [*deaf, "127.0.0.1"])

    with Session() as session:
        outcome, seconds = timed(session)

    assert outcome.fate == Fate.SENT
    assert seconds < 3


def test_a_name_server_that_does_not_answer_is_left_in_time(
    server: HostileSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()

    def getaddrinfo(*asked: Any) -> list[Any]:
        is_over.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with Session() as session:
        outcome, seconds = timed(session)
    is_over.set()

    assert (outcome.stage, outcome.fate) == (Stage.CONNECT, Fate.AGAIN)
    assert PATIENCE / 2 < seconds < PATIENCE + EXTRA


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_a_name_that_is_none_is_a_server_that_is_away(
    server: HostileSmtp, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    calls = itertools.count()

    def getaddrinfo(*asked: Any) -> list[Any]:
        next(calls)
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with Session() as session:
        outcome, _seconds = timed(session)

    assert (outcome.stage, outcome.fate, next(calls)) == (Stage.CONNECT, Fate.AGAIN, 1)
