"""`manage.py forget_account`: whoever has left has no name and no address here any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config.management.commands._house import console_language
from workshops.errors import Refusal
from workshops.models import User, normalise_email
from workshops.operations import people


class Command(BaseCommand):
    help = "Löscht Name und Adresse eines Kontos. Was die Person geschrieben und entschieden hat, bleibt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        with translation.override(console_language()):
            user = User.objects.filter(email=normalise_email(email)).first()
            if user is None:
                raise CommandError(_("Für diese Adresse gibt es kein Konto."))
            try:
                people.forget(user, now=timezone.now())
            except Refusal as refusal:
                raise CommandError(str(refusal.sentence)) from None
            self.stdout.write(_("Name und Adresse sind gelöscht, das Konto ist geschlossen."))
