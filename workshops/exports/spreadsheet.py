"""Lists that staff take away into a spreadsheet program."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.models import Registration

# What makes a cell a formula in Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutralised(text: str) -> str:
    """Text that a spreadsheet program shows as it is, and never runs."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def table_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark and semicolons: German spreadsheet programs open that by a click."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def participants_csv(registrations: Iterable[Registration]) -> bytes:
    rows: list[Sequence[str]] = [
        [
            *(_("Name"), _("E-Mail-Adresse"), _("Telefon"), _("Postanschrift"), _("Organisation")),
            *(_("Art der Einrichtung"), _("Sprache"), _("Zustand")),
            *(_("Bedarf"), _("Dolmetschen in"), _("Anmerkung"), _("Angemeldet am")),
            *(_("Gekommen"), _("Minuten")),
        ]
    ]
    for registration in registrations:
        person = registration.participant
        cells: tuple[str, ...] = (
            *(person.name, person.email, person.phone, ", ".join(person.address_lines)),
            *(person.organisation, person.get_organisation_kind_display(), person.language),
            registration.get_status_display(),
            ", ".join(registration.needs_labels),
            "" if registration.needs_are_over else registration.interpretation_language,
            registration.note_on_needs,
            timezone.localtime(registration.created_at).strftime("%Y-%m-%d %H:%M"),
            # Empty: nobody knows it (yet).
            *(_attended(registration), str(registration.attended_minutes or "")),
        )
        rows.append(cells)
    return table_csv(rows)


def _attended(registration: Registration) -> str:
    if registration.has_attended:
        return _("ja")
    return _("nein") if registration.attendance_source else ""
