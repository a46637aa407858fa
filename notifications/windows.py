"""A window's rows, each with its mail, or with why there will be none.

What the rows share is fetched for all of them at once. One row on which that breaks costs the others this
saving, nothing else: each is then read, asked "still wanted?" and written alone, and fails alone.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from notifications import emails, gathering, mishaps, outbox, wanted
from notifications.envelopes import Mail
from notifications.models import Delivery
from notifications.senders import boot_seconds
from notifications.verdicts import Verdict

logger = logging.getLogger(__name__)

_Status = Delivery.Status

# The database is away: the whole run ends, its rows are taken over.
_AWAY = (OperationalError, InterfaceError)


class Asked(NamedTuple):
    """A row and what is to go. `at`: when the database was asked about it (`boot_seconds`). No row where it
    can't even be read."""

    key: int
    row: Delivery | None
    written: Mail | Verdict
    at: float


def written(keys: Sequence[int], claim: str, writer: emails.Writer) -> Iterator[Asked]:
    """Each row of this claim in turn, but for those that were erased since."""
    at = boot_seconds()
    rows = Delivery.objects.filter(claim=claim)
    try:
        found = {row.pk: row for row in gathering.gathered(rows.filter(pk__in=keys))}
    except _AWAY:
        raise
    except Exception as error:
        logger.error("a window is read row by row: %s", mishaps.told(error))
        yield from _one_by_one(keys, rows, writer)
        return
    known = _shared(found.values(), writer)
    for key in keys:
        if row := found.get(key):
            yield Asked(key, row, _write(row, writer, known), at)


def _one_by_one(keys: Sequence[int], rows: QuerySet[Delivery], writer: emails.Writer) -> Iterator[Asked]:
    for key in keys:
        at = boot_seconds()
        try:
            found = gathering.gathered(rows.filter(pk=key))
        except _AWAY:
            raise
        except Exception as error:
            yield Asked(key, None, _broken(key, error), at)
            continue
        for row in found:
            yield Asked(key, row, _write(row, writer, None), at)


def _shared(rows: Collection[Delivery], writer: emails.Writer) -> wanted.Known | None:
    """What is asked once for all of them; None: each asks alone."""
    try:
        writer.expect(rows)
    except _AWAY:
        raise
    except IntegrityError:
        pass  # one of them is being erased at this moment: each mail then gets its links alone
    except Exception as error:
        logger.error("the mails of a window get their links one by one: %s", mishaps.told(error))
    try:
        return wanted.Known(rows)
    except _AWAY:
        raise
    except Exception as error:
        logger.error("the mails of a window are asked for one by one: %s", mishaps.told(error))
        return None


def _write(delivery: Delivery, writer: emails.Writer, known: wanted.Known | None) -> Mail | Verdict:
    """The mail, or why there will be none. A mail whose making breaks fails alone."""
    try:
        try:
            return _wanted_mail(delivery, writer, known)
        except IntegrityError:
            # The person was erased at this moment, and the row with them. Or another worker made the same
            # personal link: now it is there.
            if not Delivery.objects.filter(pk=delivery.pk).exists():
                return Verdict(_Status.SKIPPED, "erased")
            return _wanted_mail(delivery, writer, known)
    except _AWAY:
        raise
    except Exception as error:
        return _broken(delivery.pk, error)


def _wanted_mail(delivery: Delivery, writer: emails.Writer, known: wanted.Known | None) -> Mail | Verdict:
    obsolete = wanted.obsolete_because(delivery, now=timezone.now(), known=known)
    if obsolete:
        return Verdict(_Status.SKIPPED, obsolete)
    person = delivery.participant
    is_lost = person is not None and person.unreachable_since is not None
    is_nowhere = person is not None and not delivery.address
    if is_nowhere or (is_lost and delivery.kind not in outbox.ALWAYS_MAILED):
        # Mail to this address came back for good: it isn't tried again, and people tell it instead.
        return Verdict(_Status.FAILED, Delivery.UNREACHABLE)
    return writer.write(delivery)


def _broken(key: int, error: Exception) -> Verdict:
    logger.error("delivery %s could not be made: %s", key, mishaps.told(error))
    return Verdict(_Status.FAILED, "broken_mail", type(error).__name__)
