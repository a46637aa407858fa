"""Staff: what became of each mail."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

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

# `outcome_code` of a mail that has ended without being sent, in words for staff.
REASONS = {
    "rcpt_5xx": _("nicht erreichbar: Telefon oder Brief"),
    "bounced": _("kam zurück: nicht angekommen"),
    "unreachable": _("nicht erreichbar: Telefon oder Brief"),
    "dot_5xx": _("vom Mailserver abgelehnt"),
    "data_5xx": _("vom Mailserver abgelehnt"),
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
    "minutes_withdrawn": _("Das Protokoll war zurückgezogen"),
    "survey_open": _("Die Umfrage lief wieder"),
    "not_a_moderator": _("Die Person gehört nicht mehr zur Moderation"),
    "not_staff": _("Die Person gehört nicht mehr zur Verwaltung"),
    "nothing_to_confirm": _("Es war nichts mehr zu bestätigen"),
    "link_over": _("Der Link galt nicht mehr"),
    "account_closed": _("Das Konto war stillgelegt"),
    "before_restore": _("Vor der Wiederherstellung aus der Sicherung schon verschickt"),
}


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """All mails of the process, newest first; those that failed are called or written to."""
    wanted = request.GET.get("status", "")
    found = Delivery.objects.of_process(process)
    if wanted in FILTERS:
        found = found.filter(status__in=FILTERS[wanted][1])
    rows = found.select_related("participant", "user", "settled_by", "workshop__series__field").order_by(
        "-created_at", "-pk"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "process": process,
        "page": page,
        "lines": [(delivery, REASONS.get(delivery.outcome_code, delivery.outcome_code)) for delivery in page],
        "filters": [(key, label) for key, (label, _statuses) in FILTERS.items()],
        "wanted": wanted if wanted in FILTERS else "",
    }
    return render(request, "notifications/deliveries.html", context)
