"""What may happen to a person: verified, corrected, invited or not, erased.

Sources: GDPR Art. 7 (consent), 16 (`correct`; `operations.contacts`), 17 (`erase`), 21 (objection).
"""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from workshops import events
from workshops.models import (
    ActionField,
    ContactBy,
    FieldInterest,
    Participant,
    ParticipationProcess,
    normalise_email,
)
from workshops.models.people import WORDS
from workshops.operations import (
    barriers,
    deletions,
    documents,
    erasures,
    kept_counts,
    priority_counts,
    seats,
    typed_words,
)
from workshops.operations.retrying import tried_again
from workshops.retention import Rule

# How many mails a stranger can make us write to one address within the window.
MAILS_PER_WINDOW = 3
MAIL_WINDOW = datetime.timedelta(hours=1)
# A key that no row has.
NOBODY = 0
# How often a row may be erased between our looking for it and our taking it.
_TRIES = 3


def lock(participant: Participant) -> None:
    """Lock the row and bring the instance up to date; the first lock of any operation on a person.

    NO KEY: rows that merely point to the person (a mail to them) can still be written meanwhile.
    """
    participant.refresh_from_db(
        from_queryset=Participant.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "process"
        )
    )


def of_address(
    process: ParticipationProcess,
    *,
    email: str,
    name: str,
    organisation: str,
    organisation_kind: str,
    language: str,
    now: datetime.datetime,
) -> Participant:
    """The address's participant, locked; made, if there was none.

    What was said replaces what stands in an unverified row, which may be a stranger's, for as long as it
    waits to be confirmed (`typed_words`); whoever is known keeps what they gave us.
    """
    said = {
        "name": name,
        "organisation": organisation,
        "organisation_kind": organisation_kind,
        "language": language,
        "privacy_agreed_at": now,
        "privacy_version": process.privacy_version,
    }
    participant = _found_or_made(Participant(process=process, email=email, created_at=now, **said))
    if not participant.is_known:
        typed_words.write(participant, said)
    participant.process = process
    return participant


def _found_or_made(wanted: Participant) -> Participant:
    """The row of this address, locked. A second click must not fail as it inserts: PostgreSQL would write
    the address and the whole statement into its log."""
    wanted.email = wanted.email.strip()
    wanted.email_normalised = normalise_email(wanted.email)
    rows = Participant.objects.select_for_update(no_key=True).filter(
        process=wanted.process, email_normalised=wanted.email_normalised
    )
    for _try in range(_TRIES):
        if found := rows.first():
            return found
        # Somebody else's, made a moment ago, stays; it may be erased again before we have it.
        Participant.objects.bulk_create([wanted], ignore_conflicts=True)
    return rows.get()


def count_mail(participant: Participant, *, now: datetime.datetime) -> bool:
    """Whether one more mail may be written to this (locked) person's address at a stranger's wish."""
    since = participant.mail_window_since
    if since is None or now - since >= MAIL_WINDOW:
        participant.mail_window_since, participant.mails_in_window = now, 0
    if participant.mails_in_window >= MAILS_PER_WINDOW:
        return False
    participant.mails_in_window += 1
    # No `save`: `request_link` counts for nobody, too.
    _write_if_still_there(participant, "mail_window_since", "mails_in_window")
    return True


def verify(participant: Participant, *, now: datetime.datetime) -> None:
    """They used a link that only their mailbox has; what they agreed to counts from now on."""
    version = participant.process.privacy_version
    changed = []
    if participant.verified_at is None:
        participant.verified_at, participant.typed_over = now, None
        changed += ["verified_at", "typed_over"]
    if participant.address_told_at is not None:
        participant.address_told_at = None
        changed.append("address_told_at")
    if participant.privacy_version != version:
        participant.privacy_agreed_at, participant.privacy_version = now, version
        changed += ["privacy_agreed_at", "privacy_version"]
    if changed:
        participant.save(update_fields=changed)


@transaction.atomic
def own_up(participant: Participant, *, now: datetime.datetime | None = None) -> None:
    """Through a link that only their mailbox has, they say that what one of us wrote down is theirs."""
    lock(participant)
    if not participant.is_known:
        # No page has shown them what a stranger may have typed.
        typed_words.put_back(participant)
    if not participant.has_proven_address:
        participant.verified_at = participant.verified_at or now or timezone.now()
        participant.address_told_at = None
        participant.save(update_fields=["verified_at", "address_told_at"])
    reached(participant)


def reached(participant: Participant) -> None:
    """They answered a mail to their (locked) address: whatever came back from it before, it works."""
    if participant.unreachable_since is not None:
        participant.unreachable_since, participant.unreachable_reason = None, ""
        participant.save(update_fields=["unreachable_since", "unreachable_reason"])


def mark_unreachable(participant: Participant, *, reason: str, now: datetime.datetime) -> bool:
    """Mail to the address came back for good; `reason` is RFC 3463's status. Whether that is news."""
    # One statement under its own condition: whoever was erased meanwhile is not missed.
    news = Participant.objects.filter(pk=participant.pk, unreachable_since__isnull=True)
    return bool(news.update(unreachable_since=now, unreachable_reason=reason[:20]))


@transaction.atomic
def correct(
    participant: Participant, *, name: str, organisation: str, organisation_kind: str, language: str
) -> None:
    lock(participant)
    participant.name, participant.language = name, language
    participant.organisation, participant.organisation_kind = organisation, organisation_kind
    participant.typed_over = None
    participant.save(update_fields=[*WORDS, "typed_over"])


def agree_to_invitations(participant: Participant, *, now: datetime.datetime | None = None) -> None:
    participant.invitation_agreed_at = now or timezone.now()
    participant.invitation_objected_at = None
    _write_if_still_there(participant, "invitation_agreed_at", "invitation_objected_at")


@transaction.atomic
def choose_interests(
    participant: Participant, fields: Collection[ActionField], *, now: datetime.datetime | None = None
) -> None:
    """To which action fields they wish to be invited first: exactly these from now on.

    It narrows nothing that they agreed to; it is theirs to say and to take back, and never guessed.
    """
    lock(participant)
    participant.interests.exclude(field__in=fields).delete()
    FieldInterest.objects.bulk_create(
        (
            FieldInterest(
                participant=participant,
                field=field,
                agreed_at=now or timezone.now(),
                source=FieldInterest.Source.PERSON,
            )
            for field in fields
        ),
        ignore_conflicts=True,
    )


def object_to_invitations(participant: Participant, *, now: datetime.datetime | None = None) -> None:
    """No invitation from now on, whatever was agreed before. Mails about registrations still come."""
    participant.invitation_objected_at = now or timezone.now()
    _write_if_still_there(participant, "invitation_objected_at")


def _write_if_still_there(participant: Participant, *names: str) -> None:
    """Whoever was erased meanwhile gets no invitation anyway: no row to write is no error."""
    values = {name: getattr(participant, name) for name in names}
    Participant.objects.filter(pk=participant.pk).update(**values)


@transaction.atomic
def request_link(process: ParticipationProcess, *, email: str, now: datetime.datetime | None = None) -> None:
    """Mail the personal link to the address, if it is known. The caller can't tell whether it was: for nobody
    the same is written, and undone.
    """
    events.personal_link_sought.send(sender=Participant)
    found = (
        Participant.objects.select_for_update(no_key=True)
        .filter(process=process, email_normalised=normalise_email(email))
        .first()
    )
    participant = found or Participant(pk=NOBODY, email=email)
    participant.process = process
    with transaction.atomic():
        if count_mail(participant, now=now or timezone.now()):
            events.personal_link_requested.send(sender=Participant, participant=participant)
        if found is None:
            transaction.set_rollback(True)


@tried_again
@transaction.atomic
def erase(participant: Participant, *, now: datetime.datetime | None = None) -> None:
    """Delete the person and every row that points to them. Their seats go to those who wait longest.

    What remains is a keyed hash of the address: no import may bring them back. Twice is once.
    """
    now = now or timezone.now()
    try:
        lock(participant)
    except Participant.DoesNotExist:
        return
    process = participant.process
    delete(participant, is_remembered=True, now=now)
    deletions.record(process, Rule.REQUEST, 1, now=now)
    events.person_erased.send(sender=Participant, process=process)


def delete(participant: Participant, *, is_remembered: bool, now: datetime.datetime) -> None:
    """The locked person, with all that points to them. `is_remembered`: no import may bring them back."""
    held = set(participant.registrations.active().values_list("workshop_id", flat=True))
    all_seats = seats.lock(held, now=now)
    _leave_counts(participant, now=now)
    # Only an address could come back with a survey's export.
    if is_remembered and participant.has_address:
        erasures.remember(participant.process, address=participant.email, now=now)
    barriers.forget_of(participant)
    # Not through the instance: that would lose its key, and what is tried again would find no one.
    Participant.objects.filter(pk=participant.pk).delete()
    for each in all_seats:
        seats.promote_waiting(each.workshop, now=now)


def keep_for_invitations(participant: Participant, *, now: datetime.datetime) -> None:
    """Of the locked person, whose workshops are all over, everything goes that an invitation doesn't need."""
    _leave_counts(participant, now=now)
    participant.registrations.all().delete()
    # What their mailbox answered tells in which workshops they were, too.
    participant.inbound_messages.filter(workshop__isnull=False).delete()
    participant.organisation = participant.organisation_kind = ""
    participant.typed_over = None
    if participant.contact_by != ContactBy.PHONE:
        participant.phone = ""
    if participant.contact_by != ContactBy.LETTER:
        participant.postal_address = ""
    participant.save(
        update_fields=[
            *("organisation", "organisation_kind", "typed_over"),
            *("phone", "phone_normalised", "postal_address"),
        ]
    )


def _leave_counts(participant: Participant, *, now: datetime.datetime) -> None:
    """Before their registrations go. No sum that somebody may have seen tells, by changing, whose part of it
    this person was; no file names them any more."""
    priority_counts.keep_before_erasing(participant, now=now)
    kept_counts.keep(participant.registrations.all(), now=now)
    named = participant.registrations.filter(named_in_minutes_at__isnull=False)
    documents.forget_minutes(list(named.values_list("workshop_id", flat=True)))
