"""The survey import's problems as sentences that staff can act on."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from workshops import lists
from workshops.errors import Refusal
from workshops.survey_import.problems import BrokenFile, Problem

_SENTENCES = {
    "address_without_wish": _(
        "Eine Adresse allein ist keine Einwilligung. Bitte auch die Frage angeben, "
        "mit der jemand eine Einladung wünscht."
    ),
    "broken_csv": _("Die Anführungszeichen oder Zeilen sind beschädigt. Bitte die Datei neu herunterladen."),
    "broken_xlsx": _("Die Excel-Datei ist beschädigt. Bitte neu herunterladen oder als CSV ausgeben."),
    "cell_too_long": _("Eine Zelle ist länger, als eine Tabelle erlaubt."),
    "cut_off": ngettext_lazy(
        "Die Datei bricht hier ab: %(found)s statt %(expected)s Zelle. Bitte die Datei neu herunterladen.",
        "Die Datei bricht hier ab: %(found)s statt %(expected)s Zellen. Bitte die Datei neu herunterladen.",
        "expected",
    ),
    "empty_file": _("Die Datei ist leer."),
    "encrypted": _("Die Datei ist mit einem Passwort geschützt. Bitte ohne Passwort speichern."),
    "missing_id": _("Hier fehlt die Nummer der Antwort."),
    "no_answers": _("Die Datei enthält keine Antworten."),
    "no_fields_question": _("Bitte angeben, welche Frage die Handlungsfelder nennt."),
    "no_sheet": _("Die Excel-Datei enthält kein Tabellenblatt."),
    "no_yes": _("Bitte angeben, welche Antwort bedeutet, dass jemand eingeladen werden möchte."),
    "not_a_table": _("Das ist keine Tabelle. Erwartet wird eine CSV- oder Excel-Datei."),
    "old_excel": _(
        "Das ist eine alte oder geschützte Excel-Datei. Bitte ohne Passwort als XLSX oder CSV speichern."
    ),
    "only_numbers": _(
        "Die Antworten sind nur Nummern. Bitte die Bedeutung jeder Nummer angeben "
        "oder die Datei mit den Antworttexten ausgeben."
    ),
    "too_large": _("Die Datei ist größer als %(megabytes)s MB."),
    "too_large_unpacked": _("Die Datei wird beim Entpacken zu groß."),
    "too_many_cells": _("Hier steht eine Zelle zu viel: %(found)s statt %(expected)s."),
    "too_many_columns": _("Die Datei hat mehr als %(limit)s Spalten."),
    "too_many_rows": _("Die Datei hat mehr als %(limit)s Zeilen."),
    "unknown_encoding": _("Die Zeichen der Datei lassen sich nicht lesen. Bitte als UTF-8 speichern."),
    "unknown_field": _("„%(label)s“ ist keinem Handlungsfeld zugeordnet."),
    "unknown_format": _(
        "Das ist keine Ausgabe von SurveyMonkey oder LimeSurvey: In der ersten Zeile fehlen deren Spalten."
    ),
    "unpack_first": _("Das ist ein gepackter Ordner. Bitte entpacken und die Datei darin wählen."),
}
CODES = frozenset(_SENTENCES)


def sentence(problem: Problem) -> str:
    """ "Zeile 14, Spalte F („Welche Felder?“): …" in the active language."""
    # Not by way of `str`: only with its details does a sentence know its number.
    told = _SENTENCES[problem.code] % problem.details
    place = _place(problem)
    return f"{place}: {told}" if place else told


def refused(broken: BrokenFile) -> Refusal:
    """The refusal of a whole file; `details["problems"]` gives a sentence for each problem when called."""
    sentences: Callable[[], list[str]] = _later(broken.problems)
    return Refusal("broken_file", _("Aus dieser Datei wurde nichts übernommen."), problems=sentences)


def _later(problems: Iterable[Problem]) -> Callable[[], list[str]]:
    # Put into words in the reader's language when the page is made, as `Refusal.sentence` is.
    return lambda: [sentence(problem) for problem in problems]


def _place(problem: Problem) -> str:
    parts = []
    if problem.row is not None:
        parts.append(gettext("Zeile %(row)s") % {"row": problem.row})
    if problem.column:
        column = gettext("Spalte %(column)s") % {"column": problem.column}
        parts.append(f"{column} („{problem.heading[:80]}“)" if problem.heading else column)
    return lists.listed(parts)
