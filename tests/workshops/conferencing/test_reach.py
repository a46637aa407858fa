"""Where a question to another server may lead, and what it takes along."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.providers.serving import Reply
from tests.workshops.conferencing.asking import Echo, ask, client, refused
from tests.workshops.conferencing.conftest import Tls
from tests.workshops.conferencing.rooms import LATE, SECONDS
from workshops.conferencing.http import Client
from workshops.conferencing.protocol import (
    NotAllowed,
    ProviderDown,
    ProviderSlow,
    Secret,
    WrongSettings,
)

# --- whom ---------------------------------------------------------------------------------------------


def test_only_the_hosts_of_the_connection_are_asked(echo: Echo) -> None:
    with Echo() as other:
        assert str(refused(client(echo), other.url)[0]) == "not_allowed: host"
        assert other.asked == []


@pytest.mark.parametrize(
    "address", ["ftp://a.example/", "https://", "nothing", "https://a.example\\@b.example/"]
)
def test_what_is_no_address_isnt_asked(echo: Echo, address: str) -> None:
    assert type(refused(client(echo), address)[0]) is WrongSettings


def test_a_host_nobody_listed_isnt_asked_over_plain_http(echo: Echo) -> None:
    assert str(refused(client(echo, trusted=False), echo.url)[0]) == "not_allowed: http"
    assert echo.asked == []


@pytest.mark.parametrize(
    "numbers",
    [["127.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]],
)
def test_a_name_that_leads_into_a_private_network_isnt_asked(numbers: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        url = f"https://bbb.example:{listening.getsockname()[1]}"
        error, _ = refused(Client([url], resolver=lambda host, port: numbers, seconds=SECONDS), url)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert str(error) == "not_allowed: private"


def test_a_name_is_looked_up_once_and_that_number_is_connected_to(
    echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second lookup gives another number. There is none."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def spy(host: str, *rest: object, **others: object) -> object:
        looked_up.append(host)
        return real(host, *rest, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", spy)
    answers = iter([["127.0.0.1"]])
    url = f"http://bbb.example:{echo.port}"
    asking = Client(
        [url], trusted_hosts=frozenset({"bbb.example"}), resolver=lambda host, port: next(answers)
    )
    assert asking.ask("GET", Secret(url)).status == 200
    assert (looked_up, echo.asked[0].headers["host"]) == (["127.0.0.1"], f"bbb.example:{echo.port}")


def test_the_next_number_is_tried_when_one_is_dead(echo: Echo) -> None:
    url = f"http://bbb.example:{echo.port}"
    asking = Client(
        [url],
        trusted_hosts=frozenset({"bbb.example"}),
        resolver=lambda host, port: ["127.0.0.2", "127.0.0.1"],
    )
    assert asking.ask("GET", Secret(url)).status == 200


def test_no_number_is_down() -> None:
    url = "https://bbb.example"
    assert str(refused(Client([url], resolver=lambda host, port: []), url)[0]) == "down: name"


# --- redirects ------------------------------------------------------------------------------------------


def test_a_redirect_on_the_same_host_is_followed(echo: Echo) -> None:
    echo.replies["/a"] = Reply(301, headers={"Location": "/b?c"})
    assert ask(echo).body == b"GET /b"


def test_three_redirects_are_followed_a_fourth_isnt(echo: Echo) -> None:
    for number in range(4):
        echo.replies[f"/{number}"] = Reply(302, headers={"Location": f"/{number + 1}"})
    assert ask(echo, "/1").body == b"GET /4"
    assert str(refused(client(echo), echo.url + "/0")[0]) == "not_allowed: redirects"


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://127.0.0.1:1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "//evil.example/",
        ),
        *(
            "https://evil.example/",
            "file:///etc/passwd",
            "http://127.0.0.1@evil.example/",
            "http://[",
            "gopher://x/",
        ),
    ],
)
def test_no_redirect_leads_to_another_host_port_or_scheme(echo: Echo, location: str) -> None:
    echo.faults.redirect = location
    assert str(refused(client(echo), echo.url)[0]) == "not_allowed: redirect"


def test_what_changes_something_follows_no_redirect(echo: Echo) -> None:
    echo.faults.redirect = "/b"
    assert str(refused(client(echo), echo.url, method="POST")[0]) == "not_allowed: redirect"
    assert [each.path for each in echo.asked] == ["/"]


# --- nothing of our surroundings ------------------------------------------------------------------------


def test_no_cookie_is_kept_not_even_for_the_redirect(echo: Echo) -> None:
    echo.replies["/a"] = Reply(302, headers={"Location": "/b", "Set-Cookie": "JSESSIONID=1; Path=/"})
    ask(echo)
    ask(echo, "/b")
    assert [each.headers.get("cookie") for each in echo.asked] == [None, None, None]


def test_no_proxy_and_no_password_file_of_the_environment(
    echo: Echo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(passwords))
    ask(echo)
    assert sorted(echo.asked[0].headers) == ["accept-encoding", "host", "user-agent"]


# --- TLS ------------------------------------------------------------------------------------------------


@pytest.fixture
def secure(tls: Tls) -> Iterator[Echo]:
    server = Echo()
    server.tls = tls.context
    with server:
        yield server


def over_tls(server: Echo, ca: Path | None, name: str = "bbb.example") -> tuple[Client, Secret]:
    url = f"https://{name}:{server.port}"
    trusted = frozenset({f"{name}:{server.port}"})
    return Client([url], trusted_hosts=trusted, resolver=lambda host, port: ["127.0.0.1"], ca=ca), Secret(url)


def test_a_name_is_asked_under_its_certificate_at_the_number_it_was_looked_up_to(
    secure: Echo, tls: Tls
) -> None:
    asking, url = over_tls(secure, tls.ca)
    assert asking.ask("GET", url).status == 200


@pytest.mark.parametrize(("name", "knows_ca"), [("bbb.example", False), ("other.example", True)])
def test_a_certificate_of_a_stranger_or_for_another_name_is_none(
    secure: Echo, tls: Tls, name: str, knows_ca: bool
) -> None:
    asking, url = over_tls(secure, tls.ca if knows_ca else None, name)
    with pytest.raises(ProviderDown, match="tls"):
        asking.ask("GET", url)
    assert secure.asked == []


def test_no_redirect_leads_from_https_to_http(secure: Echo, tls: Tls) -> None:
    secure.faults.redirect = f"http://bbb.example:{secure.port}/"
    asking, url = over_tls(secure, tls.ca)
    with pytest.raises(NotAllowed, match="redirect"):
        asking.ask("GET", url)


def test_a_body_that_drips_through_tls_ends_in_time_too(secure: Echo, tls: Tls) -> None:
    secure.faults.drip = 0.05
    secure.replies["/"] = Reply(body=b"x" * 1000)
    url = f"https://bbb.example:{secure.port}"
    asking = Client(
        [url],
        trusted_hosts=frozenset({"bbb.example"}),
        resolver=lambda host, port: ["127.0.0.1"],
        ca=tls.ca,
        seconds=SECONDS,
    )
    error, seconds = refused(asking, f"{url}/")
    assert (type(error), seconds < LATE) == (ProviderSlow, True)
