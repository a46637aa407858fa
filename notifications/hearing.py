"""What the answers to a run's mails say of the pace: slower, please (docs/adr/0026)."""

import re
from collections import Counter, deque

from django.utils import timezone

from notifications import pace, smtp

# How many of the last mails tell how a server feels, and how few of them are too few.
_LATELY, _ENOUGH = 50, 20
# Where the server speaks before it knows whom the mail is for, it means all mail.
_ABOUT_ALL = frozenset({smtp.Stage.CONNECT, smtp.Stage.AUTH, smtp.Stage.MAIL})


def is_asking_for_less(outcome: smtp.Outcome) -> bool:
    """421, or an enhanced status code 4.7.x (RFC 3463: the server's policy): slower, please."""
    if outcome.reply == smtp.Reply.CLOSING:
        return True
    return outcome.reply == smtp.Reply.LATER and re.match(r"4\.7\.\d{1,3}\b", outcome.text) is not None


class Ear:
    """Hears how a run's mails are taken, and slows down for servers that ask for it.

    The first such answer halves the rate; where it is halved, only if a fifth of the last mails got one:
    others now and then are weather.
    """

    def __init__(self) -> None:
        self._since = timezone.now()
        self._counts: Counter[str] = Counter()
        # Of the last mails to a domain (and of all): was it asked for less?
        self._lately: dict[str, deque[bool]] = {}
        self._asking: set[str] = set()
        # Whom this run has obeyed once.
        self._obeyed: set[str] = set()

    def hear(self, address: str, outcome: smtp.Outcome) -> None:
        domain = pace.domain_of(address)
        is_asked = is_asking_for_less(outcome)
        about = pace.ALL if outcome.stage in _ABOUT_ALL else domain
        for each in (pace.ALL, domain):
            self._counts[each] += 1
            lately = self._lately.setdefault(each, deque(maxlen=_LATELY))
            lately.append(is_asked and each == about)
        if is_asked:
            self._asking.add(about)

    def obey(self, *, is_over: bool = False) -> None:
        """Halve the rates of whoever asked; nothing to do, and no statement, when nobody did.

        `is_over`: no more mails come in this run, so that few are enough.
        """
        persisting = {
            domain
            for domain in self._asking
            if sum(self._lately[domain]) * 5 >= len(self._lately[domain])
            and (is_over or len(self._lately[domain]) >= _ENOUGH)
        }
        troubled = persisting | (self._asking - self._obeyed)
        if not troubled:
            return
        now = timezone.now()
        minutes = max(1.0, (now - self._since).total_seconds()) / 60
        for domain in persisting:
            self._asking.discard(domain)
            self._lately[domain].clear()
        self._obeyed |= troubled
        measured = {domain: self._counts[domain] / minutes for domain in troubled}
        pace.slow_down(measured, persisting=persisting, now=now)
