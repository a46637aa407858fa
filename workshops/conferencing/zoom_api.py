"""Zoom's API, asked and read: with a token, in time, and what is no answer ends as ProviderError."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from . import zoom_tokens
from .addresses import origin_of
from .http import Answer, Client
from .protocol import Connection, NotAllowed, ProviderNonsense, ProviderRefused, Secret, WrongSettings
from .sockets import Deadline, Resolver

NO_SCOPES = "4711"
# With the files of each, a hundred recordings are half of what an answer may have.
PAGE_SIZE = 100
MOST_PAGES = 10
# Zoom's numbers have 9 to 11 digits. Its keys of one time that a meeting took place are base64.
MOST_DIGITS = 18
KEY = re.compile(r"[A-Za-z0-9+/=_-]{1,120}", re.ASCII)
PLAIN = re.compile(r"[\x21-\x7e]*", re.ASCII)
# Nothing at Zoom is older; what is beyond can't be said in every time zone.
YEARS = range(2000, 3000)


class Api:
    """One account's. `oauth` and `api`: where Zoom gives tokens, and where it takes them."""

    def __init__(
        self,
        connection: Connection,
        *,
        trusted_hosts: frozenset[str],
        seconds: float,
        resolver: Resolver,
        oauth: str,
        api: str,
    ) -> None:
        self._connection = connection
        self._trusted_hosts = trusted_hosts
        self._seconds = seconds
        self._resolver = resolver
        self._oauth = (connection.address or oauth).rstrip("/")
        self._api = (connection.address or api).rstrip("/")

    def deadline(self) -> Deadline:
        return self._client().deadline()

    def ask(
        self, method: str, path: str, content: Mapping[str, object] | None = None, *, deadline: Deadline
    ) -> Answer:
        """The answer, a no too. `path` begins after the version."""
        client = self._client()
        known = zoom_tokens.token(client, self._oauth, self._connection, deadline)
        answer = self._with(known, client, method, path, content, deadline)
        if answer.status == 401:
            # Ended early (someone made another, the app was changed): one fresh one, one more try.
            known = zoom_tokens.token(client, self._oauth, self._connection, deadline, refused=known)
            answer = self._with(known, client, method, path, content, deadline)
        return answer

    def of_host(self, what: str, *, deadline: Deadline, **query: str) -> Iterator[dict[str, Any]]:
        """All `meetings` or `recordings` of the user under whom meetings are made, page after page."""
        path, token = f"{self.host_path}/{what}?page_size={PAGE_SIZE}", ""
        path += "".join(f"&{name}={quote(value, safe='')}" for name, value in query.items())
        for _ in range(MOST_PAGES):
            more = f"&next_page_token={quote(token, safe='')}" if token else ""
            answer = self.ask("GET", path + more, deadline=deadline)
            if answer.status == 404:
                raise WrongSettings("host")
            found = agreed(answer).json()
            # Also recordings are listed by the meetings that they are of.
            rows, token = found.get("meetings"), found.get("next_page_token") or ""
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise ProviderNonsense("meetings")
            if not isinstance(token, str) or not PLAIN.fullmatch(token):
                raise ProviderNonsense("page_token")
            yield from rows
            if not token:
                return
        raise ProviderNonsense("pages")

    @property
    def host_path(self) -> str:
        return f"/users/{quote(self._connection.host or 'me', safe='')}"

    def _client(self) -> Client:
        if self._connection.address and not origin_of(self._connection.address).is_trusted(
            self._trusted_hosts
        ):
            # Zoom's secret goes to Zoom, or where the operator said.
            raise NotAllowed("host")
        return Client(
            [self._oauth, self._api],
            trusted_hosts=self._trusted_hosts,
            seconds=self._seconds,
            resolver=self._resolver,
        )

    def _with(
        self,
        known: Secret,
        client: Client,
        method: str,
        path: str,
        content: Mapping[str, object] | None,
        deadline: Deadline,
    ) -> Answer:
        headers = {"Authorization": Secret(f"Bearer {known.reveal()}")}
        body = None
        if content is not None:
            headers["Content-Type"] = Secret("application/json")
            body = Secret(json.dumps(content))
        return client.ask(
            method, Secret(f"{self._api}/v2{path}"), headers=headers, body=body, deadline=deadline
        )


def agreed(answer: Answer) -> Answer:
    """The answer, if it is a yes."""
    if answer.status < 300:
        return answer
    words = code_of(answer)
    if words == NO_SCOPES:
        raise WrongSettings("scopes")
    raise ProviderRefused(words or f"http_{answer.status}")


def code_of(answer: Answer) -> str:
    """Zoom's own number for its no."""
    code = answer.json().get("code")
    return str(code) if isinstance(code, int | str) else ""


def moment(text: object) -> datetime.datetime:
    """Zoom's `2026-11-27T17:00:00Z`; ProviderNonsense for anything else."""
    try:
        found = datetime.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in YEARS:
        raise ProviderNonsense("moment")
    return found.astimezone(datetime.UTC)


def number_in(found: Mapping[str, Any]) -> str:
    """A meeting's number in what Zoom says of it."""
    number = found.get("id")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 10**MOST_DIGITS:
        raise ProviderNonsense("id")
    return str(number)


def key_in(found: Mapping[str, Any]) -> str:
    """The key (`uuid`) of one time that a meeting took place."""
    key = found.get("uuid")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ProviderNonsense("uuid")
    return key


def key_path(key: str) -> str:
    """Such a key in a path: Zoom wants it escaped twice if it begins with a slash or has two in a row."""
    once = quote(key, safe="")
    return quote(once, safe="") if key.startswith("/") or "//" in key else once
