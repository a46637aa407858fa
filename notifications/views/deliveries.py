"""Staff: what became of each mail."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notifications import smtp
from notifications.claims import HANDING_OVER
from notifications.models import Delivery
from workshops.models import ParticipationProcess
from workshops.views.staff import process_page

PAGE = 50
_Status = Delivery.Status

# key → what it is called, and which statuses it shows
FILTERS = {
    "failed": (_("nicht zustellbar"), (_Status.FAILED,)),
    "waiting": (_("wartet"), (_Status.PENDING, _Status.SENDING)),
    "sent": (_("gesendet"), (_Status.SENT,)),
    "skipped": (_("nicht mehr nötig"), (_Status.SKIPPED,)),
}

LATE = "late"

# What the latest attempt came to, in words for staff.
_FATES = {
    smtp.Fate.SENT: _("Der Mailserver hat sie angenommen"),
    smtp.Fate.AGAIN: _("Die Verbindung zum Mailserver kam nicht zustande oder brach ab"),
    smtp.Fate.LATER: _("Der Mailserver bittet, es später noch einmal zu versuchen"),
    smtp.Fate.UNREACHABLE: _("nicht erreichbar: Telefon oder Brief"),
    smtp.Fate.REFUSED: _("vom Mailserver abgelehnt"),
    smtp.Fate.PAUSE: _("Der Mailserver nimmt unseren Benutzernamen oder unser Passwort nicht an"),
    smtp.Fate.AMBIGUOUS: _(
        "Die Verbindung brach ganz am Ende ab; zur Sicherheit geht sie noch einmal hinaus"
    ),
}

# Every `outcome_code` in words: why a mail has ended without being sent, or why it still waits.
REASONS = {
    **{
        smtp.Outcome(stage, reply, "").code: _FATES[smtp.fate_of(stage, reply)]
        for stage in smtp.Stage
        for reply in smtp.Reply
    },
    HANDING_OVER: _("Sie wird gerade übergeben"),
    Delivery.SIGN_IN_REFUSED: _FATES[smtp.Fate.PAUSE],
    "worker_died": _(
        "Der Versand wurde ganz am Ende unterbrochen; zur Sicherheit geht sie noch einmal hinaus"
    ),
    "bounced": _("kam zurück: nicht angekommen"),
    "unreachable": _("nicht erreichbar: Telefon oder Brief"),
    "given_up": _("zwei Tage lang vergeblich versucht"),
    "perhaps_delivered": _("vielleicht angekommen: Die Verbindung brach zweimal ab"),
    "broken_mail": _("Die E-Mail ließ sich nicht erstellen"),
    "expired": _("Der Zeitpunkt war vorbei"),
    "superseded": _("Eine neuere Änderung wurde mitgeteilt"),
    "registration_changed": _("Die Anmeldung hatte sich geändert"),
    "registered_again": _("Die Person hatte sich schon angemeldet"),
    "workshop_cancelled": _("Der Workshop war abgesagt"),
    "workshop_over": _("Der Workshop war vorbei"),
    "workshop_moved": _("Der Workshop war verschoben"),
    "workshop_gone": _("Den Workshop gab es nicht mehr"),
    "rule_removed": _("Die Erinnerung war abgeschaltet"),
    "campaign_stopped": _("Die Einladungsaktion war angehalten"),
    "campaign_gone": _("Die Einladungsaktion gab es nicht mehr"),
    "objected": _("Einladungen waren abbestellt"),
    "already_registered": _("Die Person hatte sich schon angemeldet"),
    "no_text": _("In der Sprache der Person gab es keinen Text"),
    "priorities_closed": _("Die Gewichtung der Vorschläge war beendet"),
    "review_over": _("Die Frist für Rückmeldungen war vorbei"),
    "nothing_to_tell": _("Es gab nichts mehr mitzuteilen"),
    "barriers_answered": _("Alle gemeldeten Barrieren waren schon beantwortet"),
    "minutes_submitted": _("Das Protokoll war schon abgegeben"),
    "minutes_went_on": _("Das Protokoll war inzwischen veröffentlicht oder wieder in Arbeit"),
    "minutes_withdrawn": _("Das Protokoll war zurückgezogen"),
    "survey_open": _("Die Umfrage lief wieder"),
    "survey_evaluated": _("Die Umfrage war schon ausgewertet"),
    "not_a_moderator": _("Die Person gehört nicht mehr zur Moderation"),
    "not_staff": _("Die Person gehört nicht mehr zur Verwaltung"),
    "nothing_to_confirm": _("Es war nichts mehr zu bestätigen"),
    "link_over": _("Der Link galt nicht mehr"),
    "account_closed": _("Das Konto war stillgelegt"),
    "erased": _("Die Angaben der Person sind gelöscht"),
    "before_restore": _("Vor der Wiederherstellung aus der Sicherung schon verschickt"),
}


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """All mails of the process, newest first; those that failed are called or written to."""
    wanted = request.GET.get("status", "")
    found = Delivery.objects.of_process(process)
    if wanted == LATE:
        found = found.late()
    elif wanted in FILTERS:
        found = found.filter(status__in=FILTERS[wanted][1])
    rows = found.select_related("participant", "user", "settled_by", "workshop__series__field").order_by(
        "-created_at", "-pk"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "process": process,
        "page": page,
        "lines": [(delivery, REASONS.get(delivery.outcome_code, delivery.outcome_code)) for delivery in page],
        "filters": [*((key, label) for key, (label, _statuses) in FILTERS.items()), (LATE, _("zu spät"))],
        "wanted": wanted if wanted in FILTERS or wanted == LATE else "",
    }
    return render(request, "notifications/deliveries.html", context)
