"""Search all that a running house wrote, showed and sent for what must stand nowhere, however it is written.

A house is asked over HTTP as people do it; its broker is listened to, its mails are read as they arrive, its
database is dumped. A secret may stand there as it is, or as a part of something that is encoded.
"""

import base64
import html
import os
import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import redis

from config.embedded import Broker
from config.house import free_port
from tests.runtime.houses import StartedHouse
from tests.runtime.test_demo import Visitor
from tests.servers import ROOT, wait_until

# A shorter word's base64 stands by chance in many files.
SHORTEST_ENCODED = 8

Place = tuple[str, bytes]


def found(places: Iterable[Place], words: Iterable[str]) -> list[tuple[str, str]]:
    """Each place that holds one of the words in some form, with that word."""
    forms = {word: forms_of(word) for word in words}
    return [
        (name, word)
        for name, content in places
        for word, written in forms.items()
        if any(form in content for form in written)
    ]


def forms_of(word: str) -> set[bytes]:
    """As it is; in an address, in a page; in base64, wherever in the encoded text it begins."""
    plain = word.encode()
    forms = {plain, urllib.parse.quote(word, safe="").encode(), html.escape(word).encode()}
    for before in range(3) if len(plain) >= SHORTEST_ENCODED else ():
        whole = base64.b64encode(b"\0" * before + plain)
        # Only those letters that are made of the word alone.
        part = whole[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        forms |= {part, part.translate(bytes.maketrans(b"+/", b"-_"))}
    return forms


# --- places -------------------------------------------------------------------------------------------------


def everything_in(folder: Path) -> Iterator[Place]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


def mails_in(folder: Path) -> list[Place]:
    """Each part of each mail, decoded, and its headers."""
    places: list[Place] = []
    for name, content in everything_in(folder):
        mail = message_from_bytes(content, policy=policy.default)
        places.append(
            (f"{name}: headers", "\n".join(f"{key}: {each}" for key, each in mail.items()).encode())
        )
        for part in mail.walk():
            if not part.is_multipart():
                body = part.get_payload(decode=True)
                assert isinstance(body, bytes)
                places.append((f"{name}: {part.get_content_type()}", body))
    return places


class Ear:
    """Everything that is said to the broker while it listens, the arguments of every task with it."""

    def __init__(self, house: StartedHouse) -> None:
        socket = Broker(data=house.data / "broker", run=house.data / "run").socket
        self._client = redis.Redis(unix_socket_path=str(socket))
        self._heard: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        wait_until(self._hears, what="the broker is heard")

    def _listen(self) -> None:
        # Until the house ends, and the broker with it.
        monitor: Any = self._client.monitor()  # type: ignore[no-untyped-call]
        with suppress(redis.RedisError), monitor:
            self._heard += (str(each["command"]) for each in monitor.listen())

    def _hears(self) -> bool:
        self._client.echo("are you there")
        return any("are you there" in each for each in list(self._heard))

    @property
    def place(self) -> Place:
        return "what the broker heard", "\n".join(self._heard).encode()

    def heard(self, word: str) -> bool:
        return bool(found([self.place], [word]))


@contextmanager
def a_mailbox(folder: Path) -> Iterator[str]:
    """Mail that is sent to the address that it gives (EMAIL_URL) arrives in the folder."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "config.mailbox.server", str(folder), str(port)], cwd=ROOT
    )
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def managed(house: StartedHouse, *command: str, hosts: str = "") -> str:
    """What `manage.py` says in the house's own database."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(house.data),
        "CONFERENCE_HOSTS": hosts,
        "CELERY_BROKER_URL": "redis://localhost:1/0",
    }
    said = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout


# --- people -------------------------------------------------------------------------------------------------


class Staff(Visitor):
    """Signed in; sends forms as a browser does."""

    def post(self, path: str, **fields: str) -> str:
        form = self.get(path)
        (token, *_others) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Referer": self.address + path, "Origin": self.address}
        )
        with self._opener.open(request, timeout=30) as answer:
            return f"{answer.headers.get('Refresh', '')} {answer.read().decode()}"


def press(house: StartedHouse, path: str) -> str:
    """A citizen's button: no cookie, no token but the one in the address."""
    request = urllib.request.Request(f"http://localhost:{house.port}{path}", b"name=Amina", method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return f"{answer.headers.get('Refresh', '')} {answer.read().decode()}"
