"""One conversation with the mail server, and what each way it can fail means.

`smtplib` raises the same exception for "surely not accepted" and "perhaps accepted". This session knows
at every moment how far the conversation had come, above all whether the final dot went out.
"""

import enum
import re
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from notifications.wire import Client, Door, Ended, stuffed

# One slow server, or one that sends byte by byte, never holds a worker longer than this (seconds).
PATIENCE = float(settings.MAIL_PATIENCE)


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

    @property
    def is_no_server(self) -> bool:
        """Nothing is wrong with the mail: no server, or none that takes us."""
        return self.fate == Fate.PAUSE or (
            self.fate in (Fate.AGAIN, Fate.LATER) and self.stage in (Stage.CONNECT, Stage.AUTH)
        )


class LetGo(Exception):
    """`before_dot` said no: the dot didn't go out."""


class Session:
    """A connection that is opened when first needed and kept for the mails that follow."""

    def __init__(self, door: Door | None = None) -> None:
        self._door = door or Door()
        self._client: Client | None = None
        self._stage = Stage.CONNECT
        # Replies to commands that went out together and weren't needed any more.
        self._owed = 0

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """A server has taken us, and hasn't hung up as far as we know."""
        return self._client is not None

    def send(
        self,
        *,
        sender: str,
        recipient: str,
        content: bytes,
        before_dot: Callable[[], bool] = lambda: True,
        seconds: float | None = None,
    ) -> Outcome:
        """Hand over one mail; never raises for what a server or network does. Takes at most `seconds`
        (PATIENCE).

        `before_dot` is asked when nothing but the final dot is missing; LetGo if it says no.
        """
        deadline = time.monotonic() + (PATIENCE if seconds is None else seconds)
        mail = _Mail(sender, recipient, content, before_dot)
        kept = self._client is not None
        outcome = self._attempt(mail, deadline)
        if kept and outcome.stage == Stage.MAIL and outcome.fate == Fate.AGAIN:
            # A kept connection may be over: so many mails, or so long. That is no failure of this mail.
            outcome = self._attempt(mail, deadline)
        return outcome

    def close(self) -> None:
        """Say goodbye. Whatever goes wrong now, what was accepted stays accepted."""
        client, self._client = self._client, None
        if client is None:
            return
        client.deadline = time.monotonic() + 2
        try:
            client.quit()
        except (OSError, smtplib.SMTPException, Ended, ValueError):
            client.close()

    def _attempt(self, mail: "_Mail", deadline: float) -> Outcome:
        self._owed = 0
        try:
            client = self._client or self._connect(deadline)
            client.deadline = deadline
            code, text = self._converse(client, mail)
        except LetGo:
            self._reset(is_usable=False)
            raise
        except (Ended, smtplib.SMTPResponseException) as ended:
            refusal = ended.text if isinstance(ended, Ended) else ended.smtp_error
            return self._ended(ended.code if isinstance(ended, Ended) else ended.smtp_code, refusal)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return self._ended(None, f"{type(error).__name__}: {error}")
        return Outcome(self._stage, reply_of(code), _without_addresses(text))

    def _ended(self, code: int | None, text: bytes | str) -> Outcome:
        outcome = Outcome(self._stage, reply_of(code), _without_addresses(text))
        self._reset(is_usable=outcome.reply in (Reply.LATER, Reply.NEVER))
        return outcome

    def _reset(self, *, is_usable: bool) -> None:
        client = self._client
        if client is None:
            return
        try:
            if not is_usable or self._stage in (Stage.CONNECT, Stage.AUTH):
                raise smtplib.SMTPServerDisconnected
            client.patient = False
            for _reply in range(self._owed):
                if client.getreply()[0] == 354:
                    raise smtplib.SMTPServerDisconnected  # it waits for a body that won't come
            client.rset()
        except (OSError, smtplib.SMTPException, Ended, ValueError):
            client.close()
            self._client = None

    def _connect(self, deadline: float) -> Client:
        self._stage = Stage.CONNECT
        client = Client(
            use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
            # Not the machine's full name: asking for it may wait on a name server.
            local_hostname=urlsplit(settings.PUBLIC_URL).hostname or "localhost",
        )
        client.deadline = deadline
        try:
            code, text = client.connect(settings.EMAIL_HOST, settings.EMAIL_PORT)
            if code != 220:
                raise Ended(code, text)
            client.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                client.starttls(context=ssl.create_default_context())
                client.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                self._stage = Stage.AUTH
                self._door.sign_in(client, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except BaseException:
            client.close()
            raise
        self._client = client
        return client

    def _converse(self, client: Client, mail: "_Mail") -> tuple[int, bytes]:
        client.patient = False
        commands = (
            (Stage.MAIL, f"MAIL FROM:<{mail.sender}>", (250,)),
            (Stage.RCPT, f"RCPT TO:<{mail.recipient}>", (250, 251)),
            (Stage.DATA, "DATA", (354,)),
        )
        self._stage = Stage.MAIL
        # RFC 2920: one journey instead of three, for a server that says it can.
        is_pipelining = client.has_extn("pipelining")
        if is_pipelining:
            client.send("".join(f"{command}\r\n" for _stage, command, _codes in commands))
            self._owed = len(commands)
        for stage, command, codes in commands:
            self._stage = stage
            if not is_pipelining:
                client.putcmd(command)
            reply = client.getreply()
            self._owed = max(0, self._owed - 1)
            if reply[0] not in codes:
                raise Ended(*reply)
        client.send(stuffed(mail.content))
        if client.server_spoke():
            raise Ended(*client.getreply())
        if not mail.before_dot():
            raise LetGo
        self._stage = Stage.DOT
        client.patient = True
        client.send(b".\r\n")
        reply = client.getreply()
        if reply[0] != 250:
            raise Ended(*reply)
        return reply


@dataclass(frozen=True, slots=True)
class _Mail:
    """What one call of `send` is about."""

    sender: str
    recipient: str
    content: bytes
    before_dot: Callable[[], bool]


def _without_addresses(text: bytes | str) -> str:
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    return " ".join(re.sub(r"\S+@\S+", "…", words).split())[:500]
