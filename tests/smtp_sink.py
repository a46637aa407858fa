"""An SMTP server that remembers the bytes it was given: what was really sent, not what was meant."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Received:
    """One accepted mail: envelope and the raw bytes after DATA, CRLF line ends, dots undone."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class SmtpSink:
    """Listens on a free loopback port from `start()` to `stop()`.

    `delay` seconds pass before the answer to the final dot. `answer(Received)` may give another
    SMTP reply than 250; only accepted mails are in `received`. `refused` maps an address to the
    reply that its RCPT gets.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: dict[str, str] = {}
        self.answer: Callable[[Received], str] = lambda mail: "250 OK"
        self.delay = 0.0
        self.connections = 0
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    @property
    def host(self) -> str:
        return "127.0.0.1"

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://{self.host}:{self.port}"

    def start(self) -> None:
        self._thread.start()
        self._server = self._run(
            self._loop.create_server(
                lambda: SMTP(self, hostname="sink", enable_SMTPUTF8=True, loop=self._loop),
                host=self.host,
                port=self.port,
            )
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def wait_for(self, count: int, *, seconds: float = 30) -> list[Received]:
        """The mails, as soon as there are `count`; fails when there are fewer after `seconds`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.received) >= count, seconds):
                raise AssertionError(f"{len(self.received)} of {count} mails in {seconds:.0f} s")
            return list(self.received)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content
        assert isinstance(content, bytes)
        mail = Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        reply = self.answer(mail)
        if self.delay:
            await asyncio.sleep(self.delay)
        if reply.startswith("250"):
            with self._changed:
                self.received.append(mail)
                self._changed.notify_all()
        return reply
