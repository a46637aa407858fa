"""What our own mistakes leave in the log, and how one of them stops nothing else.

The kind of the error and the frames, never its own words: those may hold a name or an address.
"""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


def told(error: BaseException) -> str:
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


@contextmanager
def contained(what: str, key: object) -> Iterator[None]:
    """What goes wrong inside is logged as an error with this name and id; whoever comes after goes on."""
    try:
        yield
    except Exception as error:
        logger.error("%s %s: %s", what, key, told(error))
