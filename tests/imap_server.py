"""A real IMAP server for tests: Debian's Dovecot with a configuration of its own, on free loopback ports."""

import base64
import datetime
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.servers import wait_until

USER, PASSWORD = "rueckmeldung", "Grüße, 50 %:@/"

_CONFIG = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
listen = 127.0.0.1
default_internal_user = {account}
default_internal_group = {group}
default_login_user = {account}
first_valid_uid = 1
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
auth_mechanisms = plain
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # A wrong password must not make the next test wait.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
service stats {{
  chroot =
}}
"""


def dovecot() -> str | None:
    return shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))


class ImapServer:
    """One account, `USER`; its certificate is trusted by whoever sets SSL_CERT_FILE to `authority`."""

    def __init__(self, home: Path, port: int, tls_port: int) -> None:
        self.authority = home / "cert.pem"
        self.port = port
        self.tls_port = tls_port

    def client(self) -> imaplib.IMAP4_SSL:
        context = ssl.create_default_context(cafile=str(self.authority))
        client = imaplib.IMAP4_SSL("localhost", self.tls_port, ssl_context=context, timeout=10)
        client.authenticate("PLAIN", lambda _challenge: f"\0{USER}\0{PASSWORD}".encode())
        return client

    def put(self, content: bytes, *, flags: str = "", at: datetime.datetime | None = None) -> int:
        """Lay a message into the INBOX, as mail servers do; its UID."""
        moment = imaplib.Time2Internaldate(at or datetime.datetime.now(datetime.UTC))
        with closing_imap(self.client()) as client:
            kind, data = client.append("INBOX", flags, moment, content)
            assert kind == "OK", data
            # [APPENDUID <validity> <uid>]
            return int(data[0].split(b"]")[0].split()[-1])

    def flags(self) -> dict[int, set[str]]:
        """UID → flags, of all messages."""
        with closing_imap(self.client()) as client:
            client.select("INBOX", readonly=True)
            _kind, data = client.uid("FETCH", "1:*", "(FLAGS)")
            found = {}
            for line in data:
                if line:
                    words = line.decode().replace("(", " ").replace(")", " ").split()
                    uid = int(words[words.index("UID") + 1])
                    found[uid] = {word for word in words if word.startswith("\\") and word != "\\Recent"}
            return found

    def empty(self) -> None:
        with closing_imap(self.client()) as client:
            client.select("INBOX")
            client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.expunge()


@contextmanager
def closing_imap(client: imaplib.IMAP4_SSL) -> Iterator[imaplib.IMAP4_SSL]:
    try:
        yield client
    finally:
        client.logout()


@contextmanager
def own_dovecot(program: str) -> Iterator[ImapServer]:
    """Start a throw-away server; root runs it as `dovecot`, everyone else as themselves."""
    home = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))  # short: socket paths end at 107 bytes
    account = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    port, tls_port = _free_ports()
    try:
        _certificate(home)
        config = home / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                home=home,
                account=account.pw_name,
                group=_group_of(account.pw_gid),
                uid=account.pw_uid,
                gid=account.pw_gid,
                port=port,
                tls_port=tls_port,
            )
        )
        (home / "users").write_text(f"{USER}:{{PLAIN.b64}}{_base64(PASSWORD)}::::::\n")
        (home / "mail").mkdir()
        as_user = {}
        if os.geteuid() == 0:
            for path in [home, *home.iterdir()]:
                os.chown(path, account.pw_uid, account.pw_gid)
            as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        # Readable for the tests' own process: the certificate is an authority there.
        home.chmod(0o755)
        with (home / "output").open("wb") as output:
            server = subprocess.Popen(
                [program, "-F", "-c", str(config)],
                stdout=output,
                stderr=output,
                cwd=home,
                start_new_session=True,
                **as_user,  # type: ignore[call-overload]
            )
        try:
            imap = ImapServer(home, port, tls_port)
            wait_until(lambda: _answers(tls_port), what=f"Dovecot ready: {_said(home)}", seconds=20)
            imap.empty()
            yield imap
        finally:
            server.terminate()
            server.wait(20)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), 2)):
            return True
    except OSError:
        return False


def _said(home: Path) -> str:
    return " ".join(path.read_text()[-2000:] for name in ("output", "log") if (path := home / name).exists())


def _certificate(home: Path) -> None:
    subprocess.run(
        [
            *[
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
            ],
            *["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            *("-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )


def _base64(text: str) -> str:

    return base64.b64encode(text.encode()).decode()


def _group_of(number: int) -> str:

    return grp.getgrgid(number).gr_name


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
