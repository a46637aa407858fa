"""An SMTP server that misbehaves exactly where it is told to, and writes down what it accepted.

The log line of a mail is on the disk before its 250 leaves: whoever is killed in between, the log knows.
"""

import asyncio
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

Place = Literal["connect", "banner", "ehlo", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit"]

# Instead of an answer.
DROP = "drop"  # close the connection
SILENCE = "silence"  # never answer
SLOW = "slow"  # the right answer, a byte a second
GARBAGE = "garbage"
# After the dot: write the mail down, then close without a word.
ACCEPT_AND_DROP = "accept and drop"

# What may go wrong where, when chance decides.
TROUBLES: Final[dict[Place, tuple[str, ...]]] = {
    "connect": (DROP,),
    "banner": (DROP, SILENCE, SLOW, GARBAGE, "421 too busy", "554 not for you"),
    "ehlo": (DROP, SILENCE, SLOW, GARBAGE, "421 too busy", "451 later", "550 no"),
    "mail": (DROP, SILENCE, SLOW, GARBAGE, "421 closing", "451 4.7.1 later", "553 not from you"),
    "rcpt": (DROP, SILENCE, SLOW, GARBAGE, "421 closing", "450 greylisted", "550 nobody here"),
    "data": (DROP, SILENCE, SLOW, GARBAGE, "421 closing", "451 later", "554 no"),
    "body": (DROP, SILENCE, "421 closing", "451 disk full", "552 too much"),
    "dot": (
        *(DROP, ACCEPT_AND_DROP, SILENCE, SLOW, GARBAGE),
        *("421 closing", "451 greylisted", "554 spam"),
    ),
    "quit": (DROP, SILENCE, SLOW, GARBAGE, "421 closing", "500 no"),
}


class _Over(Exception):
    """The server closes the connection."""


@dataclass
class Script:
    """What goes wrong: at which place, how, and how many times."""

    place: Place
    behaviour: str
    times: int = 1


class Weather:
    """What goes wrong by chance, at each place with the same probability. `happened` counts it.

    The same seed throws the same dice; which mail they meet depends on who comes first. A place that had luck
    twice has none the third time: a short run, too, meets each of them.
    """

    def __init__(self, chance: float, *, seed: int) -> None:
        self.chance = chance
        self.dice = random.Random(seed)
        self.happened: Counter[tuple[Place, str]] = Counter()
        self._lucky: Counter[Place] = Counter()

    def behaviour(self, place: Place) -> str | None:
        if place not in TROUBLES:
            return None
        if self.dice.random() >= self.chance:
            self._lucky[place] += 1
            is_met = any(met == place for met, _behaviour in self.happened)
            if not self.chance or is_met or self._lucky[place] < 3:
                return None
        behaviour = self.dice.choice(TROUBLES[place])
        self.happened[place, behaviour] += 1
        return behaviour


@dataclass
class Acceptance:
    """A mail that the server has on its disk, and what the sender can know of it."""

    recipient: str
    message_id: str
    # A 250, and no answer before it in this mail's conversation took its time.
    is_answered: bool
    # The sender went on: it knows.
    is_heard: bool = False


@dataclass
class HostileSmtp:
    """Listens on a free loopback port between `start()` and `stop()`.

    `scripts` are used up in order, each at its place; then `weather` decides. `accepted` are the Message-IDs
    of mails whose acceptance was written to `log`; the same as its lines, and as `acceptances`. `refused`:
    who was refused for good. `byte_seconds`: how long a slow answer's bytes take, each.
    """

    log: Path
    offers_auth: bool = False
    mechanisms: str = "PLAIN LOGIN"
    # RFC 2920. In bad weather every other connection is offered it.
    pipelines: bool = False
    scripts: list[Script] = field(default_factory=list)
    weather: Weather | None = None
    byte_seconds: float = 1.0
    refused: set[str] = field(default_factory=set)
    # Whose final dot came, and what went wrong then.
    dots: list[tuple[str, str | None]] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None
    delay: float = 0.0
    port: int = 0
    connections: int = 0
    # Mails that came in full, whatever was said then.
    bodies: int = 0
    # AUTH commands, of all connections.
    sign_ins: int = 0
    accepted: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.log.touch()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serving = asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 20)
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
            await _Conversation(self, reader, writer).hold()
        except (_Over, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def behaviour(self, place: Place) -> str | None:
        """What goes wrong here; None: nothing."""
        for script in self.scripts:
            if script.place == place and script.times > 0:
                script.times -= 1
                return script.behaviour
        return self.weather.behaviour(place) if self.weather else None

    def write_down(self, recipient: str, content: bytes, *, is_answered: bool) -> Acceptance:
        """On the disk when this returns."""
        found = re.search(rb"^Message-ID: (\S+)\r$", content, re.MULTILINE | re.IGNORECASE)
        message_id = found[1].decode() if found else "none"
        with self.log.open("a") as log:
            log.write(f"{recipient} {message_id}\n")
            log.flush()
            os.fsync(log.fileno())
        acceptance = Acceptance(recipient, message_id, is_answered)
        self.acceptances.append(acceptance)
        self.accepted.append(message_id)
        if self.before_answer:
            self.before_answer()
        return acceptance


class _Conversation:
    """One connection."""

    def __init__(
        self, server: HostileSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._recipient = ""
        self._was_slow = False
        self._last: Acceptance | None = None

    async def hold(self) -> None:
        if self._server.behaviour("connect") is not None:
            self._writer.transport.abort()
            return
        await self._answer("banner", "220 hostile")
        while line := (await self._reader.readline()).decode("latin-1").strip():
            if self._last is not None:
                self._last.is_heard, self._last = True, None
            command = line.split(" ", 1)[0].upper()
            if command == "EHLO":
                lines = ["250-hostile", "250-HELP"]
                if self._server.offers_auth:
                    lines.append(f"250-AUTH {self._server.mechanisms}")
                weather = self._server.weather
                if self._server.pipelines or (weather and weather.dice.random() < 0.5):
                    lines.append("250-PIPELINING")
                await self._answer("ehlo", "\r\n".join([*lines, "250 SIZE"]))
            elif command == "AUTH":
                self._server.sign_ins += 1
                if " PLAIN " not in line:
                    await self._say("334 PDFAaG9zdGlsZT4=")
                    await self._reader.readline()
                await self._answer("auth", "235 welcome")
            elif command == "MAIL":
                self._was_slow, self._recipient = False, ""
                await self._answer("mail", "250 OK")
            elif command == "RCPT":
                self._recipient = line.partition("<")[2].rstrip(">")
                await self._answer("rcpt", "250 OK")
            elif command == "DATA":
                if await self._answer("data", "354 go on"):
                    await self._take()
            elif command == "RSET":
                await self._answer("rset", "250 OK")
            elif command == "QUIT":
                self._recipient = ""
                await self._answer("quit", "221 bye")
                return
            else:
                await self._say("502 what?")

    async def _take(self) -> None:
        behaviour = self._server.behaviour("body")
        if behaviour is not None:
            await self._reader.readline()
            await self._misbehave(behaviour, "")
            raise _Over
        content = await self._reader.readuntil(b"\r\n.\r\n")
        self._server.bodies += 1
        if self._server.delay:
            await asyncio.sleep(self._server.delay)
        behaviour = self._server.behaviour("dot")
        self._server.dots.append((self._recipient, behaviour))
        acceptance = None
        if behaviour in (None, ACCEPT_AND_DROP, GARBAGE, SILENCE, SLOW):
            is_answered = behaviour is None and not self._was_slow
            acceptance = self._server.write_down(self._recipient, content, is_answered=is_answered)
        if behaviour is None:
            await self._say("250 accepted")
        else:
            await self._misbehave(behaviour, "250 accepted")
        if behaviour in (None, SLOW):
            self._last = acceptance

    async def _answer(self, place: Place, proper: str) -> bool:
        """Say what belongs here, or misbehave; whether it was the former, however slowly."""
        behaviour = self._server.behaviour(place)
        if behaviour is None:
            await self._say(proper)
        else:
            await self._misbehave(behaviour, proper)
        return behaviour in (None, SLOW)

    async def _misbehave(self, behaviour: str, proper: str) -> None:
        if behaviour in (DROP, ACCEPT_AND_DROP):
            raise _Over
        if behaviour == SILENCE:
            await asyncio.sleep(3600)
        if behaviour == GARBAGE:
            await self._say("!? \x01 nonsense")
            return
        if behaviour == SLOW:
            self._was_slow = True
            for byte in f"{proper}\r\n".encode():
                self._writer.write(bytes([byte]))
                await self._writer.drain()
                await asyncio.sleep(self._server.byte_seconds)
            return
        if behaviour.startswith("5") and self._recipient:
            self._server.refused.add(self._recipient)
        await self._say(behaviour)
        if behaviour.startswith("421"):
            raise _Over

    async def _say(self, text: str) -> None:
        self._writer.write(f"{text}\r\n".encode("latin-1"))
        await self._writer.drain()
