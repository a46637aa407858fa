"""Staff: what came back by mail, and what of it only a person can judge."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.inbound import judging, mailbox
from notifications.models import InboundMessage
from workshops.models import ParticipationProcess
from workshops.permissions import signed_in_user
from workshops.views.staff import process_page

PAGE = 50


@require_safe
@process_page
def index(request: HttpRequest, process: ParticipationProcess) -> HttpResponse:
    """What is to be looked at; on request everything of the last three months, newest first."""
    shows_all = request.GET.get("show") == "all"
    found = InboundMessage.objects.of_process(process)
    rows = (found if shows_all else found.to_look_at()).select_related(
        "participant", "workshop__series__field", "delivery", "looked_by"
    )
    context = {
        "process": process,
        "page": Paginator(rows.order_by("-received_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "shows_all": shows_all,
        "has_inbox": settings.INBOX is not None,
        "state": mailbox.state(),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
@process_page
def done(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    message = get_object_or_404(InboundMessage.objects.of_process(process), pk=pk)
    judging.tick_off(message, by=signed_in_user(request), now=timezone.now())
    messages.success(request, _("Erledigt."))
    return redirect("notifications:inbox", process.slug)


@require_POST
@process_page
def unreachable(request: HttpRequest, process: ParticipationProcess, pk: int) -> HttpResponse:
    message = get_object_or_404(
        InboundMessage.objects.of_process(process).select_related("delivery__participant"), pk=pk
    )
    if judging.take_for_bounce(message, by=signed_in_user(request), now=timezone.now()):
        messages.success(
            request, _("Vermerkt: An diese Adresse geht keine E-Mail mehr. Bitte anrufen oder schreiben.")
        )
    else:
        messages.error(request, _("Zu dieser Nachricht kennen wir keine E-Mail von uns."))
    return redirect("notifications:inbox", process.slug)
