"""What stands in a list of people: whose row it is under which headings, and which rows name nobody."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshops.errors import Refusal
from workshops.models import is_address, normalise_email
from workshops.operations import survey_problems
from workshops.survey_import import table
from workshops.survey_import.problems import BrokenFile

# More belongs into a survey's import, or into a talk with the data protection officer.
MOST_ROWS = 20_000
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
class Table:
    """Rows as a spreadsheet program counts them.

    `bad`: row and what stands where an address should; `repeated`: row and the row that had the address.
    """

    entries: list[Entry] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)


def read(file: BinaryIO) -> Table:
    """Of a CSV or XLSX file. Raises `Refusal`: `broken_file`, `no_email_column` or `too_many_rows`."""
    try:
        # Closed before the file is, whatever ends it: it holds on to the file.
        with closing(table.rows(file)) as rows:
            return _read_rows(rows)
    except BrokenFile as broken:
        raise survey_problems.refused(broken) from broken


def _read_rows(rows: Iterator[tuple[int, list[str]]]) -> Table:
    _number, headings = next(rows, (0, []))
    columns = _columns(headings)
    if "email" not in columns:
        raise Refusal(
            "no_email_column",
            _("In der ersten Zeile fehlt die Überschrift „E-Mail“. Bitte ergänzen und neu hochladen."),
        )
    found, first = Table(), dict[str, int]()
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Refusal("too_many_rows", _("Die Liste hat mehr als %(most)d Zeilen.") % {"most": MOST_ROWS})
        entry = _entry(number, cells, columns)
        key = normalise_email(entry.email)
        if not is_address(entry.email):
            found.bad.append((number, entry.email[:80]))
        elif key in first:
            found.repeated.append((number, first[key]))
        else:
            first[key] = number
            found.entries.append(entry)
    return found


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


def digest_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
