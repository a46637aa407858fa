"""`manage.py hold_mail`: nothing goes out until `manage.py release_mail`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.management.commands._house import console_language
from notifications import ledger
from notifications.models import Delivery


class Command(BaseCommand):
    help = "Hält den Versand an, zum Beispiel bevor eine Sicherung eingespielt wird."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--why", required=True, help="shown to the administration")

    def handle(self, *, why: str, **options: Any) -> None:
        with translation.override(console_language()):
            ledger.hold(ledger.Why.BY_HAND, now=timezone.now(), note=why)
            self.stdout.write(_("Der Versand ist angehalten. Weiter geht es mit: manage.py release_mail"))
            in_hand = Delivery.objects.filter(status=Delivery.Status.SENDING).count()
            if in_hand:
                self.stdout.write(
                    ngettext(
                        "%(count)d E-Mail ist noch unterwegs; bitte warten Sie eine Minute.",
                        "%(count)d E-Mails sind noch unterwegs; bitte warten Sie eine Minute.",
                        in_hand,
                    )
                    % {"count": in_hand}
                )
