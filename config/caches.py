"""The cache in the broker; while the broker is away, one in each process.

Sign-in counts its attempts in the cache, and remembers which code of a second factor was used: it must
neither fail nor stop counting because the broker is down.
"""

import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

from workshops import counters

log = logging.getLogger(__name__)


class InProcess(LocMemCache):
    def set(self, key: Any, value: Any, *args: Any, **options: Any) -> None:
        """What was made (a calendar, a poster) would fill the memory; it's made each time meanwhile."""
        if not isinstance(value, bytes):
            super().set(key, value, *args, **options)


def _either(name: str) -> Callable[..., Any]:
    of_broker = getattr(RedisCache, name)

    def asked(self: "BrokerOrProcess", *args: Any, **options: Any) -> Any:
        # One page asks some ten times, and counts in the broker besides: all wait once.
        if not counters.is_silent(self.broker):
            try:
                return of_broker(self, *args, **options)
            except redis.TimeoutError:
                counters.fell_silent(self.broker)
                log.warning("the broker is silent: this process keeps its own cache")
            except (redis.RedisError, OSError) as error:
                # One that refuses does so at once, and is asked again. Not the error's own text: it may
                # name the key.
                log.warning("no broker, this process keeps its own cache: %s", type(error).__name__)
        return getattr(self.meanwhile, name)(*args, **options)

    return asked


class BrokerOrProcess(RedisCache):
    """Exact over all processes; without the broker each counts for itself, as without `REDIS_URL`."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        # As the counters do: somebody waits for the page.
        options = {
            "socket_connect_timeout": counters.SECONDS,
            "socket_timeout": counters.SECONDS,
            "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        }
        super().__init__(server, {**params, "OPTIONS": options})
        self.broker = str(server)
        # With few places a guesser would push their own count out.
        self.meanwhile = InProcess("meanwhile", {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    # All that Django's own asks the broker for; the rest is made of these.
    add, get, set, touch = _either("add"), _either("get"), _either("set"), _either("touch")
    delete, has_key, incr = _either("delete"), _either("has_key"), _either("incr")
    get_many, set_many = _either("get_many"), _either("set_many")
    delete_many, clear = _either("delete_many"), _either("clear")
