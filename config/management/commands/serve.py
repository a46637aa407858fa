"""`manage.py serve`: the product for a small town, without sample data."""

from django.utils.translation import gettext as _

from config.house import House
from config.management.commands._house import HouseCommand
from config.supervisor import Supervisor


class Command(HouseCommand):
    help = "Startet alles für den echten Betrieb; Strg-C beendet alles."
    kind = "serve"

    def fill(self, house: House, supervisor: Supervisor) -> bool:
        if not supervisor.run("create_staff", house.manage("create_staff", "--if-none")):
            return False
        house.say(
            _("Öffentliche Seite: %(url)s – Anmeldung: %(url)saccounts/login/") % {"url": f"{house.address}/"}
        )
        house.say(_("Strg-C beendet alles; die Daten in %(data)s bleiben.") % {"data": house.data})
        return True
