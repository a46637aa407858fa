"""Counting in the broker: exact under parallel requests; nobody waits for a broker that is down.

A counter lives for a while from the first time it is raised, under a keyed hash of its name: what is counted
(an address) is kept nowhere. Without a broker (`REDIS_URL`) each process counts for itself.
"""

import functools
import logging
import time

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

# Somebody waits for the page meanwhile …
SECONDS = 0.4
# … which counts several things, as the next page does: one that was silent isn't asked again for so long.
SILENCE_SECONDS = 10.0

# By address, on this process's clock: until when.
_silent_until: dict[str, float] = {}


def raised(what: str, about: str, *, seconds: int) -> int | None:
    """One more of `what` about this address; how many there are now. None if nothing can be counted."""
    # Two towns may share a broker; they don't share the secret.
    key = f"{what}:{salted_hmac('workshops.counters', about, algorithm='sha256').hexdigest()}"
    broker = settings.REDIS_URL
    if is_silent(broker):
        return None
    try:
        if broker.startswith(("redis://", "rediss://", "unix://")):
            return _raised_in_broker(_client(broker), f"count:{key}", seconds=seconds)
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key)
    except redis.TimeoutError:
        # One that refuses does so at once, and is asked again as soon as it is back.
        fell_silent(broker)
        log.warning("%s can't be counted: the broker is silent", what)
        return None
    except (redis.RedisError, OSError, ValueError) as error:
        # ValueError: its time ran out between the two. Not the exception's own text: it may name the key.
        log.warning("%s can't be counted: %s", what, type(error).__name__)
        return None


def is_silent(broker: str) -> bool:
    """Whether it was, a moment ago, to whatever of this process asked."""
    return time.monotonic() < _silent_until.get(broker, 0.0)


def fell_silent(broker: str) -> None:
    _silent_until[broker] = time.monotonic() + SILENCE_SECONDS


def forget_silence() -> None:
    """Ask again at once, whatever was silent before."""
    _silent_until.clear()


def _raised_in_broker(client: "redis.Redis", key: str, *, seconds: int) -> int:
    # MULTI: nobody comes between, so each gets a number of its own, and no counter stays for ever.
    together = client.pipeline(transaction=True)
    together.set(key, 0, ex=seconds, nx=True)
    together.incr(key)
    _made, count = together.execute()
    return int(count)


@functools.lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        # Once more, at once: a connection that a restarted broker has closed is no broker that is down. One
        # that is silent was given its time.
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
    )
