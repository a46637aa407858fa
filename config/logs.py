"""What a log line must not say."""

import logging
import re
from collections.abc import Mapping

from django.db import InterfaceError, OperationalError

from notifications.mishaps import told

# The part of an address that opens a door: personal links, and sign-in's link to set a password.
_SECRET = re.compile(r"(/(?:my|confirm|address|join|contribute|unsubscribe|reset/key|conferencing)/)[^/\s?]+")

# Errors whose words name no value: what is away, and what of our own code is missing.
_OF_NOBODY = (OperationalError, InterfaceError, ImportError, NameError, AttributeError)


class WithoutTokens(logging.Filter):
    """Leaves tokens out. Django logs the path of each request that ends with 400 or more, and a personal
    link's path is all it takes to be that person.

    Of an error stay its kind and the frames: the words of a database's or a dictionary's hold the row that it
    met or the key that was missing, with names and addresses.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            # Before any formatter looks, and over what another one has written already.
            record.exc_text = "\n".join(_told(each) for each in _chain(error))
            # As Celery's line about a task that failed.
            if isinstance(record.args, Mapping) and "exc" in record.args:
                record.args = {**record.args, "exc": type(error).__name__}
        said = record.getMessage()
        clean = _SECRET.sub(r"\1…", said)
        if clean != said:
            record.msg, record.args = clean, ()
        return True


def _chain(error: BaseException | None) -> list[BaseException]:
    """The one that went wrong first, then what came of it, as Python shows them."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain[::-1]


def _told(error: BaseException) -> str:
    words = f"{error}\n" if isinstance(error, _OF_NOBODY) else ""
    return _SECRET.sub(r"\1…", f"{told(error)}{words}".rstrip())
