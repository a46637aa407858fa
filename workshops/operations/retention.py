"""What nobody needs any more is deleted, by the process's periods (`workshops.retention`).

Every tick asks the database what is due, so one that is lost, late or comes twice changes nothing. Periods
are counted in days of the town's calendar: what falls due does so at midnight. Each person is a transaction
of their own that locks them first and then looks again: who registers at this very moment stays.
"""

import datetime
from collections import Counter
from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Prefetch, Q

from workshops.models import Participant, ParticipationProcess, PhoneGuest, Registration
from workshops.operations import (
    barriers,
    contacts,
    deadlines,
    deletions,
    participants,
    periods,
    raw_material,
)
from workshops.operations.deadlines import Facts, What
from workshops.operations.retrying import tried_again
from workshops.retention import Rule, begin_of_next_day

BATCH = 200


def _never() -> bool:
    return False


def run(*, now: datetime.datetime, is_stopping: Callable[[], bool] = _never) -> Counter[Rule]:
    """One sweep over all processes; how many rows were deleted or emptied, by rule. May run twice at once."""
    done: Counter[Rule] = Counter()
    for process in ParticipationProcess.objects.order_by("pk"):
        done[Rule.NEEDS] += _forget_needs(process, now=now, is_stopping=is_stopping)
        done[Rule.CALLERS] += _forget_callers(process, now=now)
        facts = deadlines.facts_of(process)
        done += _forget_people(process, facts, now=now, is_stopping=is_stopping)
        done[Rule.SURVEY] += raw_material.forget_survey(process, facts, now=now)
        done += raw_material.forget_recordings(process, facts, now=now, is_stopping=is_stopping)
    barriers.forget(now=now)
    contacts.forget_addresses(now=now)
    # Of those who signed in and left.
    Session.objects.filter(expire_date__lt=now).delete()
    empty_the_log()
    return +done


def empty_the_log() -> None:
    """SQLite's write-ahead log keeps what stood in the pages before, erasures of the day among them.

    (PostgreSQL reuses its own by itself, and recycles its log: docs/operating.md.)
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        patience = int(cursor.fetchone()[0])
        # Somebody reads, or writes: the next sweep does it. Until then nobody is to wait for us.
        cursor.execute("PRAGMA busy_timeout = 500")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _forget_needs(
    process: ParticipationProcess, *, now: datetime.datetime, is_stopping: Callable[[], bool]
) -> int:
    """On the day after the workshop. Once it, or the registration, is cancelled, they arrange nothing."""
    midnight = begin_of_next_day(now - datetime.timedelta(days=1), process.zone)
    over = (
        Q(workshop__ends_at__lt=midnight) | Q(workshop__cancelled_at__lt=midnight) | Q(ended_at__lt=midnight)
    )
    due = (
        Registration.objects.filter(over, workshop__series__field__process=process)
        .exclude(needs=[], interpretation_language="", needs_note="")
        .order_by("pk")
    )
    count = 0
    while not is_stopping():
        with transaction.atomic():
            rows = list(due.select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH])
            if not rows:
                break
            Registration.objects.filter(pk__in=rows).update(
                needs=[], interpretation_language="", needs_note=""
            )
            deletions.record(process, Rule.NEEDS, len(rows), now=now)
        count += len(rows)
    return count


@transaction.atomic
def _forget_callers(process: ParticipationProcess, *, now: datetime.datetime) -> int:
    """A moderator's note on a caller is kept while the evening is written up; that somebody called stays."""
    days = periods.of(process)[Rule.CALLERS]
    notes = PhoneGuest.objects.filter(
        workshop__series__field__process=process, workshop__ends_at__lte=now - datetime.timedelta(days=days)
    ).exclude(label="")
    count = notes.update(label="")
    deletions.record(process, Rule.CALLERS, count, now=now, days=days)
    return count


# --- people ---------------------------------------------------------------------------------------


def _forget_people(
    process: ParticipationProcess, facts: Facts, *, now: datetime.datetime, is_stopping: Callable[[], bool]
) -> Counter[Rule]:
    done, last = Counter[Rule](), 0
    while not is_stopping():
        batch = list(
            process.participants.filter(pk__gt=last)
            .prefetch_related(Prefetch("registrations", deadlines.with_workshops()))
            .order_by("pk")[:BATCH]
        )
        if not batch:
            break
        last = batch[-1].pk
        for person in batch:
            if is_stopping():
                break
            if deadlines.verdict_on(person, list(person.registrations.all()), facts, now=now):
                done.update(forget(person.pk, facts, now=now))
    return done


@tried_again
@transaction.atomic
def forget(pk: int, facts: Facts, *, now: datetime.datetime) -> list[Rule]:
    """Lock, look again, then delete: they may have registered, or agreed to something, a moment ago."""
    person = Participant(pk=pk)
    try:
        participants.lock(person)
    except Participant.DoesNotExist:
        return []
    registrations = list(deadlines.with_workshops().filter(participant=person))
    verdict = deadlines.verdict_on(person, registrations, facts, now=now)
    if verdict is None:
        return []
    if verdict.what == What.PERSON:
        participants.delete(person, is_remembered=person.invitation_objected_at is not None, now=now)
    elif verdict.what == What.REGISTRATIONS:
        participants.keep_for_invitations(person, now=now)
    else:
        lapsed = [each.pk for each in registrations if deadlines.lapsed_long_ago(each, facts, now=now)]
        person.registrations.filter(pk__in=lapsed).delete()
    deletions.record(person.process, verdict.rule, 1, now=now, days=facts.days[verdict.rule])
    return [verdict.rule]
