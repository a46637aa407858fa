"""Files that staff uploaded and haven't decided about yet.

They hold personal data: a directory of our own outside of what is served, readable by the server's
user only, names that can't be guessed, gone after the decision and after an hour at the latest.
"""

import datetime
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal

KEPT_FOR = datetime.timedelta(hours=1)
_TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(chunks: Iterable[bytes]) -> str:
    """Store the bytes; returns the token that finds them again."""
    token = secrets.token_hex(16)
    handle = os.open(_directory() / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return token


def open_kept(token: str) -> BinaryIO:
    """The file, to be closed by the caller. Raises `Refusal("upload_gone")`."""
    try:
        return _path(token).open("rb")
    except FileNotFoundError as error:
        raise Refusal(
            "upload_gone", _("Die hochgeladene Datei ist schon gelöscht. Bitte noch einmal hochladen.")
        ) from error


def discard(token: str) -> None:
    _path(token).unlink(missing_ok=True)


def discard_stale(*, now: datetime.datetime) -> int:
    """Delete what nobody decided about; returns how many files that were."""
    stale = [
        path
        for path in _directory().iterdir()
        if now.timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds()
    ]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _directory() -> Path:
    directory = Path(settings.DATA_DIR) / "uploads"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def _path(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise Refusal(
            "upload_gone", _("Die hochgeladene Datei ist schon gelöscht. Bitte noch einmal hochladen.")
        )
    return _directory() / token
