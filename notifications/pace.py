"""How fast mail goes: limits per minute that all workers keep together (docs/adr/0026).

A bucket for each limited domain, and one for everything (""), in the database: it fills with time, and a
window of mails takes its tokens under one row lock. Without limits, and while no server asks for less, none
of it is touched. A mail for which no token is left is not claimed: it waits, and others overtake it.

A bucket holds a tenth of a minute's mails, two at least, and fills so slowly that in no minute more than the
limit are taken; half of what it holds is for urgent mail alone.
"""

import datetime
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, StrIndex, Substr

from notifications.models import URGENT, Delivery, Pace

logger = logging.getLogger(__name__)

# Whatever is asked of us within this time is asked once.
_SAME_TROUBLE = datetime.timedelta(minutes=1)
# A halved rate doubles again after each of these.
RECOVERS_EVERY = datetime.timedelta(minutes=10)
MOST_HALVINGS = 4
# Mails a minute: where no limit is set and little was sent, halving begins from here.
_LEAST_MEASURED = 600.0
# Buckets are forgotten so long after their last use: a domain may be one person's own.
_KEPT = datetime.timedelta(hours=1)
ALL = ""

_ADDRESS = Coalesce(F("participant__email"), F("user__email"), F("process__contact_email"))
_DOMAIN = Lower(Substr(_ADDRESS, StrIndex(_ADDRESS, Value("@")) + 1))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


# --- the sender asks -------------------------------------------------------------------------------


def chooser(now: datetime.datetime) -> "Callable[[QuerySet[Delivery], int], list[int]] | None":
    """What chooses the mails of a window, or None where nothing limits them. At most one statement."""
    if settings.MAIL_PER_MINUTE or settings.MAIL_PER_MINUTE_AND_DOMAIN or settings.MAIL_PER_MINUTE_BY_DOMAIN:
        return lambda waiting, most: _choose(waiting, most, now=now)
    slow = list(Pace.objects.filter(halvings__gt=0))
    if any(_halvings(row, now) for row in slow):
        return lambda waiting, most: _choose(waiting, most, now=now)
    if slow:
        Pace.objects.all().delete()
    return None


def forget(*, now: datetime.datetime) -> int:
    """Buckets that nothing has used for `_KEPT`; how many. By the clock, for where no limit is set any more
    nobody chooses."""
    unused = Pace.objects.exclude(domain=ALL).exclude(filled_at__range=(now - _KEPT, now + _KEPT))
    if not unused.exists():
        return 0
    with transaction.atomic():
        _lock(now)
        count, _by_model = unused.delete()
    return count


def _choose(waiting: "QuerySet[Delivery]", most: int, *, now: datetime.datetime) -> list[int]:
    """Up to `most` of those that wait, urgent ones first, as far as tokens go; their primary keys.

    Inside the caller's transaction: others who want to choose wait until it ends.
    """
    _lock(now)
    Pace.objects.filter(filled_at__lt=now - _KEPT).exclude(domain=ALL).delete()
    rows = {row.domain: row for row in Pace.objects.all()}
    buckets = _Buckets(rows, now)
    overall = buckets.of(ALL)
    if overall is not None and not overall.has(for_urgent=True):
        return []
    found = waiting.annotate(domain=_DOMAIN).order_by("priority", "next_attempt_at", "pk")
    if overall is not None and not overall.has(for_urgent=False):
        found = found.filter(priority__lte=URGENT)
    known = {domain: bucket for domain in rows if domain and (bucket := buckets.of(domain))}
    if empty := [domain for domain, bucket in known.items() if not bucket.has(for_urgent=True)]:
        found = found.exclude(domain__in=empty)
    if scarce := [domain for domain, bucket in known.items() if not bucket.has(for_urgent=False)]:
        found = found.exclude(priority__gt=URGENT, domain__in=scarce)
    keys = []
    for key, priority, domain in found.values_list("pk", "priority", "domain")[:most]:
        both = [bucket for bucket in (overall, buckets.of(domain)) if bucket is not None]
        if all(bucket.has(for_urgent=priority <= URGENT) for bucket in both):
            for bucket in both:
                bucket.take()
            keys.append(key)
    if keys:
        buckets.save()
    return keys


@dataclass(slots=True)
class _Bucket:
    """`tokens` as of now; `size` is the most it holds."""

    tokens: float
    size: float

    @property
    def reserve(self) -> float:
        """For urgent mail alone. The smallest buckets keep a part of a token: urgent mail waits less long."""
        return max(self.size // 2, min(1.0, self.size - 1))

    def has(self, *, for_urgent: bool) -> bool:
        return self.tokens >= 1 + (0 if for_urgent else self.reserve)

    def take(self) -> None:
        self.tokens -= 1


class _Buckets:
    def __init__(self, rows: Mapping[str, Pace], now: datetime.datetime) -> None:
        self._rows = rows
        self._now = now
        self._open: dict[str, _Bucket | None] = {}

    def of(self, domain: str) -> _Bucket | None:
        """None where nothing limits this domain."""
        if domain not in self._open:
            row = self._rows.get(domain)
            rate = rate_of(domain, row, self._now)
            self._open[domain] = _filled(row, rate, self._now) if rate else None
        return self._open[domain]

    def save(self) -> None:
        changed = [
            Pace(domain=domain, tokens=bucket.tokens, filled_at=self._now)
            for domain, bucket in self._open.items()
            if bucket is not None
        ]
        # In one order for everyone, though the lock lets only one of them in.
        Pace.objects.bulk_create(
            sorted(changed, key=lambda row: row.domain),
            update_conflicts=True,
            unique_fields=["domain"],
            update_fields=["tokens", "filled_at"],
        )


def rate_of(domain: str, row: Pace | None, now: datetime.datetime) -> float | None:
    """Mails a minute that may go there now; None without a limit."""
    limit = _limit(domain)
    halvings = _halvings(row, now) if row else 0
    if row is None or not halvings:
        return limit
    whole = row.per_minute or _LEAST_MEASURED
    return min(whole, limit or whole) / float(2**halvings)


def _limit(domain: str) -> float | None:
    if domain == ALL:
        limit: int = settings.MAIL_PER_MINUTE
    else:
        limit = settings.MAIL_PER_MINUTE_BY_DOMAIN.get(domain, settings.MAIL_PER_MINUTE_AND_DOMAIN)
    return float(limit) if limit else None


def _halvings(row: Pace, now: datetime.datetime) -> int:
    if not row.halvings or row.halved_at is None:
        return 0
    # A moment far ahead comes from a clock that was set back.
    return max(0, row.halvings - abs(now - row.halved_at) // RECOVERS_EVERY)


def _size(rate: float) -> float:
    """Below four mails a minute a bucket of two would take too long to fill."""
    return max(rate // 10, min(2.0, 1 + rate / 4))


def _filled(row: Pace | None, rate: float, now: datetime.datetime) -> _Bucket:
    size = _size(rate)
    if row is None:
        return _Bucket(size, size)
    # Size and filling together give at most `rate` tokens in any minute.
    seconds = (now - row.filled_at).total_seconds()
    if seconds < -60:
        seconds = 60.0  # the clock was set back
    grown = max(0.0, seconds) / 60 * (rate - size + 1)
    return _Bucket(min(size, max(0.0, row.tokens) + grown), size)


def _lock(now: datetime.datetime) -> None:
    """One worker at a time (SQLite lets only one write anyway)."""
    if not connection.features.has_select_for_update:
        return
    if not Pace.objects.select_for_update().filter(domain=ALL).exists():
        full = Pace(tokens=_size(_limit(ALL) or 0), filled_at=now)
        Pace.objects.bulk_create([full], ignore_conflicts=True)
        Pace.objects.select_for_update().get(domain=ALL)


# --- the server asks for less ------------------------------------------------------------------------


@transaction.atomic
def slow_down(
    measured: Mapping[str, float], *, persisting: Collection[str] = (), now: datetime.datetime
) -> None:
    """Halve the rate of each of these domains (ALL: of everything), once for the same trouble; of those that
    are halved already, only where it is `persisting`.

    `measured`: how many mails a minute went there; half of it is the rate where no limit is set.
    """
    _lock(now)
    rows = {row.domain: row for row in Pace.objects.filter(domain__in=measured)}
    for domain in sorted(measured):
        row = rows.get(domain) or Pace(domain=domain)
        halvings = _halvings(row, now)
        is_same = row.halved_at is not None and now - row.halved_at < _SAME_TROUBLE
        if halvings and (is_same or domain not in persisting):
            continue
        whole = row.per_minute if halvings else _limit(domain) or max(_LEAST_MEASURED, measured[domain])
        row, _is_new = Pace.objects.update_or_create(
            domain=domain,
            defaults={
                "per_minute": whole,
                "halvings": min(MOST_HALVINGS, halvings + 1),
                "halved_at": now,
                "tokens": 0,
                "filled_at": now,
            },
        )
        logger.warning("a server asks for less: pace %s is halved %s times", row.pk, row.halvings)


@dataclass(frozen=True, slots=True)
class Slow:
    """For staff: to one domain (or to all: "") at most so many mails a minute go just now."""

    domain: str
    per_minute: int


def slowed(now: datetime.datetime) -> list[Slow]:
    return [
        Slow(row.domain, max(1, round(rate_of(row.domain, row, now) or 0)))
        for row in Pace.objects.filter(halvings__gt=0).order_by("domain")
        if _halvings(row, now)
    ]
