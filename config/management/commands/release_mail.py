"""`manage.py release_mail`: shows what waits and why, asks, and lets mail go again."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import formats, timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.management.commands._house import console_language
from notifications import ledger

_YES = {"j", "ja", "y", "yes"}


class Command(BaseCommand):
    help = "Gibt den angehaltenen Versand wieder frei (nach dem Einspielen einer Sicherung)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--skip-before",
            metavar="MOMENT",
            help="mails due before this moment (2026-11-22T14:30) went out before the restore: skip them",
        )
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *, skip_before: str | None, yes: bool, **options: Any) -> None:
        with translation.override(console_language()):
            now = timezone.now()
            moment = self._moment(skip_before, now) if skip_before else None
            standing = ledger.standing()
            if standing.held_at is None:
                self.stdout.write(_("Der Versand ist nicht angehalten; es ist nichts freizugeben."))
                return
            self._tell(standing)
            if not yes and input(_("Jetzt freigeben? [j/N] ")).strip().lower() not in _YES:
                self.stdout.write(_("Es bleibt alles angehalten."))
                return
            skipped = ledger.release(now=timezone.now(), skip_before=moment)
            if skipped:
                self.stdout.write(
                    ngettext(
                        "%(count)d E-Mail gilt als schon verschickt und geht nicht noch einmal hinaus.",
                        "%(count)d E-Mails gelten als schon verschickt und gehen nicht noch einmal hinaus.",
                        skipped,
                    )
                    % {"count": skipped}
                )
            self.stdout.write(_("Der Versand ist freigegeben."))

    def _tell(self, standing: Any) -> None:
        say = self.stdout.write
        say(
            _("Angehalten seit %(since)s: %(why)s %(note)s")
            % {
                "since": _date(standing.held_at),
                "why": standing.get_held_why_display(),
                "note": standing.held_note,
            }
        )
        if standing.witnessed_at:
            say(_("Zuletzt verschickt wurde am %(at)s.") % {"at": _date(standing.witnessed_at)})
            local = timezone.localtime(standing.witnessed_at) + datetime.timedelta(minutes=1)
            say(
                _("Was bis dahin fällig war, ist wohl hinaus: --skip-before %(moment)s")
                % {"moment": f"{local:%Y-%m-%dT%H:%M}"}
            )
        waiting = ledger.waiting()
        if waiting.first and waiting.last:
            say(
                ngettext(
                    "%(count)d E-Mail wartet, angelegt am %(first)s.",
                    "%(count)d E-Mails warten, angelegt zwischen %(first)s und %(last)s.",
                    waiting.count,
                )
                % {"count": waiting.count, "first": _date(waiting.first), "last": _date(waiting.last)}
            )
        else:
            say(_("Es wartet keine E-Mail."))

    def _moment(self, written: str, now: datetime.datetime) -> datetime.datetime:
        try:
            moment = parse_datetime(written)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(_("Bitte den Zeitpunkt so angeben: 2026-11-22T14:30"))
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if moment > now:
            raise CommandError(_("Der Zeitpunkt liegt in der Zukunft."))
        return moment


def _date(moment: datetime.datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
