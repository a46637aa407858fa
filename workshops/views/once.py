"""What costs time to make and is the same for everyone: made once, kept in the cache for a day."""

import hashlib
from collections.abc import Callable

from django.core.cache import cache

_A_DAY = 24 * 60 * 60


def once(what: object, make: Callable[[], bytes]) -> bytes:
    """Made once for the same `what`; while the broker is away, each time (`config.caches`).

    `what` is of texts, bytes, tuples and dataclasses of them: their repr says all that is in them.
    """
    key = f"made:{hashlib.sha256(repr(what).encode()).hexdigest()}"
    if (found := cache.get(key)) is not None:
        return bytes(found)
    content = make()
    cache.set(key, content, timeout=_A_DAY)
    return content
