"""Whatever happens between a person and a workshop: their calendar ends up showing what is true.

Random histories through the real operations, the outbox and SMTP, read by a program that is stricter than
RFC 5546 asks: it takes a word only if its SEQUENCE is higher than the last one's.
"""

import datetime
import itertools
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import icalendar
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from notifications.models import Delivery
from tests import builders
from tests.notifications.conftest import NOW, STARTS_AT, Stage
from tests.smtp_sink import Received
from workshops import links
from workshops.errors import Refusal
from workshops.models import ContactBy, Participant, PersonalLink, Registration, Workshop
from workshops.operations import contacts, registrations, workshops
from workshops.operations.registrations import Needs

Deliver = Callable[[], list[Received]]
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Word:
    """What one mail told a calendar."""

    method: str
    sequence: int
    stamped_at: datetime.datetime
    starts_at: datetime.datetime
    content: bytes


def word_of(mail: Received) -> Word | None:
    for part in mail.message.walk():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            calendar = icalendar.Calendar.from_ical(content)
            event = calendar.walk("VEVENT")[0]
            return Word(
                str(calendar["METHOD"]),
                int(str(event["SEQUENCE"])),
                event.decoded("DTSTAMP"),
                event.decoded("DTSTART"),
                content,
            )
    return None


def shown(words: Iterable[Word]) -> datetime.datetime | None:
    """The start that a strict program shows after these words; None: it shows no appointment."""
    last = None
    for word in words:
        if last is None or word.sequence > last.sequence:
            last = word
    return last.starts_at if last and last.method == "REQUEST" else None


def _way_in(word: Word) -> PersonalLink | None:
    """The valid link that the calendar leads in by."""
    found = re.search(rb"/join/([\w-]+)/", word.content.replace(b"\r\n ", b""))
    return links.read(found.group(1).decode(), PersonalLink.Scope.JOIN) if found else None


PEOPLE = 3
steps = st.one_of(
    st.tuples(st.just("come"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("go"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("move"), st.integers(0, 2)),
    st.tuples(st.just("readdress"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("deliver"), st.just(0)),
    st.tuples(st.just("wait"), st.just(0)),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(history=st.lists(steps, max_size=25), is_called_off=st.booleans(), seed=st.integers(0, 99))
@example(
    history=[
        *(("come", 0), ("deliver", 0), ("go", 0), ("deliver", 0), ("move", 1), ("come", 0), ("deliver", 0)),
        *(("move", 0), ("deliver", 0), ("come", 1), ("go", 0), ("deliver", 0), ("come", 0), ("go", 1)),
    ],
    is_called_off=False,
    seed=1,
)
@example(
    history=[
        *(("come", 0), ("deliver", 0), ("readdress", 0), ("deliver", 0), ("go", 0), ("readdress", 0)),
        *(("deliver", 0), ("come", 0), ("readdress", 0), ("deliver", 0), ("readdress", 0), ("move", 1)),
    ],
    is_called_off=False,
    seed=1,
)
def test_every_calendar_ends_up_showing_what_is_true(
    stage: Stage,
    delivered: Deliver,
    clock: Any,
    history: list[tuple[str, int]],
    is_called_off: bool,
    seed: int,
) -> None:
    clock.move_to(NOW, tick=False)
    with transaction.atomic():
        told = _live_through(stage, delivered, clock, history, is_called_off)
        workshop = Workshop.objects.get(pk=stage.workshop.pk)
        seats = set(workshop.registrations.confirmed().values_list("participant", flat=True))
        transaction.set_rollback(True)

    for person, words in told.items():
        truth = workshop.starts_at if person in seats else None
        assert shown(words) == truth, person
        # Also when the mails arrive in another order than they were sent in.
        assert shown(random.Random(seed).sample(words, len(words))) == truth, person
        # News has a higher number; what has the same number is the same word again.
        for earlier, later in itertools.pairwise(words):
            assert (earlier.sequence, earlier.content) == (later.sequence, later.content) or (
                earlier.sequence < later.sequence and earlier.stamped_at <= later.stamped_at
            )
    assert seats <= set(told)


def _live_through(
    stage: Stage, delivered: Deliver, clock: Any, history: list[tuple[str, int]], is_called_off: bool
) -> dict[int, list[Word]]:
    """Do it all, deliver what is left at the end; each person's words in the order of sending.

    Of a person, not of an address: whoever has a new one may well look at the same calendar.
    """
    Workshop.objects.filter(pk=stage.workshop.pk).update(capacity=1)
    process = stage.cast.process
    people = [stage.cast.hans, stage.cast.amina, builders.a_participant(process, email="olena@example.org")]
    told: dict[int, list[Word]] = defaultdict(list)
    addresses = itertools.count()
    now = NOW

    def deliver() -> None:
        for mail in delivered():
            word = word_of(mail)
            if word is None:
                continue
            person = Participant.objects.get(email=mail.recipients[0])
            seats = set(person.registrations.confirmed().filter(workshop=stage.workshop))
            # Nobody who waits is invited, nobody with a seat is told that it is gone.
            assert (word.method == "REQUEST") == bool(seats)
            # The way in that it holds leads to their seat.
            way_in = _way_in(word)
            assert (word.method == "REQUEST") == (way_in is not None and way_in.registration in seats)
            if person.pk not in told:
                rounds = person.registrations.filter(
                    workshop=stage.workshop, status=Registration.Status.CANCELLED, holds_seat=True
                ).count()
                if not rounds:
                    # Whoever is new, to a moved workshop too, begins with the workshop's own number.
                    assert word.sequence == Workshop.objects.get(pk=stage.workshop.pk).revision
            told[person.pk].append(word)

    for what, which in history:
        workshop = Workshop.objects.get(pk=stage.workshop.pk)
        with suppress(Refusal):
            match what:
                case "come":
                    person = Participant.objects.get(pk=people[which].pk)
                    registrations.add(person, workshop_ids=[workshop.pk], needs=Needs())
                case "go":
                    mine = Registration.objects.filter(workshop=workshop, participant=people[which]).active()
                    for registration in mine:
                        registrations.cancel(registration, by=people[which])
                case "move":
                    start = STARTS_AT + which * 24 * HOUR
                    workshops.reschedule(
                        workshop, starts_at=start, ends_at=start + 2 * HOUR, by=stage.cast.sabine
                    )
                case "readdress":
                    contacts.correct_contact(
                        Participant.objects.get(pk=people[which].pk),
                        email=f"neu-{next(addresses)}@example.org",
                        phone="",
                        postal_address="",
                        contact_by=ContactBy.EMAIL,
                        by=stage.cast.sabine,
                    )
                case "deliver":
                    deliver()
                case _:
                    now += HOUR
                    clock.move_to(now, tick=False)
    if is_called_off:
        workshops.cancel(stage.workshop, reason="krank", by=stage.cast.sabine)
    deliver()
    assert not Delivery.objects.filter(status__in=("pending", "sending")).exists()
    return told


def test_by_the_workshops_revision_alone_a_strict_program_keeps_the_lost_seat() -> None:
    """The control: the same words, all under revision 0, as they were numbered before."""

    def words(*numbers: int) -> list[Word]:
        methods = ("REQUEST", "CANCEL")
        return [
            Word(method, number, NOW, STARTS_AT, b"") for method, number in zip(methods, numbers, strict=True)
        ]

    assert shown(words(0, 0)) == STARTS_AT
    assert shown(words(0, 1)) is None
