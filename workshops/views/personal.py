"""Pages behind a personal link: who has the link is the person; there is nothing else to sign in with."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from workshops import links
from workshops.models import Participant, PersonalLink, Registration
from workshops.operations import contacts, participants

P = ParamSpec("P")

Scope = PersonalLink.Scope
# Each that shows something of the person, or makes whoever has it this person.
_ASKED_FIRST = frozenset((Scope.MANAGE, Scope.CONTRIBUTE, Scope.JOIN, Scope.CONFIRM))


def opened_by(
    scope: PersonalLink.Scope,
) -> Callable[
    [Callable[Concatenate[HttpRequest, PersonalLink, P], HttpResponse | None]],
    Callable[..., HttpResponse],
]:
    """The view gets the link instead of its token; a link that opens nothing (any more, by a view's None)
    gets a page that says so.

    Nothing here is kept by caches or search engines, and the address goes to no other site. No CSRF token,
    thus no cookie: the authority of a request is its address, which a forger doesn't have.

    Where one of us wrote the mail address down, its owner is asked first whether it is theirs; until then
    nothing of the person is shown, and nothing changed.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, PersonalLink, P], HttpResponse | None],
    ) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            link = links.read(token, scope)
            try:
                if link is not None and scope in _ASKED_FIRST and link.participant.awaits_owner:
                    response: HttpResponse | None = _ask_owner(request, link)
                else:
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


def _ask_owner(request: HttpRequest, link: PersonalLink) -> HttpResponse:
    if request.method == "POST" and request.POST.get("mine") == "yes":
        participants.own_up(link.participant)
        return redirect(request.path)
    if request.method == "POST" and request.POST.get("mine") == "no":
        contacts.disown(link.participant)
        return render(request, "workshops/participant/not_you.html", {"process": link.participant.process})
    # Of a page that only answers buttons nothing is shown afterwards: then it goes on where the link leads.
    onward = request.path if request.method in ("GET", "HEAD") else links.url_of(link)
    context = {"process": link.participant.process, "onward": onward, "scope": link.scope}
    return render(request, "workshops/participant/is_this_you.html", context)


def _ended(request: HttpRequest, token: str, scope: PersonalLink.Scope) -> HttpResponse:
    """410 for a link that once opened something, 404 for one that never did (mistyped, cut off)."""
    link = links.read_ended(token, scope)
    context = {
        "process": link.participant.process if link else None,
        "is_known": link is not None,
        "scope": scope,
    }
    return render(request, "workshops/participant/link_ended.html", context, status=410 if link else 404)
