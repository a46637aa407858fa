"""Staff: what became of each mail."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
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


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """All mails of the process, newest first; those that failed are called or written to."""
    wanted = request.GET.get("status", "")
    found = Delivery.objects.of_process(process)
    if wanted in FILTERS:
        found = found.filter(status__in=FILTERS[wanted][1])
    rows = found.select_related("participant", "user", "workshop__series__field").order_by(
        "-created_at", "-pk"
    )
    context = {
        "process": process,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "filters": [(key, label) for key, (label, _statuses) in FILTERS.items()],
        "wanted": wanted if wanted in FILTERS else "",
        # One alarm for all: the mail server refuses our user name or password.
        "is_paused": Delivery.objects.pausing(timezone.now()).exists(),
    }
    return render(request, "notifications/deliveries.html", context)
