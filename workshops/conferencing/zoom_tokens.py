"""Zoom's server-to-server OAuth: https://developers.zoom.us/docs/internal-apps/s2s-oauth/

A token is kept in memory only, once a process and account, until shortly before it ends.
"""

import base64
import re
import threading
import time
from urllib.parse import quote

from .http import Answer, Client
from .protocol import (
    ChecksumRefused,
    Connection,
    ProviderNonsense,
    ProviderRefused,
    ProviderSlow,
    Secret,
    WrongSettings,
)
from .sockets import Deadline

# An answer that is on its way when the token ends would be a refusal: seconds, or a tenth of a short life.
EARLY = 60.0
# Zoom's live for an hour; what says more than this is no lifetime. Seconds.
LONGEST = 366 * 24 * 3600
# What fits into a header.
TOKEN = re.compile(r"[\x21-\x7e]+", re.ASCII)

Account = tuple[str, str, str, Secret]
_tokens: dict[Account, tuple[Secret, float]] = {}
_locks: dict[Account, threading.Lock] = {}
_guard = threading.Lock()


def token(
    client: Client, base: str, connection: Connection, deadline: Deadline, *, refused: Secret | None = None
) -> Secret:
    """A token that should be good; never `refused`, which the API didn't take. One asks, others wait."""
    account = (base, connection.account_id, connection.key_id, connection.secret)
    if not all(account):
        raise WrongSettings("account")
    with _guard:
        lock = _locks.setdefault(account, threading.Lock())
    if not lock.acquire(timeout=deadline.remaining):
        raise ProviderSlow
    try:
        known, until = _tokens.get(account, (Secret(), 0.0))
        if known and known != refused and time.monotonic() < until:
            return known
        fresh, seconds = _ask(client, base, connection, deadline)
        _tokens[account] = fresh, time.monotonic() + seconds - min(EARLY, seconds / 10)
        return fresh
    finally:
        lock.release()


def forget() -> None:
    """Every token, as after a restart."""
    with _guard:
        _tokens.clear()


def _ask(client: Client, base: str, connection: Connection, deadline: Deadline) -> tuple[Secret, float]:
    account = quote(connection.account_id, safe="")
    answer = client.ask(
        "POST",
        Secret(f"{base}/oauth/token?grant_type=account_credentials&account_id={account}"),
        headers={"Authorization": _basic(connection)},
        deadline=deadline,
    )
    if answer.status != 200:
        error = answer.json().get("error")
        words = error if isinstance(error, str) else ""
        if words in {"invalid_client", "unauthorized_client"}:
            raise ChecksumRefused(words)
        # Zoom answers a wrong account with "Bad Request" and nothing more.
        raise WrongSettings("account") if answer.status == 400 else ProviderRefused(words)
    read = _read(answer)
    if read is None:
        # Raised where the token isn't: a traceback keeps the values beside it.
        raise ProviderNonsense("token")
    return read


def _basic(connection: Connection) -> Secret:
    pair = f"{connection.key_id}:{connection.secret.reveal()}".encode()
    return Secret(f"Basic {base64.b64encode(pair).decode('ascii')}")


def _read(answer: Answer) -> tuple[Secret, float] | None:
    found = answer.json()
    value, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        return None
    # Compared before it is made a float: a number may be too large for one, or none (NaN).
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
        return None
    return Secret(value), float(seconds)
