"""`manage.py create_staff`: an account for the administration, with a password shown once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from config.management.commands._house import console_language
from workshops.models import User, normalise_email


class Command(BaseCommand):
    help = "Legt ein Konto der Verwaltung an und zeigt sein Passwort einmal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", default="verwaltung@localhost")
        parser.add_argument("--name", default="Verwaltung")
        parser.add_argument("--if-none", action="store_true", help="only when there is no staff yet")

    def handle(self, *, email: str, name: str, if_none: bool, **options: Any) -> None:
        with translation.override(console_language()):
            if if_none and User.objects.filter(is_staff=True).exists():
                return
            password = secrets.token_urlsafe(12)
            # To be refused by the database would write the statement, with the password's hash, into its log.
            if User.objects.filter(email=normalise_email(email)).exists():
                raise CommandError(_("Für diese Adresse gibt es schon ein Konto."))
            User.objects.create_superuser(email, password, name=name)
            self.stdout.write(
                _("Konto der Verwaltung: %(email)s  Passwort (wird nur jetzt gezeigt): %(password)s")
                % {"email": email, "password": password}
            )
