"""What staff type for a room of each provider, and what the pages say to it."""

from collections.abc import Mapping
from typing import Any

from django.test import Client

from tests import pages

ROOMS = "/staff/integrationsplan/rooms/"
SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
BBB = {
    "name": "Videoraum 1",
    "address": "https://bbb.example/bigbluebutton/",
    "secret": SECRET,
    "algorithm": "sha1",
    "seats": "50",
    "parallel_meetings": "3",
    "dial_in": "07471 2",
    "has_lobby": "on",
}
JITSI = {
    "name": "Jitsi",
    "address": "https://meet.example",
    "key_id": "town",
    "secret": "j" * 32,
    "parallel_meetings": "9",
}
ZOOM = {
    "name": "Zoom",
    "account_id": "konto",
    "key_id": "kennung",
    "secret": "zoom-secret",
    "webhook_secret": "hook",
    "host": "vhs@hechingen.example",
    "parallel_meetings": "1",
}
LINK = {"name": "Teams", "address": "https://teams.example/l/1", "dial_in": "07471 1, PIN 4711"}


def after(client: Client, path: str, data: Mapping[str, Any] | None = None) -> list[str]:
    """Press the button, follow, read what the next page says of it."""
    return pages.messages(client.post(path, data or {}, follow=True))


def errors(client: Client, path: str, data: Mapping[str, Any]) -> list[str]:
    return pages.errors(client.post(path, data))
