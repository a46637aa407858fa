"""Write down which mail is owed, in the caller's transaction. Twice is once: the key is unique.

A key says what the mail is about and whom it is for, so it never stands for two people. A registration is one
person's in one workshop; the database gives no number twice (but for those that a restored backup forgot).

| mail | its key, after its name | so it goes once for each |
|---|---|---|
| confirm_address, address_moved | participant, link | address typed, or left |
| please_confirm, personal_link | participant, window of requests, number in it | mail asked for |
| confirmed, waiting, promoted, registration_cancelled | registration | registration |
| registration_lapsed | participant, day | day on which holds of one person lapsed |
| confirmed, waiting, please_confirm again | registration or person, moment | address whose links ended |
| rescheduled, workshop_cancelled | revision, registration | registration and revision |
| reminder | rule, registration, start | registration, rule and start |
| moderator_reminder (`reminder:…:moderator:…`) | rule, workshop, account, start | moderator, rule and start |
| minutes_published | minutes, registration | registration, however often they are published |
| minutes_in_review | minutes, submission, registration | registration and submission |
| minutes_commented | day, workshop, account | workshop, day and person who leads it |
| comment_answered | registration, ten minutes | ten minutes in which comments of one person were answered |
| minutes_overdue | moderators or staff, workshop, reopening or review, account | person, stage and draft |
| proposals_decided | day, participant | person and day |
| priorities_open | prioritisation, registration | registration, however often it is opened |
| invitation | campaign, participant | person and campaign |
| invitation_test | campaign, account, language, moment | test mail |
| survey_closed | survey, its end, account | end of a survey |
| moderator_invited, colleague_invited | profile or account, moment | invitation |
| barrier_reported | process, ten minutes | ten minutes in which barriers were reported |
| password_reset | account, five minutes | five minutes in which it was asked for |
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, router, transaction
from django.db.models import F, Value
from django.dispatch import Signal
from django.utils import timezone

from notifications.models import BULK, NORMAL, TO_ANOTHER_ADDRESS, URGENT, Delivery, Kind
from workshops.models import Participant, ParticipationProcess

# Told after the commit that made mail due. `apps.py` connects the nudge: nothing here knows Celery.
mail_enqueued = Signal()

PRIORITIES: Mapping[Kind, int] = {
    Kind.PLEASE_CONFIRM: URGENT,
    Kind.PERSONAL_LINK: URGENT,
    Kind.CONFIRM_ADDRESS: URGENT,
    Kind.PASSWORD_RESET: URGENT,
    Kind.CONFIRMED: URGENT,
    Kind.WAITING: URGENT,
    Kind.PROMOTED: URGENT,
    Kind.REGISTRATION_CANCELLED: URGENT,
    Kind.INVITATION: BULK,
}

# Asked for by typing the address a moment ago: whoever did reads mail there, whatever they wished before.
# So it is with mail about an address, to that address.
ALWAYS_MAILED = frozenset((Kind.PLEASE_CONFIRM, Kind.PERSONAL_LINK, *TO_ANOTHER_ADDRESS))


def enqueue(
    kind: Kind,
    *,
    key: str,
    process: ParticipationProcess,
    due_at: datetime.datetime | None = None,
    **about: Any,
) -> None:
    """One mail to one person. `about` names the row's other columns: participant or user, registration …"""
    now = timezone.now()
    person = about.get("participant")
    if person is not None and kind not in ALWAYS_MAILED:
        about.setdefault("channel", channel_of(person))
    delivery = Delivery(
        kind=kind,
        key=key,
        process=process,
        priority=PRIORITIES.get(kind, NORMAL),
        created_at=now,
        next_attempt_at=due_at or now,
        **about,
    )
    # A second row with this key is left out without an error that would spoil the caller's transaction.
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    ring()


def enqueue_each(
    rows: models.QuerySet[Any],
    kind: Kind,
    *,
    key: models.expressions.Combinable,
    process: ParticipationProcess,
    **about: Any,
) -> int:
    """One mail for each of `rows`, by a single INSERT … SELECT; how many were new.

    `key` is an expression over a row; `about` gives the other columns as expressions over a row or as
    values. Ten thousand people take a fraction of a second: nothing travels through this process.
    """
    now = timezone.now()
    if "participant" in about and kind not in ALWAYS_MAILED:
        about.setdefault("channel", _channel_of_row(rows.model))
    given: dict[str, Any] = {
        "kind": kind.value,
        "process": process.pk,
        "priority": PRIORITIES.get(kind, NORMAL),
        "created_at": now,
        "next_attempt_at": now,
        **about,
        "key": key,
    }
    columns: list[str] = []
    selected: dict[str, Any] = {}
    for field in Delivery._meta.concrete_fields:
        if field.primary_key:
            continue
        value = given.pop(field.name) if field.name in given else field.get_default()
        if isinstance(value, models.Model):
            value = value.pk
        if not isinstance(value, models.expressions.Combinable):
            is_key = isinstance(field, models.ForeignKey)
            value = Value(value, output_field=models.BigIntegerField() if is_key else field)
        columns.append(field.attname)
        selected[f"value_{field.attname}"] = value
    if given:
        raise TypeError(f"a delivery has no {', '.join(given)}")
    select = rows.order_by().annotate(**selected).values_list(*selected)
    try:
        sql, params = select.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # no rows, known without asking the database
        return 0
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    # Names come from the model and values are parameters.
    insert = f"INSERT INTO {quote(Delivery._meta.db_table)} ({names}) {sql} ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(insert, params)
        count = int(cursor.rowcount)
    if count:
        ring()
    return count


def channel_of(person: Participant) -> str:
    """How this person is told: as they wish. A row on another channel than mail waits for staff."""
    return person.contact_by


def _channel_of_row(model: type[models.Model]) -> models.expressions.Combinable:
    """The same, of a row of participants or of a model that points to one."""
    return F("contact_by") if model is Participant else F("participant__contact_by")


def reroute(person: Participant) -> None:
    """What still waits for them takes the way on which they are reached now."""
    waiting = Delivery.objects.filter(participant=person, status=Delivery.Status.PENDING).exclude(
        kind__in=ALWAYS_MAILED
    )
    waiting.update(channel=channel_of(person))
    ring()


def owe_again(deliveries: models.QuerySet[Delivery]) -> int:
    """Mails that were skipped and are wanted again after all: due now, under their own keys; how many."""
    count = deliveries.filter(status=Delivery.Status.SKIPPED).update(
        status=Delivery.Status.PENDING,
        next_attempt_at=timezone.now(),
        ended_at=None,
        outcome_code="",
        outcome_text="",
    )
    if count:
        ring()
    return count


def try_again(deliveries: models.QuerySet[Delivery]) -> int:
    """Mails that failed, once more from the beginning; how many.

    The rows stay what they are: their keys, their Message-IDs (a mailbox that has got one after all knows the
    second for the same mail), and that a copy perhaps arrived.
    """
    failed = deliveries.filter(status=Delivery.Status.FAILED, settled_at__isnull=True)
    count = failed.update(
        status=Delivery.Status.PENDING,
        next_attempt_at=timezone.now(),
        attempts=0,
        ended_at=None,
        outcome_code="",
        outcome_text="",
    )
    if count:
        ring()
    return count


def ring() -> None:
    """Tell the workers after this transaction; once, however many mails it enqueued.

    A broker that is down must not spoil a page (`robust`): the sweep finds the mail all the same.
    """
    database = transaction.get_connection(router.db_for_write(Delivery))
    if not any(function is _tell for _, function, *_ in database.run_on_commit):
        transaction.on_commit(_tell, robust=True)


def _tell() -> None:
    mail_enqueued.send(sender=Delivery)
