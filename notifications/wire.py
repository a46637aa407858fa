"""The wire: smtplib's name look-up, connection, sign-in and replies under one deadline."""

import base64
import io
import select
import smtplib
import socket
import ssl
import threading
import time
from concurrent.futures import Future
from typing import Any

from django.conf import settings


class Ended(Exception):
    """The server's answer ends this attempt; None: it wasn't an answer."""

    def __init__(self, code: int | None, text: bytes | str) -> None:
        super().__init__()
        self.code = code
        self.text = text


class Door:
    """Where the connections of one run sign in, one after another: when one is refused, no other asks."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._refusal: Ended | None = None

    def sign_in(self, client: "Client", user: str, password: str) -> None:
        if not self._turn.acquire(timeout=max(0.0, client.deadline - time.monotonic())):
            raise TimeoutError("others are signing in")
        try:
            if self._refusal is not None:
                raise Ended(self._refusal.code, self._refusal.text)
            client.sign_in(user, password)
        except Ended as refusal:
            if refusal.code is not None and refusal.code >= 500:
                self._refusal = refusal
            raise
        finally:
            self._turn.release()


_Address = tuple[int, int, int, str, Any]


def _addresses(host: str, port: int, *, timeout: float) -> list[_Address]:
    """The name's addresses. Looking it up knows no limit: it has a thread of its own, which may be left."""
    answer: Future[list[_Address]] = Future()

    def ask() -> None:
        try:
            answer.set_result(list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=ask, name="name look-up", daemon=True).start()
    try:
        return answer.result(timeout)
    except TimeoutError:
        raise TimeoutError("the name server does not answer") from None


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
        self._is_handshaking = False
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
        sock = self._reached(_addresses(host, port, timeout=min(self._step, self._remaining())))
        # Body and dot go out as two packets: without this the second waits for an acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._ssl is None:
            return sock
        sock.settimeout(min(self._step, self._remaining()))
        return self._ssl.wrap_socket(sock, server_hostname=host)

    def _remaining(self) -> float:
        return max(0.1, self.deadline - time.monotonic())

    def _reached(self, addresses: list[_Address]) -> socket.socket:
        """Connected to the first that answers. Together they take no longer than one server may."""
        refusal = OSError("the name has no address")
        for place, (family, kind, protocol, _name, address) in enumerate(addresses):
            sock = None
            try:
                sock = socket.socket(family, kind, protocol)
                # Those that follow, and the conversation, have their share of the time.
                share = self._remaining() / (len(addresses) - place + 1)
                sock.settimeout(min(self._step, share))
                sock.connect(address)
            except OSError as error:
                refusal = error
                if sock is not None:
                    sock.close()
            else:
                return sock
        raise refusal

    def sign_in(self, user: str, password: str) -> None:
        """By one mechanism: smtplib would try each in turn, and servers lock out whom they refuse often.

        `Ended` with 530 where the server takes nobody's sign-in.
        """
        offered = self.esmtp_features.get("auth", "").upper().split()
        # A password in the clear goes only where nobody listens, or if there is nothing else.
        plain = ("PLAIN", "LOGIN")
        hashed = ("CRAM-MD5",) if f"{user}{password}".isascii() else ()
        order = plain + hashed if isinstance(self.sock, ssl.SSLSocket) else hashed + plain
        mechanism = next((each for each in order if each in offered), None)
        if mechanism is None:
            # Without ESMTP it hasn't said what it offers: that may be a bad moment of its.
            raise Ended(530 if self.does_esmtp else None, "the server offers no sign-in that we know")
        if mechanism == "CRAM-MD5":
            self.user, self.password = user, password
            try:
                self.auth(mechanism, self.auth_cram_md5)
            except smtplib.SMTPAuthenticationError as refusal:
                raise Ended(refusal.smtp_code, refusal.smtp_error) from refusal
            return
        # A server that takes no first word with the command asks for it.
        words = [f"\0{user}\0{password}"] * 2 if mechanism == "PLAIN" else [user, password]
        first, *others = (base64.b64encode(word.encode()).decode() for word in words)
        code, text = self.docmd("AUTH", f"{mechanism} {first}")
        for word in others:
            if code == 334:
                code, text = self.docmd(word)
        if code not in (235, 503):  # 503: signed in already
            raise Ended(code, text)

    def starttls(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        self._is_handshaking = True
        try:
            return super().starttls(*args, **kwargs)
        finally:
            self._is_handshaking = False

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_SlowReader(self))
        try:
            code, text = super().getreply()
        except smtplib.SMTPResponseException as endless:  # a line without end, which smtplib calls 500
            raise Ended(None, endless.smtp_error) from endless
        if not 200 <= code < 600:
            raise Ended(None, text)
        if self._is_handshaking and self.sock is not None:
            # What follows this answer takes the socket's timeout: it has only what is left now.
            self.sock.settimeout(min(self._step, self._remaining()))
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


def stuffed(content: bytes) -> bytes:
    """As it travels (RFC 5321 section 4.5.2): a dot that begins a line is doubled."""
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")
