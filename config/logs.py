"""What a log line must not say."""

import logging
import re

# The part of an address that opens a door: personal links, and sign-in's link to set a password.
_SECRET = re.compile(r"(/(?:my|confirm|address|join|contribute|unsubscribe|reset/key|conferencing)/)[^/\s?]+")


class WithoutTokens(logging.Filter):
    """Leaves tokens out. Django logs the path of each request that ends with 400 or more, and a personal
    link's path is all it takes to be that person."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = record.getMessage()
        clean = _SECRET.sub(r"\1…", told)
        if clean != told:
            record.msg, record.args = clean, ()
        return True
