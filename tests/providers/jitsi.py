"""A Jitsi server's door: reads a token as Prosody does, and shows who came in."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from tests.providers.serving import Asked, ProviderServer, Reply, page


class BadToken(Exception):
    """Not one that opens this room."""


@dataclass
class Visit:
    room: str
    claims: dict[str, Any] = field(default_factory=dict)


class JitsiServer(ProviderServer):
    """With a secret: nobody without a good token. Without one: an open server."""

    def __init__(self, secret: str = "jitsi-secret-of-thirty-two-bytes!", app: str = "town") -> None:
        super().__init__()
        self.secret = secret
        self.app = app
        self.visits: list[Visit] = []

    def reply(self, asked: Asked) -> Reply:
        room = asked.path.strip("/")
        if not self.secret:
            self.visits.append(Visit(room))
            # The name is after the #: only the browser knows it.
            return page(room, room=room, name="", moderator="false")
        try:
            claims = self.read(asked.parameters.get("jwt", ""), room)
        except BadToken as error:
            return Reply(403, str(error).encode(), "text/plain")
        self.visits.append(Visit(room, claims))
        user = claims["context"]["user"]
        return page(room, room=room, name=user["name"], moderator=user["moderator"])

    def read(self, token: str, room: str, *, now: float | None = None) -> dict[str, Any]:
        """The claims of a token that opens `room` now (seconds since 1970)."""
        now = time.time() if now is None else now
        try:
            head, body, signature = token.split(".")
            header, claims = json.loads(_plain(head)), json.loads(_plain(body))
        except (ValueError, binascii.Error):
            raise BadToken("malformed") from None
        expected = hmac.new(self.secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
        if header.get("alg") != "HS256" or not hmac.compare_digest(expected, _plain(signature)):
            raise BadToken("signature")
        if claims["iss"] != self.app or claims["aud"] != self.app or claims["sub"] != "127.0.0.1":
            raise BadToken("iss, aud, sub")
        if claims["room"] != room or room == "*":
            raise BadToken("room")
        if not claims["nbf"] <= now < claims["exp"]:
            raise BadToken("time")
        if not all(isinstance(value, str) for value in claims["context"]["user"].values()):
            raise BadToken("user")
        assert isinstance(claims, dict)
        return claims


def _plain(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars="-_", validate=True)
