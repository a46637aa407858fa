"""Taking in a list of people who agreed to be invited somewhere else: at a stand, on a club's form.

Everything is shown before anything is kept. What people said to us themselves wins over any list: who
objected stays uninvited, who had themselves erased stays away, a verified person's own name stays.
"""

import datetime
import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from django.conf import settings
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
    is_address,
    normalise_email,
)
from workshops.operations import erasures, survey_problems, typed_words
from workshops.operations.retrying import tried_again
from workshops.survey_import import table
from workshops.survey_import.problems import BrokenFile

# More belongs into a survey's import, or into a talk with the data protection officer.
MOST_ROWS = 20_000
_BATCH = 500
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069<>\[\]{}\\]")

_HEADINGS = {
    "email": {"email", "emailadresse", "mail", "mailadresse", "emailaddress"},
    "name": {"name", "vorundnachname", "vornamenachname", "fullname"},
    "first_name": {"vorname", "firstname"},
    "last_name": {"nachname", "familienname", "lastname", "surname"},
    "organisation": {"organisation", "organization", "verein", "einrichtung", "firma"},
    "language": {"sprache", "language"},
}
# Beside "E-Mail" it is where somebody lives; alone it is taken for the e-mail address.
_PERHAPS_EMAIL = "adresse"
_LANGUAGES = {
    "de": {"de", "deutsch", "german"},
    "en": {"en", "englisch", "english"},
    "ar": {"ar", "arabisch", "arabic", "العربية"},
    "de-simple": {"de-simple", "leichte sprache", "easy german"},
    "fr": {"fr", "französisch", "french", "français"},
    "ro": {"ro", "rumänisch", "romanian", "română"},
    "ru": {"ru", "russisch", "russian", "русский"},
    "tr": {"tr", "türkisch", "turkish", "türkçe"},
    "uk": {"uk", "ukrainisch", "ukrainian", "українська"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    row: int
    email: str
    name: str
    organisation: str
    language: str


@dataclass(slots=True)
class Preview:
    """What taking the list in would come to; rows as a spreadsheet program counts them.

    `bad`: row and what stands where an address should; `repeated`: row and the row that had the address.
    """

    entries: list[Entry] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)
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
    try:
        preview = _read(file)
    except BrokenFile as broken:
        raise survey_problems.refused(broken) from broken
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
        digest=_digest(file),
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


def _read(file: BinaryIO) -> Preview:
    # Closed before the file is, whatever ends it: it holds on to the file.
    with closing(table.rows(file)) as rows:
        return _read_rows(rows)


def _read_rows(rows: Iterator[tuple[int, list[str]]]) -> Preview:
    _number, headings = next(rows, (0, []))
    columns = _columns(headings)
    if "email" not in columns:
        raise Refusal(
            "no_email_column",
            _("In der ersten Zeile fehlt die Überschrift „E-Mail“. Bitte ergänzen und neu hochladen."),
        )
    preview, first = Preview(), dict[str, int]()
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Refusal("too_many_rows", _("Die Liste hat mehr als %(most)d Zeilen.") % {"most": MOST_ROWS})
        entry = _entry(number, cells, columns)
        key = normalise_email(entry.email)
        if not is_address(entry.email):
            preview.bad.append((number, entry.email[:80]))
        elif key in first:
            preview.repeated.append((number, first[key]))
        else:
            first[key] = number
            preview.entries.append(entry)
    return preview


def _columns(headings: list[str]) -> dict[str, int]:
    """What stands where; the first column of a kind counts."""
    found: dict[str, int] = {}
    plain = [re.sub(r"[\W_]", "", heading.casefold()) for heading in headings]
    for index, heading in enumerate(plain):
        for kind, words in _HEADINGS.items():
            if heading in words:
                found.setdefault(kind, index)
    if "email" not in found and _PERHAPS_EMAIL in plain:
        found["email"] = plain.index(_PERHAPS_EMAIL)
    return found


def _entry(number: int, cells: list[str], columns: dict[str, int]) -> Entry:
    def cell(kind: str) -> str:
        index = columns.get(kind)
        raw = cells[index] if index is not None and index < len(cells) else ""
        return " ".join(_UNSEEN.sub(" ", raw).split())

    name = cell("name") or f"{cell('first_name')} {cell('last_name')}".strip()
    said = cell("language").casefold()
    language = next((code for code, words in _LANGUAGES.items() if said in words), settings.LANGUAGE_CODE)
    email = cell("email").removeprefix("mailto:")
    return Entry(number, email, name[:150], cell("organisation")[:150], language)


def _batches(entries: list[Entry]) -> Iterator[list[Entry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
