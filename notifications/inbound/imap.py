"""The connection to a mailbox (IMAP, RFC 3501, always over TLS)."""

import datetime
import hashlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol

# To connect, with one of the server's addresses; and for each of its answers.
CONNECT_TIMEOUT, TIMEOUT = 10.0, 20.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Account(Protocol):
    """What INBOX_URL says (`config.env.Inbox`)."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def folder(self) -> str: ...
    @property
    def uses_starttls(self) -> bool: ...


def name_of(account: Account) -> str:
    """Which mailbox this is, without saying whose."""
    where = f"{account.user}@{account.host}:{account.port}/{account.folder}"
    return hashlib.sha256(where.encode()).hexdigest()


class Mailbox:
    """One connection. Its methods raise OSError or imaplib.IMAP4.error when it is over or refused."""

    def __init__(self, account: Account) -> None:
        """Connects; what else is needed, `open` does."""
        self.name = name_of(account)
        self.uid_validity = 0
        self._account = account
        self._imap: imaplib.IMAP4 | None = None
        connection = socket.create_connection((account.host, account.port), CONNECT_TIMEOUT)
        connection.settimeout(TIMEOUT)
        self._connection = connection
        # The same connection by another name, whatever TLS makes of the first.
        self._handle = connection.dup()

    def open(self) -> None:
        """Sign in and open the folder. The server's certificate is checked, against the host's own list of
        authorities."""
        account, context = self._account, ssl.create_default_context()
        if not account.uses_starttls:
            self._connection = context.wrap_socket(self._connection, server_hostname=account.host)
        client = self._imap = _Client(self._connection, account.host)
        if account.uses_starttls:
            client.starttls(context)
        if "AUTH=PLAIN" in client.capabilities:
            # Unlike LOGIN, it takes passwords in any alphabet.
            secret = f"\0{account.user}\0{account.password}".encode()
            client.authenticate("PLAIN", lambda _challenge: secret)
        else:
            client.login(account.user, account.password)
        _ok(client.select(f'"{account.folder}"'))
        validity = client.response("UIDVALIDITY")[1]
        self.uid_validity = int(validity[0] or 0) if validity else 0

    def uids_since(self, day: datetime.date, *criteria: str) -> list[int]:
        since = f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        (found,) = self._command("SEARCH", "SINCE", since, *criteria)
        return sorted(map(int, found.split())) if found else []

    def size_of(self, uid: int) -> int | None:
        """In bytes; None if it is gone."""
        answer = self._command("FETCH", str(uid), "(RFC822.SIZE)")
        text = b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
        match = re.search(rb"RFC822\.SIZE (\d+)", text)
        return int(match[1]) if match else None

    def fetch(self, uid: int) -> bytes | None:
        """The whole message, not flagged as seen by that; None if it is gone."""
        answer = self._command("FETCH", str(uid), "(BODY.PEEK[])")
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def flag_as_seen(self, uids: Iterable[int]) -> None:
        wanted = [str(uid) for uid in uids]
        # In pieces: servers limit the length of a command.
        for start in range(0, len(wanted), 200):
            self._command("STORE", ",".join(wanted[start : start + 200]), "+FLAGS.SILENT", r"(\Seen)")

    def cut(self) -> None:
        """From another thread: whatever waits for the server gets an error instead."""
        with suppress(OSError):
            self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self._imap is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self._imap.logout()
        self._connection.close()
        self._handle.close()

    def _command(self, name: str, *arguments: str) -> list[Any]:
        if self._imap is None:
            raise imaplib.IMAP4.abort("not open")
        return _ok(self._imap.uid(name, *arguments))


class _Client(imaplib.IMAP4):
    """Speaks over a connection that stands already."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._given = connection
        super().__init__(host)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port, self.sock = host, port, self._given
        self.file = self.sock.makefile("rb")


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data
