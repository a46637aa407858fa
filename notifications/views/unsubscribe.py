"""No more invitations. Opening the page changes nothing; its button, or the mail program's, does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from workshops import links
from workshops.models import PersonalLink
from workshops.operations import participants


# RFC 8058: the POST comes from a mail program that has no cookie. The token in the address is the proof.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    response = _answer(request, token)
    # As each page behind a personal link (`workshops.views.personal`).
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    link = links.read(token, PersonalLink.Scope.UNSUBSCRIBE)
    if link is None:
        return render(request, "notifications/unsubscribe_unknown.html", status=404)
    person = link.participant
    if request.method == "POST" and person.invitation_objected_at is None:
        participants.object_to_invitations(person)
    context = {"process": person.process, "is_done": person.invitation_objected_at is not None}
    return render(request, "notifications/unsubscribe.html", context)
