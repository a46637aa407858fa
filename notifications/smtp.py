"""One conversation with the mail server, and what each way it can fail means.

`smtplib` raises the same exception for "surely not accepted" and "perhaps accepted". This session knows
at every moment how far the conversation had come, above all whether the final dot went out.
"""

import enum
import io
import re
import select
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

# One slow server, or one that sends byte by byte, never holds a worker longer than this (seconds).
PATIENCE = 60.0


class Stage(enum.StrEnum):
    """How far a conversation had come when it ended."""

    CONNECT = "connect"  # connection, banner, EHLO, STARTTLS
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # the command, and the body up to the final dot
    DOT = "dot"  # the final dot went out


class Reply(enum.StrEnum):
    """What came back last."""

    BROKEN = "broken"  # nothing, half a line, nonsense, or the connection was dropped
    CLOSING = "421"
    NO_SIGN_IN = "530"
    LATER = "4xx"
    NEVER = "5xx"
    GOOD = "2xx"


class Fate(enum.StrEnum):
    """What happens with the mail."""

    SENT = "sent"
    AGAIN = "again"  # soon, on a new connection
    LATER = "later"  # the server asked for time (greylisting)
    UNREACHABLE = "unreachable"  # this address takes no mail: phone or letter
    REFUSED = "refused"  # this mail isn't taken
    PAUSE = "pause"  # our sign-in was refused: no mail can go, none has failed
    AMBIGUOUS = "ambiguous"  # perhaps accepted: once more with the same Message-ID, flagged


_BEFORE_THE_DOT: Final = frozenset(Stage) - {Stage.DOT}
_ANY_REPLY: Final = frozenset(Reply)

# The first line that fits decides (RFC 5321 sections 3.8, 4.2, 4.5.3.2; RFC 4954 section 6).
# stages, replies, fate
FATES: Final[tuple[tuple[frozenset[Stage], frozenset[Reply], Fate], ...]] = (
    (frozenset({Stage.CONNECT}), _ANY_REPLY, Fate.AGAIN),
    (_BEFORE_THE_DOT, frozenset({Reply.NO_SIGN_IN}), Fate.PAUSE),
    (frozenset({Stage.AUTH}), frozenset({Reply.NEVER}), Fate.PAUSE),
    (frozenset({Stage.AUTH}), _ANY_REPLY, Fate.AGAIN),
    (_BEFORE_THE_DOT, frozenset({Reply.BROKEN, Reply.CLOSING}), Fate.AGAIN),
    (frozenset(Stage), frozenset({Reply.LATER}), Fate.LATER),
    # Our own address is refused: not this reader's fault, and not for ever.
    (frozenset({Stage.MAIL}), frozenset({Reply.NEVER}), Fate.LATER),
    (frozenset({Stage.RCPT}), frozenset({Reply.NEVER}), Fate.UNREACHABLE),
    (frozenset({Stage.DATA, Stage.DOT}), frozenset({Reply.NEVER, Reply.NO_SIGN_IN}), Fate.REFUSED),
    (frozenset({Stage.DOT}), frozenset({Reply.CLOSING}), Fate.AGAIN),
    (frozenset({Stage.DOT}), frozenset({Reply.GOOD}), Fate.SENT),
    # Everything else: the dot is out, and what came back says neither yes nor no. Before the dot, a "yes"
    # to the wrong question is a broken conversation.
    (frozenset({Stage.DOT}), _ANY_REPLY, Fate.AMBIGUOUS),
    (_BEFORE_THE_DOT, _ANY_REPLY, Fate.AGAIN),
)


def fate_of(stage: Stage, reply: Reply) -> Fate:
    return next(fate for stages, replies, fate in FATES if stage in stages and reply in replies)


def reply_of(code: int | None) -> Reply:
    """The kind of an SMTP reply code; None is no reply."""
    match code:
        case 421:
            return Reply.CLOSING
        case 530:
            return Reply.NO_SIGN_IN
        case int() if 400 <= code < 500:
            return Reply.LATER
        case int() if 500 <= code < 600:
            return Reply.NEVER
        case int() if 200 <= code < 300:
            return Reply.GOOD
    return Reply.BROKEN


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended. `text` is the server's own words, without addresses, at most 500 characters."""

    stage: Stage
    reply: Reply
    text: str

    @property
    def fate(self) -> Fate:
        return fate_of(self.stage, self.reply)

    @property
    def code(self) -> str:
        """For the ledger: `rcpt_5xx`."""
        return f"{self.stage}_{self.reply}"


class _Ended(Exception):
    """The server's answer ends this attempt; None: it wasn't an answer."""

    def __init__(self, code: int | None, text: bytes | str) -> None:
        super().__init__()
        self.code = code
        self.text = text


class _SlowReader(io.RawIOBase):
    """The socket as a file, with one deadline for all reads: a byte every few seconds is no answer."""

    def __init__(self, client: "_Client") -> None:
        self._client = client

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        sock = self._client.live_socket()
        return sock.recv_into(buffer)


class _Client(smtplib.SMTP):
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
            raise _Ended(None, endless.smtp_error) from endless
        if not 200 <= code < 600:
            raise _Ended(None, text)
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


class Session:
    """A connection that is opened when first needed and kept for the mails that follow."""

    def __init__(self) -> None:
        self._client: _Client | None = None
        self._stage = Stage.CONNECT

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def send(self, *, sender: str, recipient: str, content: bytes) -> Outcome:
        """Hand over one mail; never raises for what a server or network does. Takes at most PATIENCE."""
        kept = self._client is not None
        outcome = self._attempt(sender, recipient, content)
        if kept and outcome.stage == Stage.MAIL and outcome.fate == Fate.AGAIN:
            # A kept connection may be over: so many mails, or so long. That is no failure of this mail.
            outcome = self._attempt(sender, recipient, content)
        return outcome

    def close(self) -> None:
        """Say goodbye. Whatever goes wrong now, what was accepted stays accepted."""
        client, self._client = self._client, None
        if client is None:
            return
        client.deadline = time.monotonic() + 2
        try:
            client.quit()
        except (OSError, smtplib.SMTPException, _Ended, ValueError):
            client.close()

    def _attempt(self, sender: str, recipient: str, content: bytes) -> Outcome:
        deadline = time.monotonic() + PATIENCE
        try:
            client = self._client or self._connect(deadline)
            client.deadline = deadline
            code, text = self._converse(client, sender, recipient, content)
        except (_Ended, smtplib.SMTPResponseException) as ended:
            refusal = ended.text if isinstance(ended, _Ended) else ended.smtp_error
            return self._ended(ended.code if isinstance(ended, _Ended) else ended.smtp_code, refusal)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return self._ended(None, f"{type(error).__name__}: {error}")
        return Outcome(self._stage, reply_of(code), _without_addresses(text))

    def _ended(self, code: int | None, text: bytes | str) -> Outcome:
        outcome = Outcome(self._stage, reply_of(code), _without_addresses(text))
        self._reset(is_usable=outcome.reply in (Reply.LATER, Reply.NEVER) and self._stage > Stage.CONNECT)
        return outcome

    def _reset(self, *, is_usable: bool) -> None:
        client = self._client
        if client is None:
            return
        try:
            if not is_usable or self._stage in (Stage.CONNECT, Stage.AUTH):
                raise smtplib.SMTPServerDisconnected
            client.patient = False
            client.rset()
        except (OSError, smtplib.SMTPException, _Ended, ValueError):
            client.close()
            self._client = None

    def _connect(self, deadline: float) -> _Client:
        self._stage = Stage.CONNECT
        client = _Client(
            use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
            # Not the machine's full name: asking for it may wait on a name server.
            local_hostname=urlsplit(settings.PUBLIC_URL).hostname or "localhost",
        )
        client.deadline = deadline
        try:
            code, text = client.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            if code != 220:
                raise _Ended(code, text)
            client.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                client.starttls(context=ssl.create_default_context())
                client.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                self._stage = Stage.AUTH
                client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    def _converse(self, client: _Client, sender: str, recipient: str, content: bytes) -> tuple[int, bytes]:
        client.patient = False
        self._stage = Stage.MAIL
        _expect(250, client.docmd(f"MAIL FROM:<{sender}>"))
        self._stage = Stage.RCPT
        _expect(250, client.docmd(f"RCPT TO:<{recipient}>"), also=251)
        self._stage = Stage.DATA
        _expect(354, client.docmd("DATA"))
        client.send(_stuffed(content))
        if client.server_spoke():
            _expect(-1, client.getreply())
        self._stage = Stage.DOT
        client.patient = True
        client.send(b".\r\n")
        return _expect(250, client.getreply())


def _expect(code: int, reply: tuple[int, bytes], *, also: int = 0) -> tuple[int, bytes]:
    if reply[0] not in (code, also):
        raise _Ended(reply[0], reply[1])
    return reply


def _stuffed(content: bytes) -> bytes:
    """As it travels (RFC 5321 section 4.5.2): a dot that begins a line is doubled."""
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")


def _without_addresses(text: bytes | str) -> str:
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    return " ".join(re.sub(r"\S+@\S+", "…", words).split())[:500]
