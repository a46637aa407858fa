"""A published recording: a page of ours, which asks for the provider's address when someone presses play."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from workshops.conferencing.protocol import ProviderError
from workshops.models import Recording
from workshops.operations import recordings
from workshops.permissions import visible_processes


# The button carries no authority: whoever forged the request could as well look themselves. Without a token
# the page sets no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: HttpRequest, process: str, field: str, number: int, pk: int) -> HttpResponse:
    """The address stands in the answer to the click alone: another day it may be another one, or none."""
    shown = get_object_or_404(
        Recording.objects.published()
        .filter(meeting__workshop__series__field__process__in=visible_processes(request.user))
        .select_related("meeting__room", "meeting__workshop__series__field__process"),
        pk=pk,
        meeting__workshop__number=number,
        meeting__workshop__series__field__slug=field,
        meeting__workshop__series__field__process__slug=process,
    )
    workshop = shown.meeting.workshop
    context = {
        "process": workshop.process,
        "field": workshop.field,
        "workshop": workshop,
        "recording": shown,
    }
    if request.method != "POST":
        return render(request, "workshops/public/recording.html", context)
    try:
        address = recordings.playback_of(shown, now=timezone.now())
    except ProviderError:
        # The cause is noted for staff.
        response = render(
            request, "workshops/public/recording.html", {**context, "is_away": True}, status=503
        )
    else:
        response = render(request, "workshops/public/recording.html", {**context, "address": address})
        # Not a redirect: browsers hold each redirect of a form against `form-action 'self'`.
        response.headers["Refresh"] = f"0; url={iri_to_uri(address)}"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
