"""Take a survey tool's export in from the command line, as the staff page does."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.console import console_language
from workshops.errors import Refusal
from workshops.forms.staff_survey import LANGUAGES, ROLES, time_label
from workshops.models import Need, Survey, User, normalise_email
from workshops.operations import survey_imports, survey_mappings, survey_problems
from workshops.survey_import import mapping
from workshops.survey_import.inspection import Preview
from workshops.survey_import.layout import Form, Question
from workshops.survey_import.mapping import Mapping, Role
from workshops.survey_import.problems import column_letters


class Command(BaseCommand):
    help = "Übernimmt die Antworten einer Umfrage: SurveyMonkey (CSV, XLSX) oder LimeSurvey (CSV)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", help="the process's slug")
        parser.add_argument("file", type=Path, help="the export")
        parser.add_argument("--by", metavar="ADDRESS", help="the staff member who answers for it")
        parser.add_argument("--replace", action="store_true", help="remove the answers imported so far")
        parser.add_argument(
            "--mapping", metavar="FILE.json", type=Path, help="which question means what, instead of a guess"
        )
        parser.add_argument("--preview", action="store_true", help="only say what would be taken in")
        parser.add_argument(
            "--json", action="store_true", help="with --preview: write the mapping as a file for --mapping"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(console_language()):
            if options["json"] and not options["preview"]:
                raise CommandError(_("--json gehört zu --preview."))
            survey = Survey.objects.filter(process__slug=options["process"]).first()
            if survey is None:
                sentence = _("Einen Prozess „%(slug)s“ mit einer Umfrage gibt es nicht.")
                raise CommandError(sentence % {"slug": options["process"]})
            by = self._staff_member(options["by"])
            try:
                with options["file"].open("rb") as file:
                    self._take(survey, file, by, options)
            except FileNotFoundError as error:
                sentence = _("Die Datei „%(file)s“ gibt es nicht.")
                raise CommandError(sentence % {"file": error.filename}) from error
            except OSError as error:
                sentence = _("Die Datei „%(file)s“ lässt sich nicht lesen (%(why)s).")
                told = {"file": error.filename or options["file"], "why": error.strerror}
                raise CommandError(sentence % told) from error
            except Refusal as refusal:
                problems = refusal.details.get("problems", list)()
                raise CommandError("\n".join([refusal.sentence, *problems])) from refusal

    def _take(self, survey: Survey, file: BinaryIO, by: User | None, options: dict[str, Any]) -> None:
        preview = survey_imports.inspect(survey, file)
        meaning = _mapping(survey, preview, options["mapping"])
        if options["json"]:
            told = survey_mappings.as_file(survey, preview, meaning)
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        if options["preview"]:
            for line in _told(survey, preview, meaning):
                self.stdout.write(line)
            return
        done = survey_imports.import_answers(survey, file, by=by, meaning=meaning, replace=options["replace"])
        answers = ngettext("%(n)d neue Antwort", "%(n)d neue Antworten", done.answers)
        addresses = ngettext(
            "%(n)d neue Adresse zum Einladen", "%(n)d neue Adressen zum Einladen", done.addresses
        )
        self.stdout.write(f"{answers % {'n': done.answers}}, {addresses % {'n': done.addresses}}.")

    def _staff_member(self, address: str | None) -> User | None:
        if address is None:
            return None
        user = User.objects.filter(email=normalise_email(address), is_staff=True).first()
        if user is None:
            raise CommandError(_("%(address)s ist kein Konto der Verwaltung.") % {"address": address})
        return user


def _mapping(survey: Survey, preview: Preview, path: Path | None) -> Mapping:
    if path is None:
        return survey_imports.propose(survey, preview)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        sentence = _("Die Datei „%(file)s“ ist kein Text in UTF-8.")
        raise CommandError(sentence % {"file": path}) from None
    return survey_mappings.from_file(survey, preview, text)


def _told(survey: Survey, preview: Preview, meaning: Mapping) -> Iterator[str]:
    """What was recognised, what is dropped, and what each question would be taken for."""
    layout = preview.layout
    tool = "SurveyMonkey" if layout.tool.value == "surveymonkey" else "LimeSurvey"
    form = _("eine Spalte je Antwort") if layout.form is Form.EXPANDED else _("eine Spalte je Frage")
    yield _("Quelle: %(tool)s, %(form)s; Antworten: %(answers)d, Fragen: %(questions)d.") % {
        "tool": tool,
        "form": form,
        "answers": preview.answer_count,
        "questions": len(layout.questions),
    }
    dropped = ", ".join(head for head in layout.dropped if head)
    yield _("Diese Spalten werden nie übernommen: %(columns)s") % {"columns": dropped or "–"}
    fields = {str(field.pk): str(field.name) for field in survey.process.fields.all()}
    for question in layout.questions:
        means = meaning.of(question)
        yield ""
        yield f"{question.key} ({_columns(question)}) {question.text}"
        yield f"  {ROLES[means.role]}"
        for label in mapping.labels_to_target(preview, question, means.role):
            target = _target(means.role, means.targets.get(label), fields)
            yield f"    {label} → {target}" if label else f"    → {target}"
    lacks = mapping.check(preview, meaning)
    if lacks:
        yield ""
        yield _("Das ist noch zu klären:")
        yield from map(survey_problems.sentence, lacks)


def _columns(question: Question) -> str:
    first, last = (column_letters(question.columns[index].index) for index in (0, -1))
    return first if first == last else f"{first}–{last}"


def _target(role: Role, target: str | None, fields: dict[str, str]) -> str:
    if target is None:
        return _("unbekannt")
    match role:
        case Role.COMMENT if not target:
            return _("allgemein, zu keinem Handlungsfeld")
        case _role if not target:
            return _("auslassen")
        case Role.FIELDS | Role.WISH_FIELDS | Role.COMMENT:
            return fields.get(target, target)
        case Role.TIMES:
            return time_label(target)
        case Role.LANGUAGES:
            return str(LANGUAGES.get(target, target))
        case Role.NEEDS:
            return str(Need(target).label)
    return _("möchte eingeladen werden")
