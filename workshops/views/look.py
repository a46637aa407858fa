"""The town's colour and logo, as every page loads them. They change rarely and their addresses with them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from workshops.exports import logo as pictures
from workshops.models import ParticipationProcess
from workshops.operations import branding
from workshops.permissions import visible_processes
from workshops.pictures import type_of
from workshops.views.once import once

_A_YEAR = 365 * 24 * 60 * 60


@require_safe
def style(request: HttpRequest, process: str) -> HttpResponse:
    shown = get_object_or_404(visible_processes(request.user), slug=process)
    colour = shown.look.get("colour")
    if not colour:
        raise Http404
    return _kept(shown, HttpResponse(branding.style(colour), content_type="text/css; charset=utf-8"))


@require_safe
def logo(request: HttpRequest, process: str) -> HttpResponse:
    """As small as pages show it; `&whole`, as it was uploaded: for pictures of a link that is shared."""
    shown = get_object_or_404(visible_processes(request.user), slug=process)
    found = branding.of(shown)
    if found is None or found.logo is None:
        raise Http404
    whole = bytes(found.logo)
    content = whole if "whole" in request.GET else once(("logo", whole), lambda: pictures.for_pages(whole))
    response = HttpResponse(content, content_type=type_of(content))
    response["X-Content-Type-Options"] = "nosniff"
    return _kept(shown, response)


def _kept(process: ParticipationProcess, response: HttpResponse) -> HttpResponse:
    """By this reader's browser only, as long as the process isn't public."""
    response["Cache-Control"] = (
        f"{'public' if process.is_public else 'private'}, max-age={_A_YEAR}, immutable"
    )
    return response
