"""`manage.py load_sample`: the sample process, made as staff would make it. Called by `demo`."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from config import house
from config.management.commands._house import console_language
from config.sample import story
from workshops.models import User

BAR = 30  # characters


class Command(BaseCommand):
    help = "Lädt den Beispielprozess; ist er schon da, geschieht nichts."
    told = ""

    def handle(self, **options: Any) -> None:
        with translation.override(console_language()):
            done = Path(settings.DATA_DIR) / "sample-loaded"
            if done.exists():
                return
            if User.objects.exists():
                self._start_over()
            people = house.sign_ins(Path(settings.DATA_DIR))
            story.load(sign_ins=people, now=timezone.now(), tell=self._tell)
            done.touch()
            self._tell(1.0, _("Der Beispielprozess ist fertig."))
            self.stdout.write("")

    def _start_over(self) -> None:
        """An earlier load was interrupted. Only the demo's own database is ever emptied."""
        if os.environ.get("DATABASE_URL"):
            raise CommandError(_("Die Datenbank ist nicht leer; die Beispieldaten kommen nicht hinein."))
        call_command("flush", interactive=False, verbosity=0)

    def _tell(self, share: float, what: str) -> None:
        """A bar that moves on a terminal; a line for each step elsewhere."""
        filled = round(share * BAR)
        line = f"[{'█' * filled}{'░' * (BAR - filled)}] {share:4.0%}  {what}"
        if sys.stdout.isatty():
            self.stdout.write(f"\r\x1b[2K{line}", ending="")
        elif what != self.told:
            self.stdout.write(line)
        self.told = what
        self.stdout.flush()
