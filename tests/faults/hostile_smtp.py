"""An SMTP server that misbehaves exactly where it is told to, and writes down what it accepted.

The log line of a mail is on the disk before its 250 leaves: whoever is killed in between, the log knows.
"""

import asyncio
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Place = Literal["banner", "ehlo", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit"]

# Instead of an answer.
DROP = "drop"  # close the connection
SILENCE = "silence"  # never answer
SLOW = "slow"  # the right answer, a byte a second
GARBAGE = "garbage"
# After the dot: write the mail down, then close without a word.
ACCEPT_AND_DROP = "accept and drop"


class _Over(Exception):
    """The server closes the connection."""


@dataclass
class Script:
    """What goes wrong: at which place, how, and how many times."""

    place: Place
    behaviour: str
    times: int = 1


@dataclass
class HostileSmtp:
    """Listens on a free loopback port between `start()` and `stop()`.

    `scripts` are used up in order, each at its place. `accepted` are the Message-IDs of mails whose
    acceptance was written to `log`; the same as its lines.
    """

    log: Path
    offers_auth: bool = False
    scripts: list[Script] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None
    delay: float = 0.0
    port: int = 0
    connections: int = 0
    accepted: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.log.touch()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self._server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def logged(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of each accepted mail, as they stand on the disk."""
        lines = [line.split(" ", 1) for line in self.log.read_text().splitlines()]
        return [(recipient, message_id) for recipient, message_id in lines]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._converse(reader, writer)
        except (_Over, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._answer(writer, "banner", "220 hostile")
        recipient = ""
        while line := (await reader.readline()).decode().strip():
            command = line.split(" ", 1)[0].upper()
            if command == "EHLO":
                lines = [
                    "250-hostile",
                    "250-AUTH PLAIN LOGIN" if self.offers_auth else "250-HELP",
                    "250 SIZE",
                ]
                await self._answer(writer, "ehlo", "\r\n".join(lines))
            elif command == "AUTH":
                await self._answer(writer, "auth", "235 welcome")
            elif command == "MAIL":
                await self._answer(writer, "mail", "250 OK")
            elif command == "RCPT":
                recipient = line.partition("<")[2].rstrip(">")
                await self._answer(writer, "rcpt", "250 OK")
            elif command == "DATA":
                if await self._answer(writer, "data", "354 go on"):
                    await self._take(reader, writer, recipient)
            elif command == "RSET":
                await self._answer(writer, "rset", "250 OK")
            elif command == "QUIT":
                await self._answer(writer, "quit", "221 bye")
                return
            else:
                await self._say(writer, "502 what?")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> None:
        behaviour = self._behaviour("body")
        if behaviour is not None:
            await reader.readline()
            await self._misbehave(writer, behaviour, "")
            raise _Over
        content = await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        behaviour = self._behaviour("dot")
        if behaviour in (None, ACCEPT_AND_DROP, GARBAGE, SILENCE, SLOW):
            self._write_down(recipient, content)
        if behaviour is None:
            await self._say(writer, "250 accepted")
        else:
            await self._misbehave(writer, behaviour, "250 accepted")

    def _write_down(self, recipient: str, content: bytes) -> None:
        found = re.search(rb"^Message-ID: (\S+)\r$", content, re.MULTILINE | re.IGNORECASE)
        message_id = found[1].decode() if found else "none"
        with self.log.open("a") as log:
            log.write(f"{recipient} {message_id}\n")
            log.flush()
            os.fsync(log.fileno())
        self.accepted.append(message_id)
        if self.before_answer:
            self.before_answer()

    def _behaviour(self, place: Place) -> str | None:
        for script in self.scripts:
            if script.place == place and script.times > 0:
                script.times -= 1
                return script.behaviour
        return None

    async def _answer(self, writer: asyncio.StreamWriter, place: Place, proper: str) -> bool:
        """Say what belongs here, or misbehave; whether it was the former."""
        behaviour = self._behaviour(place)
        if behaviour is None:
            await self._say(writer, proper)
        else:
            await self._misbehave(writer, behaviour, proper)
        return behaviour is None

    async def _misbehave(self, writer: asyncio.StreamWriter, behaviour: str, proper: str) -> None:
        if behaviour in (DROP, ACCEPT_AND_DROP):
            raise _Over
        if behaviour == SILENCE:
            await asyncio.sleep(3600)
        if behaviour == GARBAGE:
            await self._say(writer, "!? \x01 nonsense")
            return
        if behaviour == SLOW:
            for byte in f"{proper}\r\n".encode():
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
            return
        await self._say(writer, behaviour)
        if behaviour.startswith("421"):
            raise _Over

    async def _say(self, writer: asyncio.StreamWriter, text: str) -> None:
        writer.write(f"{text}\r\n".encode("latin-1"))
        await writer.drain()
