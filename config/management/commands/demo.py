"""`manage.py demo`: the whole product with sample data, in one command."""

from argparse import ArgumentParser

from django.utils.translation import gettext as _

from config.house import House, sign_ins
from config.management.commands._house import HouseCommand
from config.supervisor import Supervisor


class Command(HouseCommand):
    help = "Startet alles mit Beispieldaten; Strg-C beendet alles."
    kind = "demo"
    default_data = "demo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reset", action="store_true", help="forget the data of earlier starts")

    def fill(self, house: House, supervisor: Supervisor) -> bool:
        people = sign_ins(house.data)
        if not supervisor.run("load_sample", house.manage("load_sample")):
            return False
        sign_in = f"{house.address}/accounts/login/"
        lines = [
            "",
            _("Öffentliche Seite:       %(url)s") % {"url": f"{house.address}/"},
            _("Anmeldung Verwaltung:    %(url)s  %(email)s  Passwort: %(password)s")
            % {"url": sign_in, **people["verwaltung"]},
            _("Anmeldung Moderation:    %(url)s  %(email)s  Passwort: %(password)s")
            % {"url": sign_in, **people["moderation"]},
            _("Postfach:                %(url)s") % {"url": f"{house.address}/mailbox/"},
            "",
            _("Daten und Protokolle:    %(data)s") % {"data": house.data},
            _("Strg-C beendet alles; die Daten bleiben."),
        ]
        house.say("\n".join(lines))
        return True
