"""Values from the environment, typed and checked when the process starts."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {raw!r}.")


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    raw = os.environ.get(name)
    if raw is None or not raw.strip():
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    if most is not None and value > most:
        raise ImproperlyConfigured(f"{name} must be at most {most}, not {value}.")
    return value


def numbers(name: str, *, least: int = 0) -> dict[str, int]:
    """`gmx.de=30,web.de=30` → a whole number for each name, the names in lower case."""
    found: dict[str, int] = {}
    for word in words(name):
        key, equals, raw = word.partition("=")
        if not key or not equals or not raw.isdecimal() or int(raw) < least:
            raise ImproperlyConfigured(f"{name} must look like gmx.de=30,web.de=30 ({least} or more each).")
        found[key.lower()] = int(raw)
    return found


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def path(name: str, default: Path) -> Path:
    raw = text(name)
    return Path(raw).expanduser().resolve() if raw else default


def kept_secret(file: Path) -> str:
    """The secret in `file`, made there (mode 0600) if there is none yet; two processes agree on one."""
    if not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and linked into place: nobody ever reads half a key.
            draft = file.with_name(f"{file.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(50))
        except OSError as error:
            raise ImproperlyConfigured(
                f"SECRET_KEY is not set and none can be kept in {file.parent}: {error.strerror}."
            ) from None
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()


def database(url: str) -> dict[str, Any]:
    """`postgres://user:password@host/name` or `sqlite:////absolute/path` → an entry of DATABASES."""
    parts, _port = _split(url)
    if parts is None or parts.scheme not in {"postgres", "postgresql", "sqlite"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgres://user:password@host/name or sqlite:////absolute/path"
        )
    return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    """An address and its port; None for what can't be one."""
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        return None, None


def email(url: str) -> dict[str, object]:
    """`smtp://user:password@host:port` → Django's EMAIL_* settings.

    `smtp+tls://` uses STARTTLS (port 587), `smtps://` TLS from the first byte (port 465).
    """
    parts, given_port = _split(url)
    modes = {"smtp": (False, False, 25), "smtp+tls": (True, False, 587), "smtps": (False, True, 465)}
    if parts is None or parts.scheme not in modes or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must look like smtp://host:25, smtp+tls://user:password@host or smtps://…"
        )
    use_tls, use_ssl, port = modes[parts.scheme]
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": given_port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": use_tls,
        "EMAIL_USE_SSL": use_ssl,
    }


@dataclass(frozen=True, slots=True)
class Inbox:
    """A mailbox on an IMAP server, always read over TLS."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    uses_starttls: bool


def imap(url: str) -> Inbox | None:
    """`imaps://user:password@host/INBOX` (port 993), or `imap+tls://…` for STARTTLS (143); "" is none."""
    if not url:
        return None
    parts, port = _split(url)
    modes = {"imaps": (False, 993), "imap+tls": (True, 143)}
    folder = unquote(parts.path.strip("/")) or "INBOX" if parts else ""
    is_complete = parts and parts.scheme in modes and parts.hostname and parts.username and parts.password
    if parts is None or not is_complete or not folder.isascii() or '"' in folder:
        raise ImproperlyConfigured(
            "INBOX_URL must look like imaps://user:password@host/INBOX or imap+tls://user:password@host/INBOX"
        )
    uses_starttls, usual_port = modes[parts.scheme]
    return Inbox(
        host=parts.hostname or "",
        port=port or usual_port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=folder,
        uses_starttls=uses_starttls,
    )


def address(name: str) -> str:
    """A bare mail address with room for "+" and a token before its "@" (RFC 5321: 64 octets); or ""."""
    value = text(name)
    if not value:
        return ""
    try:
        validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} must be a mail address, not {value!r}.") from None
    if not value.isascii() or len(value.rpartition("@")[0]) > 20:
        raise ImproperlyConfigured(f"{name} must be ASCII and have at most 20 characters before the @.")
    return value
