"""The join link: the way into the video conference, open shortly before the start."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_http_methods

from workshops.models import PersonalLink, Registration
from workshops.views.personal import opened_by

OPENS_BEFORE_START = datetime.timedelta(minutes=15)


@opened_by(PersonalLink.Scope.JOIN)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    """A waiting page, then one button. The provider's address is shown only after it was pressed.

    It is followed by a refresh of the answer, not by a redirect: browsers hold every redirect of a form
    against `form-action 'self'`, and providers redirect on to hosts that we can't know.
    """
    registration = link.registration
    assert registration is not None  # a_join_link_has_a_registration
    now = timezone.now()
    workshop = registration.workshop
    state = _state(registration, now)
    context = {
        "process": workshop.process,
        "field": workshop.field,
        "workshop": workshop,
        "registration": registration,
        "state": state,
        "now": now,
        "opens_at": workshop.starts_at - OPENS_BEFORE_START,
    }
    if request.method == "POST" and state == "open":
        response = render(request, "workshops/participant/joining.html", context)
        response.headers["Refresh"] = f"0; url={iri_to_uri(workshop.conference_url)}"
        return response
    response = render(request, "workshops/participant/join.html", context)
    if state in ("early", "no_room"):
        # The page looks again by itself, without JavaScript: it waits for something that begins.
        response.headers["Refresh"] = "60"
    return response


def _state(registration: Registration, now: datetime.datetime) -> str:
    """Which page: cancelled, ended, pending, waiting, over, early, no_room or open."""
    workshop = registration.workshop
    if workshop.is_cancelled:
        return "cancelled"
    if not registration.is_active:
        return "ended"
    if now >= workshop.ends_at:
        return "over"
    if registration.status != Registration.Status.CONFIRMED:
        return str(registration.status)
    if now < workshop.starts_at - OPENS_BEFORE_START:
        return "early"
    return "open" if workshop.conference_url else "no_room"
