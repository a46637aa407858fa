"""Take a survey tool's export in from the command line, as the staff page does."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from workshops.errors import Refusal
from workshops.models import Survey, User, normalise_email
from workshops.operations import survey_imports


class Command(BaseCommand):
    help = "Import the answers of a survey: SurveyMonkey (CSV, XLSX) or LimeSurvey (CSV)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("process", help="the process's slug")
        parser.add_argument("file", type=Path, help="the export")
        parser.add_argument("--by", metavar="ADDRESS", help="the staff member who answers for it")
        parser.add_argument("--replace", action="store_true", help="remove the answers imported so far")
        parser.add_argument("--preview", action="store_true", help="only say what would be recognised")

    def handle(self, *args: Any, **options: Any) -> None:
        survey = Survey.objects.filter(process__slug=options["process"]).first()
        if survey is None:
            raise CommandError(f"There is no survey of a process {options['process']}.")
        by = self._staff_member(options["by"])
        try:
            with options["file"].open("rb") as file:
                if options["preview"]:
                    preview = survey_imports.inspect(survey, file)
                    meaning = survey_imports.propose(survey, preview)
                    for question in preview.layout.questions:
                        self.stdout.write(f"{meaning.of(question).role.value:10} {question.text}")
                    return
                done = survey_imports.import_answers(survey, file, by=by, replace=options["replace"])
        except OSError as error:
            raise CommandError(f"The file can't be read: {error.strerror}.") from error
        except Refusal as refusal:
            problems = refusal.details.get("problems", list)()
            raise CommandError("\n".join([refusal.sentence, *problems])) from refusal
        self.stdout.write(f"{done.answers} new answers, {done.addresses} new addresses to invite.")

    def _staff_member(self, address: str | None) -> User | None:
        if address is None:
            return None
        user = User.objects.filter(email=normalise_email(address), is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no staff member with the address {address}.")
        return user
