"""What people tell people: deliveries that no mail can carry, or none could, until staff tick them off.

The list is the ledger itself (`Delivery.objects.by_hand`): nothing is copied, so nothing is forgotten. It is
ordered by person, because one call settles all that they have to hear. "Still wanted?" is asked when the page
is shown, again when it is ticked off, and by a sweep, which writes the answer down.
"""

import datetime
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, F, Min, Q, QuerySet, Value, When
from django.utils import timezone

from notifications import appointed, emails, wanted
from notifications.invitations import Written
from notifications.models import Channel, Delivery, Settled
from notifications.models.delivery import OPEN_BY_HAND
from workshops.models import Participant, ParticipationProcess, User, Workshop

logger = logging.getLogger(__name__)

# How a person is told whom no mail reaches: as they wish; else whatever of the two we know.
_WAY = Case(
    When(contact_by__in=[Channel.PHONE, Channel.LETTER], then=F("contact_by")),
    When(~Q(phone_normalised=""), then=Value(Channel.PHONE.value)),
    When(~Q(postal_address=""), then=Value(Channel.LETTER.value)),
    # Neither is known: someone may know more, and fills it in.
    default=Value(Channel.PHONE.value),
)
# `OPEN_BY_HAND`, seen from the person.
_OPEN = Q(deliveries__settled_at__isnull=True) & (
    Q(deliveries__status="pending", deliveries__channel__in=["phone", "letter"])
    | Q(deliveries__status="failed")
)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell. `words` are the person's, `german` the same for the colleague who calls; None if
    those are German already, or (both) if the text could not be made: then only its kind is known.

    `workshops` and `ends_at` (of what it asks for): the times that it says, for whoever calls from elsewhere.
    """

    delivery: Delivery
    words: Written | None
    german: Written | None
    workshops: list[Workshop] = field(default_factory=list)
    ends_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What ticking off changed: how many rows were told, how many were not wanted any more."""

    told: int
    not_needed: int


def people(process: ParticipationProcess, *, way: Channel, now: datetime.datetime) -> QuerySet[Participant]:
    """Who is to be called, or written to; whose workshop is next comes first."""
    open_rows = Delivery.objects.by_hand(now).of_process(process)
    return (
        Participant.objects.filter(process=process, pk__in=open_rows.values("participant"))
        .annotate(
            way=_WAY,
            next_start=Min("deliveries__workshop__starts_at", filter=_OPEN),
        )
        .filter(way=way.value)
        .order_by(F("next_start").asc(nulls_last=True), "pk")
    )


def messages_to(
    found: Sequence[Participant], *, now: datetime.datetime, writer: emails.Writer
) -> dict[int, list[Message]]:
    """What each of these people has to hear, by participant id; without what is no longer wanted.

    As it is read out: a personal link is for the person's eyes, on their letter, not for a list of staff's.
    """
    rows = Delivery.objects.by_hand(now).filter(participant__in=found).order_by("created_at", "pk")
    told: dict[int, list[Message]] = {person.pk: [] for person in found}
    for delivery in _wanted(rows, now=now):
        told[delivery.participant_id or 0].append(_message(delivery, writer=writer))
    return told


def _message(delivery: Delivery, *, writer: emails.Writer) -> Message:
    person = delivery.participant
    assert person is not None
    try:
        words = writer.words(delivery, channel=Channel.PHONE)
        german = (
            None if person.language == "de" else writer.words(delivery, channel=Channel.PHONE, language="de")
        )
        workshops, ends_at = appointed.workshops_of(delivery), appointed.ends_at(delivery)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # It stands here because the mail could not be made: that must not hide everybody else.
        logger.error("delivery %s has no words: %s", delivery.pk, type(error).__name__)
        return Message(delivery, None, None)
    return Message(delivery, words, german, workshops, ends_at)


def chosen(process: ParticipationProcess, ids: Collection[int], *, now: datetime.datetime) -> list[Delivery]:
    """Those of the rows that are still open and wanted, by person, oldest first."""
    rows = Delivery.objects.by_hand(now).of_process(process).filter(pk__in=ids)
    return list(_wanted(rows.order_by("participant", "created_at", "pk"), now=now))


def _wanted(rows: QuerySet[Delivery], *, now: datetime.datetime) -> Iterable[Delivery]:
    found = emails.with_what_they_need(rows)
    return (delivery for delivery in found if not _obsolete_because(delivery, now=now))


def _obsolete_because(delivery: Delivery, *, now: datetime.datetime) -> str:
    """What breaks the question made the mail fail, too: the row stays on the list and hides nobody else."""
    try:
        return wanted.obsolete_because(delivery, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.error("delivery %s can't be asked for: %s", delivery.pk, type(error).__name__)
        return ""


@transaction.atomic
def tick_off(
    process: ParticipationProcess,
    ids: Collection[int],
    *,
    how: Settled,
    by: User,
    now: datetime.datetime | None = None,
) -> Told:
    """Write down that staff told these; once, however often it is pressed, and by whoever was first.

    What isn't wanted any more is not counted as told: the page says so, before a letter is posted.
    """
    now = now or timezone.now()
    open_rows = Delivery.objects.by_hand(now).of_process(process).filter(pk__in=ids)
    locked = list(open_rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    told = not_needed = 0
    for delivery in emails.with_what_they_need(Delivery.objects.filter(pk__in=locked).order_by("pk")):
        obsolete = _obsolete_because(delivery, now=now)
        if obsolete:
            not_needed += _drop(delivery, obsolete, now=now)
        else:
            told += _settle(delivery, how=how, by=by, now=now)
    return Told(told, not_needed)


def drop_obsolete(*, now: datetime.datetime) -> int:
    """Take off the list what nobody needs to be told any more; how many. May run twice."""
    count = 0
    rows = emails.with_what_they_need(Delivery.objects.by_hand(now).order_by("pk"))
    for delivery in rows.iterator(chunk_size=500):
        obsolete = _obsolete_because(delivery, now=now)
        if obsolete:
            count += _drop(delivery, obsolete, now=now)
    return count


def _settle(delivery: Delivery, *, how: Settled, by: User, now: datetime.datetime) -> int:
    settled = {"settled_at": now, "settled_by": by, "settled_how": how.value}
    row = Delivery.objects.filter(OPEN_BY_HAND, pk=delivery.pk)
    if delivery.status == Delivery.Status.FAILED:
        return row.update(**settled)  # that no mail got through stays true
    return row.update(status=Delivery.Status.SENT, sent_at=now, ended_at=now, **settled)


def _drop(delivery: Delivery, obsolete: str, *, now: datetime.datetime) -> int:
    row = Delivery.objects.filter(OPEN_BY_HAND, pk=delivery.pk)
    if delivery.status == Delivery.Status.FAILED:
        return row.update(settled_at=now, settled_how=Settled.NOT_NEEDED.value)
    return row.update(status=Delivery.Status.SKIPPED, ended_at=now, outcome_code=obsolete)
