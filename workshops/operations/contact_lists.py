"""Taking in a list of people who agreed to be invited somewhere else: at a stand, on a club's form.

Everything is shown before anything is kept. What people said to us themselves wins over any list: who
objected stays uninvited, who had themselves erased stays away, a verified person's own name stays.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import (
    ActionField,
    ContactList,
    ContactListEntry,
    FieldInterest,
    Participant,
    ParticipationProcess,
    User,
    normalise_email,
)
from workshops.operations import erasures, typed_words
from workshops.operations.contact_list_files import Entry, Table, digest_of, read
from workshops.operations.retrying import tried_again

_BATCH = 500


@dataclass(slots=True)
class Preview(Table):
    """What taking the list in would come to. Of the entries those are left whom we may take in."""

    erased: int = 0
    objected: int = 0
    known: int = 0

    @property
    def rows(self) -> int:
        """Of which each is one of the others."""
        return len(self.entries) + len(self.bad) + len(self.repeated) + self.erased

    @property
    def new(self) -> int:
        return len(self.entries) - self.known


def inspect(process: ParticipationProcess, file: BinaryIO) -> Preview:
    """Look at a CSV or XLSX file.

    Raises `Refusal`: `broken_file`, `no_email_column`, `too_many_rows` or `nobody`.
    """
    found = read(file)
    preview = Preview(found.entries, found.bad, found.repeated)
    if not preview.entries and not preview.bad:
        raise Refusal("nobody", _("In dieser Datei steht niemand."))
    kept = []
    for batch in _batches(preview.entries):
        by_key = {normalise_email(entry.email): entry for entry in batch}
        erased = erasures.among(process, addresses=by_key)
        preview.erased += len(erased)
        kept += [entry for key, entry in by_key.items() if key not in erased]
        known = process.participants.filter(email_normalised__in=set(by_key) - erased)
        preview.known += known.count()
        preview.objected += known.filter(invitation_objected_at__isnull=False).count()
    preview.entries = kept
    return preview


@tried_again
@transaction.atomic
def take_in(
    process: ParticipationProcess,
    file: BinaryIO,
    *,
    name: str,
    consent_source: str,
    agreed_on: datetime.date,
    by: User,
    fields: Collection[ActionField] = (),
    now: datetime.datetime | None = None,
) -> ContactList:
    """Make people to invite of a file, and note who vouches for their consent (GDPR Art. 7(1)).

    `fields`: those that they said interest them. Refuses like `inspect`, and with
    `in_future`, `list_known` (this file was taken in before) or `name_taken`.
    """
    now = now or timezone.now()
    if agreed_on > now.astimezone(process.zone).date():
        raise Refusal("in_future", _("Dieser Tag liegt in der Zukunft."))
    preview = inspect(process, file)
    if not preview.entries:
        raise Refusal("nobody", _("In dieser Datei ist niemand, den wir einladen dürfen."))
    made = _noted(
        process,
        preview,
        name=name,
        consent_source=consent_source,
        agreed_on=agreed_on,
        by=by,
        digest=digest_of(file),
        now=now,
    )
    agreed_at = datetime.datetime.combine(agreed_on, datetime.time(), process.zone)
    for batch in _batches(preview.entries):
        _take(made, batch, fields=fields, agreed_at=agreed_at, now=now)
    return made


def _noted(
    process: ParticipationProcess,
    preview: Preview,
    *,
    name: str,
    consent_source: str,
    agreed_on: datetime.date,
    by: User,
    digest: str,
    now: datetime.datetime,
) -> ContactList:
    if process.contact_lists.filter(digest=digest).exists():
        raise _known()
    if process.contact_lists.filter(name=name).exists():
        raise Refusal("name_taken", _("So heißt schon eine andere Liste."))
    try:
        with transaction.atomic():
            return ContactList.objects.create(
                process=process,
                name=name,
                consent_source=consent_source,
                agreed_on=agreed_on,
                digest=digest,
                imported_at=now,
                imported_by=by,
                rows=preview.rows,
                bad_rows=len(preview.bad),
                repeated_rows=len(preview.repeated),
                erased_rows=preview.erased,
                objected_rows=preview.objected,
            )
    except IntegrityError as error:  # by a colleague, or a second click, a moment ago
        raise _known() from error


def _known() -> Refusal:
    return Refusal("list_known", _("Diese Liste ist schon übernommen."))


def _take(
    made: ContactList,
    batch: list[Entry],
    *,
    fields: Collection[ActionField],
    agreed_at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    process = made.process
    by_key = {normalise_email(entry.email): entry for entry in batch}
    here = process.participants.filter(email_normalised__in=list(by_key))
    # In this order: whoever is erased, or moves away, between the two was known, or is already remembered.
    known = set(here.values_list("email_normalised", flat=True))
    erased = erasures.among(process, addresses=by_key)
    by_key = {key: entry for key, entry in by_key.items() if key not in erased}
    # Somebody may register with such an address at this very moment: theirs stays.
    Participant.objects.bulk_create(
        (
            Participant(
                process=process,
                email=entry.email,
                email_normalised=key,
                name=entry.name,
                organisation=entry.organisation,
                language=entry.language,
                created_at=now,
                invitation_agreed_at=agreed_at,
            )
            for key, entry in by_key.items()
            if key not in known
        ),
        ignore_conflicts=True,
    )
    people = process.participants.filter(email_normalised__in=by_key)
    typed_words.note_named(
        people,
        {
            key: {"name": entry.name, "organisation": entry.organisation, "language": entry.language}
            for key, entry in by_key.items()
        },
    )
    # Whoever objected isn't asked again, whatever they signed somewhere else.
    willing = people.filter(invitation_objected_at__isnull=True)
    willing.filter(invitation_agreed_at__isnull=True).update(invitation_agreed_at=agreed_at)
    ContactListEntry.objects.bulk_create(
        (
            ContactListEntry(contact_list=made, participant_id=pk)
            for pk in people.values_list("pk", flat=True)
        ),
        ignore_conflicts=True,
    )
    FieldInterest.objects.bulk_create(
        (
            FieldInterest(
                participant_id=pk, field=chosen, agreed_at=agreed_at, source=FieldInterest.Source.LIST
            )
            for pk in willing.values_list("pk", flat=True)
            for chosen in fields
        ),
        ignore_conflicts=True,
    )


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
