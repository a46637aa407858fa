"""Recordings as Zoom keeps and names them: one each time that a meeting took place."""

import datetime
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


def a_key(begin: str = "/a", middle: str = "//b") -> str:
    """Of one time that a meeting takes place, as hard to write into a path as they get."""
    return f"{begin}{secrets.token_urlsafe(12)}{middle}=="


@dataclass
class HeldRecording:
    """It stays when its meeting is deleted."""

    uuid: str
    number: int
    started_at: datetime.datetime
    minutes: int
    share: str = "none"


def shown(held: HeldRecording) -> dict[str, Any]:
    return {
        "uuid": held.uuid,
        "id": held.number,
        "start_time": f"{held.started_at:%Y-%m-%dT%H:%M:%SZ}",
        "duration": held.minutes,
        "share_url": f"https://zoom.example/rec/share/{held.number}-{held.minutes}",
        "recording_files": [],
    }


def key_in(path: str) -> str:
    """A key as Zoom reads it from a path: escaped twice if it begins with a slash or has two in a row."""
    once = unquote(path)
    if once.startswith("/") or "//" in once:
        # Another path.
        return ""
    twice = unquote(once)
    return twice if twice.startswith("/") or "//" in twice else once
