"""Secrets of video providers at rest: encrypted with a key derived from SECRET_KEY (Fernet: AES-128-CBC and
HMAC-SHA-256). Whoever reads only the database, or a backup of it, can enter no room.

Keys named in SECRET_KEY_FALLBACKS still open what they sealed; what is sealed anew takes the current one.
"""

import base64
import os
import re

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# What an operator gives by the environment: CONFERENCE_SECRET_<NAME>, and for webhooks …_WEBHOOK. Only names
# with this beginning, or staff could have any variable sent to a server of theirs.
PREFIX = "CONFERENCE_SECRET_"
WEBHOOK = "_WEBHOOK"


class Unsealable(Exception):
    """It was sealed with a key that nobody has any more: the secret has to be entered again."""


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        raise Unsealable from None


def names_in_the_environment() -> list[str]:
    """What can be chosen instead of typing a secret; names only."""
    names = (name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX))
    return sorted(name for name in names if re.fullmatch(r"[A-Z0-9_]{1,50}", name) and not _is_webhook(name))


def from_environment(name: str, *, webhook: bool = False) -> str:
    """Empty if the operator took it away."""
    return os.environ.get(f"{PREFIX}{name}{WEBHOOK if webhook else ''}", "").strip()


def _is_webhook(name: str) -> bool:
    return name.endswith(WEBHOOK)


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"workshops.sealing")
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
