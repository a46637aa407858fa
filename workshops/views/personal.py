"""Pages behind a personal link: who has the link is the person; there is nothing else to sign in with."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from workshops import links
from workshops.models import Participant, PersonalLink, Registration

P = ParamSpec("P")


def opened_by(
    scope: PersonalLink.Scope,
) -> Callable[
    [Callable[Concatenate[HttpRequest, PersonalLink, P], HttpResponse]],
    Callable[..., HttpResponse],
]:
    """The view gets the link instead of its token; a link that opens nothing gets a page that says so.

    Nothing here is kept by caches or search engines, and the address goes to no other site. No CSRF token,
    thus no cookie: the authority of a request is its address, which a forger doesn't have.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, PersonalLink, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            link = links.read(token, scope)
            try:
                response = None if link is None else view(request, link, *args, **kwargs)
            except (Participant.DoesNotExist, Registration.DoesNotExist):
                # Erased meanwhile, by the same person's second click or other window.
                response = None
            if response is None:
                response = _ended(request, token, scope)
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return guarded

    return decorate


def _ended(request: HttpRequest, token: str, scope: PersonalLink.Scope) -> HttpResponse:
    """410 for a link that once opened something, 404 for one that never did (mistyped, cut off)."""
    link = links.read_ended(token, scope)
    context = {
        "process": link.participant.process if link else None,
        "is_known": link is not None,
        "scope": scope,
    }
    return render(request, "workshops/participant/link_ended.html", context, status=410 if link else 404)
