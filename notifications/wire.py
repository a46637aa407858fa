"""The wire: smtplib's connection, sign-in and replies under one deadline."""

import io
import select
import smtplib
import socket
import ssl
import time
from typing import Any

from django.conf import settings


class Ended(Exception):
    """The server's answer ends this attempt; None: it wasn't an answer."""

    def __init__(self, code: int | None, text: bytes | str) -> None:
        super().__init__()
        self.code = code
        self.text = text


class _SlowReader(io.RawIOBase):
    """The socket as a file, with one deadline for all reads: a byte every few seconds is no answer."""

    def __init__(self, client: "Client") -> None:
        self._client = client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        sock = self._client.live_socket()
        return sock.recv_into(buffer)


class Client(smtplib.SMTP):
    """smtplib's conversation under one deadline."""

    def __init__(self, *, use_ssl: bool, timeout: float, local_hostname: str) -> None:
        self.deadline = 0.0
        self.patient = False
        self._step = timeout
        self._ssl = ssl.create_default_context() if use_ssl else None
        super().__init__(local_hostname=local_hostname)
        self._host = settings.EMAIL_HOST  # the name that STARTTLS checks the certificate against

    def live_socket(self) -> socket.socket:
        """The socket with what is left of the time as its timeout."""
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("out of time")
        assert self.sock is not None
        self.sock.settimeout(remaining if self.patient else min(remaining, self._step))
        return self.sock

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        remaining = max(0.1, self.deadline - time.monotonic())
        sock = socket.create_connection((host, port), min(self._step, remaining))
        # Body and dot go out as two packets: without this the second waits for an acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._ssl.wrap_socket(sock, server_hostname=host) if self._ssl else sock

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_SlowReader(self))
        try:
            code, text = super().getreply()
        except smtplib.SMTPResponseException as endless:  # a line without end, which smtplib calls 500
            raise Ended(None, endless.smtp_error) from endless
        if not 200 <= code < 600:
            raise Ended(None, text)
        return code, text

    def send(self, s: Any) -> None:
        data = s.encode("ascii") if isinstance(s, str) else s
        # In blocks: over TLS, sendall begins its timeout anew with every record.
        for start in range(0, len(data), 65536):
            self.live_socket().sendall(data[start : start + 65536])

    def server_spoke(self) -> bool:
        """Has the server said something, or hung up, without being asked?"""
        if self.sock is None or isinstance(self.sock, ssl.SSLSocket):
            return False  # under TLS a readable socket says nothing: a session ticket may have come
        return bool(select.select([self.sock], [], [], 0)[0])
