"""What is kept of a person, in words: the rows of `own_data`, each fact with a name (Art. 12(1) GDPR).

What has no name for people (numbers of rows, codes) stands apart, so that nothing is left out.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshops import lists
from workshops.models import (
    FieldInterest,
    LocalisedText,
    Need,
    Participant,
    PersonalLink,
    PointsGiven,
    Registration,
    Workshop,
)
from workshops.operations import own_data

_NEEDS = dict(Need.choices)
_TITLES = {
    "workshops.Participant": _("Zu Ihrer Person"),
    "workshops.Registration": _("Anmeldungen"),
    "workshops.MinutesComment": _("Rückmeldungen zum Protokoll"),
    "workshops.FieldInterest": _("Themen"),
    "workshops.ContactListEntry": _("Adresslisten"),
    "workshops.PointsGiven": _("Punkte"),
    "notifications.Delivery": _("Unsere Nachrichten an Sie"),
    "notifications.InboundMessage": _("Rückmeldungen von Ihrem Postfach"),
    "workshops.PersonalLink": _("Ihre Links"),
    "workshops.Presence": _("Im Videoraum"),
    "workshops.BarrierReport": _("Ihre Meldung zu einer Barriere, und die Adresse für unsere Antwort"),
}
# Of columns that the models name in English only.
_NAMES = {
    "status": _("Zustand"),
    "kind": _("Art"),
    "scope": _("Art"),
    "channel": _("Weg"),
    "created_at": _("Gespeichert am"),
    "verified_at": _("Adresse bestätigt am"),
    "address_told_at": _("Neue Adresse eingetragen am"),
    "confirmed_at": _("Bestätigt am"),
    "ended_at": _("Beendet am"),
    "sent_at": _("Verschickt am"),
    "received_at": _("Eingegangen am"),
    "privacy_agreed_at": _("Einverstanden mit den Datenschutzhinweisen am"),
    "privacy_version": _("Fassung der Datenschutzhinweise"),
    "invitation_agreed_at": _("Einladungen zugestimmt am"),
    "invitation_objected_at": _("Einladungen widersprochen am"),
    "agreed_at": _("Zugestimmt am"),
    "named_in_minutes_at": _("Namensnennung zugestimmt am"),
    "wants_outcome_at": _("Möchte Ergebnisse erfahren seit"),
    "workshop_name": _("Workshop"),
    "workshop_starts_at": _("Beginn"),
    "has_attended": _("Gekommen"),
    "attended_minutes": _("Minuten"),
    "field_name": _("Handlungsfeld"),
    "proposal_title": _("Vorschlag"),
    "list_name": _("Name der Liste"),
    "consent_source": _("Woher stammt die Einwilligung?"),
    "expires_at": _("Gültig bis"),
    "outcome": _("Ergebnis"),
    "words": _("Text"),
    "message": _("Text"),
    "reply_to": _("Wohin sollen wir antworten?"),
    "answered_at": _("beantwortet"),
    "source": _("Woher wir es wissen"),
}

# What each link opens.
_SCOPES = {
    PersonalLink.Scope.MANAGE: _("Meine Anmeldungen"),
    PersonalLink.Scope.CONFIRM: _("Anmeldung bestätigen"),
    PersonalLink.Scope.JOIN: _("Zur Videokonferenz"),
    PersonalLink.Scope.FEED: _("Kalender"),
    PersonalLink.Scope.UNSUBSCRIBE: _("Keine Einladungen mehr"),
    PersonalLink.Scope.CONTRIBUTE: _("Mitwirken"),
    PersonalLink.Scope.ADDRESS: _("E-Mail-Adresse ändern"),
}

_FIRST = ("workshop_name", "workshop_starts_at", "field_name", "list_name", "proposal_title")

# What the page says by more than its words: a moment by the reader's clock too, a name with its language.
Told = str | datetime.datetime | LocalisedText | Workshop
Fact = tuple[str, Told]


@dataclass(slots=True)
class Entry:
    facts: list[Fact] = field(default_factory=list)
    # By the columns' own names.
    further: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    title: str
    entries: list[Entry] = field(default_factory=list)


def readable(participant: Participant, *, without: own_data.Tables = frozenset()) -> list[Section]:
    """By kind of row, the person first; empty facts are left out."""
    sections: dict[str, Section] = {}
    for row in own_data.rows_about(participant, without=without):
        label = row._meta.label
        title = str(_TITLES.get(label, row._meta.verbose_name_plural))
        section = sections.setdefault(label, Section(title))
        section.entries.append(_entry(row))
    return list(sections.values())


def _entry(row: models.Model) -> Entry:
    entry = Entry()
    columns = own_data.columns(row)
    # What it is about comes first.
    for name, value in sorted(columns.items(), key=lambda column: column[0] not in _FIRST):
        if value in (None, "", [], {}):
            continue
        told = _told(row, name, value)
        label = _label(row, name)
        if label is None:
            entry.further.append((name, told))
        else:
            entry.facts.append((label, told))
    return entry


def _label(row: models.Model, name: str) -> str | None:
    if name in _NAMES:
        return str(_NAMES[name])
    given = next((each.verbose_name for each in row._meta.concrete_fields if each.name == name), None)
    return str(given) if isinstance(given, Promise) else None


def _told(row: models.Model, name: str, value: Any) -> Told:
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(row, Registration) and name == "workshop_name":
        return row.workshop
    if isinstance(row, FieldInterest) and name == "field_name":
        name_of_field: LocalisedText = row.field.name
        return name_of_field
    if isinstance(row, PointsGiven) and name == "proposal_title":
        proposal = row.option.proposal
        return LocalisedText({proposal.language: proposal.title}) if proposal.language else proposal.title
    return _words(row, name, value)


def _words(row: models.Model, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nein")
    if name == "needs":
        # Theirs to read for as long as they are kept, also when nobody else is shown them any more.
        return lists.listed(_NEEDS.get(code, code) for code in value)
    if name == "scope":
        return str(_SCOPES[PersonalLink.Scope(value)])
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    if name == "typed_over" and isinstance(value, dict):
        return lists.listed(each for each in value.values() if each)
    if isinstance(value, list):
        return lists.listed(value)
    display = getattr(row, f"get_{name}_display", None)
    return str(display()) if display else str(value)
