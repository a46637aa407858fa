"""What costs time to make and is the same for everyone: made once, kept in the cache for a day."""

import hashlib
import logging
from collections.abc import Callable

from django.core.cache import cache

log = logging.getLogger(__name__)

_A_DAY = 24 * 60 * 60


def once(what: object, make: Callable[[], bytes]) -> bytes:
    """Made once for the same `what`; without the cache each time.

    `what` is of texts, bytes, tuples and dataclasses of them: their repr says all that is in them.
    """
    key = f"made:{hashlib.sha256(repr(what).encode()).hexdigest()}"
    try:
        if (found := cache.get(key)) is not None:
            return bytes(found)
    except Exception as error:
        log.warning("what was made can't be kept: %s", type(error).__name__)
        return make()
    content = make()
    try:
        cache.set(key, content, timeout=_A_DAY)
    except Exception as error:
        log.warning("what was made can't be kept: %s", type(error).__name__)
    return content
