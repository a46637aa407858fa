"""The only place that asks another server anything: in time, in bounds, and only the hosts it was given."""

import http.client
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3

from .addresses import Origin, origin_of, resolve
from .protocol import (
    NotAllowed,
    ProviderDown,
    ProviderError,
    ProviderNonsense,
    ProviderSlow,
    Secret,
    WrongSettings,
)
from .sockets import Adapter, Deadline, Reach, Resolver

# For one question in all: name, connection, TLS, redirects, the last byte of the answer.
SECONDS = 5.0
MOST_BYTES = 1_000_000
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, of whatever status below 500. The body isn't shown: Zoom's token is one."""

    status: int
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The body as an object; ProviderNonsense if it is none."""
        try:
            # Also a deep nest of brackets is nonsense, not our own mistake.
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ProviderNonsense("json")
        return found


class Client:
    """Asks the hosts of one connection.

    origins: the only addresses (scheme, host, port) that may be asked. trusted_hosts: `host` or `host:port`
    which the operator lists: only these may be plain http, or lie in a private network. ca: a file of
    certificate authorities instead of the usual ones.
    """

    def __init__(
        self,
        origins: Iterable[str],
        *,
        trusted_hosts: frozenset[str] = frozenset(),
        seconds: float = SECONDS,
        resolver: Resolver = resolve,
        ca: Path | None = None,
    ) -> None:
        self._origins = frozenset(origin_of(each) for each in origins)
        self._trusted_hosts = trusted_hosts
        self._seconds = seconds
        self._resolver = resolver
        self._ca = ca

    def deadline(self) -> Deadline:
        """For several questions that belong together, and together take no longer than one."""
        return Deadline(self._seconds)

    def ask(
        self,
        method: str,
        address: Secret,
        *,
        headers: Mapping[str, Secret] | None = None,
        body: Secret | None = None,
        deadline: Deadline | None = None,
    ) -> Answer:
        """The answer, unless it was none: ProviderError, which remembers nothing of the question.

        Raised here and not where it happened: no traceback leads to a place where the address is in the open.
        """
        result = self._try(method, address, headers or {}, body, deadline or self.deadline())
        if isinstance(result, ProviderError):
            raise result.with_traceback(None)
        return result

    def _try(
        self,
        method: str,
        address: Secret,
        headers: Mapping[str, Secret],
        body: Secret | None,
        deadline: Deadline,
    ) -> Answer | ProviderError:
        failure: ProviderError
        try:
            with deadline:
                return self._follow(method, address.reveal(), headers, body, deadline)
        except ProviderError as error:
            failure = error
        except Exception as error:
            # Of whatever kind: each of theirs quotes the address.
            failure = _meaning(error)
        # A connection that was shut at the deadline looks broken, or even like a short answer.
        failure = ProviderSlow() if deadline.is_over else failure
        # Outside the `except`, so that it isn't kept as the context.
        failure.__context__ = None
        return failure

    def _follow(
        self,
        method: str,
        address: str,
        headers: Mapping[str, Secret],
        body: Secret | None,
        deadline: Deadline,
    ) -> Answer:
        first = self._allowed(address)
        for _ in range(MOST_REDIRECTS + 1):
            status, content, elsewhere = self._once(method, address, headers, body, deadline)
            if status not in REDIRECTS or not elsewhere:
                if status >= 500 or status == 429:
                    raise ProviderDown(f"http_{status}")
                return Answer(status, content)
            # What changes something isn't said twice: a redirect makes a GET of it, or something else.
            if method != "GET":
                raise NotAllowed("redirect")
            address = _next(address, elsewhere, first)
        raise NotAllowed("redirects")

    def _allowed(self, address: str) -> Origin:
        origin = origin_of(address)
        if origin not in self._origins:
            raise NotAllowed("host")
        if not origin.is_secure and not origin.is_trusted(self._trusted_hosts):
            raise NotAllowed("http")
        return origin

    def _once(
        self,
        method: str,
        address: str,
        headers: Mapping[str, Secret],
        body: Secret | None,
        deadline: Deadline,
    ) -> tuple[int, bytes, str]:
        """Status, body, and where a redirect leads."""
        origin = origin_of(address)
        reach = Reach(deadline, self._resolver, is_trusted=origin.is_trusted(self._trusted_hosts))
        asked = requests.Request(
            method,
            address,
            # Unpacked, a small answer could be a large one.
            headers={"Accept-Encoding": "identity", "User-Agent": "beteiligung"}
            | {name: value.reveal() for name, value in headers.items()},
            data=body.reveal().encode() if body else None,
        ).prepare()
        # No session: it would keep cookies, follow redirects, and take proxies, passwords and certificate
        # authorities from the environment.
        with closing(Adapter(reach)) as adapter:
            answer = adapter.send(
                asked,
                stream=True,
                timeout=deadline.remaining,
                verify=str(self._ca) if self._ca else True,
            )
            with answer:
                content = _read(answer)
        if deadline.is_over:
            raise ProviderSlow
        return answer.status_code, content, answer.headers.get("Location", "")


def _read(answer: requests.Response) -> bytes:
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise ProviderNonsense("encoded")
    content = bytearray()
    while piece := answer.raw.read(PIECE, decode_content=False):
        content += piece
        if len(content) > MOST_BYTES:
            raise ProviderNonsense("too_long")
    return bytes(content)


def _next(address: str, elsewhere: str, first: Origin) -> str:
    """Where a redirect leads. Another host, another port, or from https to http: never."""
    try:
        address = urljoin(address, elsewhere)
        origin = origin_of(address)
    except (ValueError, WrongSettings):
        raise NotAllowed("redirect") from None
    if origin != first:
        raise NotAllowed("redirect")
    return address


def _meaning(error: Exception) -> ProviderError:
    """Their exception in our words. Looked for in the whole chain: they wrap each other several times."""
    chain: list[BaseException] = [error]
    for each in chain:
        inner = (*each.args, each.__cause__, each.__context__)
        chain.extend(one for one in inner if isinstance(one, BaseException) and one not in chain)
    for each in chain:
        match each:
            case requests.exceptions.SSLError() | urllib3.exceptions.SSLError():
                return ProviderDown("tls")
            case requests.Timeout() | urllib3.exceptions.TimeoutError() | TimeoutError():
                return ProviderSlow()
            case http.client.RemoteDisconnected() | http.client.IncompleteRead():
                return ProviderDown("cut")
            case http.client.HTTPException():
                return ProviderNonsense("http")
            case requests.exceptions.InvalidURL() | requests.exceptions.InvalidHeader() | UnicodeError():
                return WrongSettings("address")
    if any(
        isinstance(each, requests.RequestException | urllib3.exceptions.HTTPError | OSError) for each in chain
    ):
        return ProviderDown()
    # A mistake of our own: its name, and nothing of what it says.
    return ProviderDown(type(error).__name__[:32])
