"""What the counterparts have in common: a threaded server, and the ways in which a server can be bad."""

import html
import socket
import ssl
import struct
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    b"<response><returncode>SUCCESS</returncode><running>&d;</running></response>"
)
# A page of whatever is really at the address.
PAGE = b"<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>"
TRUNCATED = b"<response><returncode>SUCC"
HUGE = b"<response><returncode>SUCCESS</returncode>" + b" " * 3_000_000 + b"</response>"


@dataclass
class Faults:
    """Switched while the server runs; `only` names the calls they hit (none: all).

    slow: seconds before the first byte. drip, drip_headers: seconds between bytes. reset: the connection is
    cut. status: instead of 200. body: instead of the answer. redirect: where to. refusal: the provider's own
    code for "no".
    """

    slow: float = 0
    drip: float = 0
    drip_headers: float = 0
    reset: bool = False
    status: int = 0
    body: bytes | None = None
    redirect: str = ""
    refusal: str = ""
    only: frozenset[str] = frozenset()

    def hit(self, call: str) -> bool:
        return not self.only or call in self.only


@dataclass(frozen=True)
class Asked:
    """One request as it came. `query` is raw: a checksum is made of it. Header names are in small letters."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True, errors="strict"))


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    kind: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict)


def page(title: str, **facts: str) -> Reply:
    """A plain page that a browser test can read: each fact in an element with its id."""
    lines = "".join(f'<p id="{name}">{html.escape(value)}</p>' for name, value in facts.items())
    # An icon of its own: a browser that asks for one would note the 404, at a moment of its choice.
    head = f'<meta charset="utf-8"><link rel="icon" href="data:,"><title>{html.escape(title)}</title>'
    text = f'<!DOCTYPE html><html lang="en">{head}{lines}'
    return Reply(body=text.encode(), kind="text/html; charset=utf-8")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    # 200 people in one second.
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked didn't wait for the answer: that is what the faults are for."""


class ProviderServer(ABC):
    """Listens on loopback while it is open (`with`). `reply` answers; `asked` remembers."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.asked: list[Asked] = []
        self.lock = threading.RLock()
        self.port = 0
        # Set before it is opened: https.
        self.tls: ssl.SSLContext | None = None
        self._server: _Server | None = None
        self._stopping = threading.Event()

    @property
    def host(self) -> str:
        """`host:port`, for the list of trusted hosts."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def __enter__(self) -> Self:
        self.open_port()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close_port()

    def open_port(self) -> None:
        """The same port again, after `close_port`."""
        server = self

        class Handler(_Handler):
            owner = server

        self._stopping.clear()
        self._server = _Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        if self.tls is not None:
            # The handshake belongs to the thread of its connection: a slow one must not stop the others.
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close_port(self) -> None:
        """Nobody listens any more; what is being answered is cut."""
        self._stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None

    def heal(self) -> None:
        self.faults = Faults()

    def call_of(self, asked: Asked) -> str:
        """The name by which faults know it."""
        return asked.path.rpartition("/")[2]

    @abstractmethod
    def reply(self, asked: Asked) -> Reply:
        """What this provider answers; faults have been taken care of."""

    def pause(self, seconds: float) -> None:
        self._stopping.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    owner: ProviderServer

    def answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parts.query, headers, self.rfile.read(length))
        with self.owner.lock:
            self.owner.asked.append(asked)
        faults = self.owner.faults
        if not faults.hit(self.owner.call_of(asked)):
            faults = Faults()
        self.owner.pause(faults.slow)
        if faults.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if faults.redirect:
            self.send(Reply(302, headers={"Location": faults.redirect}), faults)
        elif faults.status or faults.body is not None:
            self.send(Reply(faults.status or 200, faults.body or PAGE, "text/html"), faults)
        else:
            self.send(self.owner.reply(asked), faults)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def send(self, reply: Reply, faults: Faults) -> None:
        lines = [f"HTTP/1.1 {reply.status} {self.responses[reply.status][0]}"]
        headers = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), "Connection": "close"}
        # An empty one isn't sent: an answer without its length ends with the connection.
        lines += [f"{name}: {value}" for name, value in (headers | reply.headers).items() if value]
        self.write("\r\n".join([*lines, "", ""]).encode("latin-1"), faults.drip_headers)
        self.write(reply.body, faults.drip)
        self.close_connection = True

    def write(self, content: bytes, pause: float) -> None:
        if not pause:
            self.wfile.write(content)
            return
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.owner.pause(pause)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the parent's name)
        pass
