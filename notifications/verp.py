"""The envelope's sender, an address of its own for each mail (VERP): a bounce names its delivery by itself.

The token is derived from the row and the server's key: nothing is stored, and nobody can make one up.
"""

import base64
import functools
import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from notifications.models import Delivery

# Lower case throughout: some servers fold the case of an address.
_TOKEN = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{24})")


def envelope_of(delivery: Delivery) -> str:
    """The bare address to which this mail's bounces go: From's own, unless BOUNCE_ADDRESS is set."""
    if not settings.BOUNCE_ADDRESS:
        return _bare(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{token_of(delivery)}@{domain}"


@functools.lru_cache(maxsize=1)
def _bare(address: str) -> str:
    return parseaddr(address)[1]


def token_of(delivery: Delivery) -> str:
    """The row's number and 120 bits that only the server can have made."""
    return f"{int_to_base36(delivery.pk)}-{_seal(delivery, settings.SECRET_KEY)}"


def tokens_in(addresses: Iterable[str]) -> list[str]:
    """What stands after the "+" in those of the addresses that are BOUNCE_ADDRESS; genuine or not."""
    local, _at, domain = settings.BOUNCE_ADDRESS.lower().rpartition("@")
    if not local:
        return []
    found = []
    for address in addresses:
        before, _at, after = address.strip().lower().rpartition("@")
        if after == domain and before.startswith(f"{local}+"):
            found.append(before.removeprefix(f"{local}+"))
    return found


def delivery_of(token: str) -> Delivery | None:
    """The mail that carried this token; None for one that we haven't made."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    number = base36_to_int(match[1])
    if not 0 < number < 2**63:
        return None
    delivery = Delivery.objects.select_related("participant", "user", "process").filter(pk=number).first()
    if delivery is None:
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_ours = any(constant_time_compare(match[2], _seal(delivery, key)) for key in keys)
    return delivery if is_ours else None


def _seal(delivery: Delivery, key: str) -> str:
    # The row's key belongs to it: after a restored backup the same number may be another mail.
    digest = salted_hmac(
        "notifications.verp", f"{delivery.pk}:{delivery.key}", secret=key, algorithm="sha256"
    ).digest()
    return base64.b32encode(digest[:15]).decode().lower()
