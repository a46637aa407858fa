"""A server that says what it was asked, and clients that ask it."""

import time

import pytest

from tests.providers.serving import Asked, ProviderServer, Reply
from tests.workshops.conferencing.rooms import SECONDS
from workshops.conferencing.http import Answer, Client
from workshops.conferencing.protocol import ProviderError, Secret


class Echo(ProviderServer):
    """Answers what `replies` says for a path, else what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, Reply] = {}

    def reply(self, asked: Asked) -> Reply:
        return self.replies.get(asked.path, Reply(body=f"{asked.method} {asked.path}".encode()))


def client(server: ProviderServer, *, seconds: float = SECONDS, trusted: bool = True) -> Client:
    trusted_hosts = frozenset({server.host}) if trusted else frozenset[str]()
    return Client([server.url], trusted_hosts=trusted_hosts, seconds=seconds)


def ask(server: ProviderServer, path: str = "/a?b=c", *, method: str = "GET", body: str = "") -> Answer:
    return client(server).ask(method, Secret(server.url + path), body=Secret(body) if body else None)


def refused(asking: Client, address: str, *, method: str = "GET") -> tuple[ProviderError, float]:
    """The error, and the seconds it took."""
    start = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        asking.ask(method, Secret(address))
    return caught.value, time.monotonic() - start
