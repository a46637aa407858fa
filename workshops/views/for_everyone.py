"""The process explained in Leichte Sprache and in German Sign Language (§ 4 BITV 2.0)."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import conditional_page, require_safe

from workshops.operations import public_pages
from workshops.views.public import process_or_404

# What every page has, and films from one place besides (tests compare it with the house's own policy).
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "media-src {source}"
)


@require_safe
@conditional_page
def easy_language(request: HttpRequest, process: str) -> HttpResponse:
    """Always in Leichte Sprache; only what stands around it is in the reader's language."""
    shown = process_or_404(request, process)
    context = {"process": shown, "pages": public_pages.of(shown)}
    return render(request, "workshops/public/easy_language.html", context)


# Without "304 Not Modified": browsers would take the policy of that answer, the house's own, for the page's.
@require_safe
def sign_language(request: HttpRequest, process: str) -> HttpResponse:
    """The town's own film, which loads only when it is played; without one, how to get an interpreter."""
    shown = process_or_404(request, process)
    pages = public_pages.of(shown)
    host = urlsplit(pages.sign_video).hostname or ""
    context = {"process": shown, "pages": pages, "host": host}
    response = render(request, "workshops/public/sign_language.html", context)
    if pages.sign_video:
        source = f"https://{urlsplit(pages.sign_video).netloc}" if host else "'self'"
        response.headers["Content-Security-Policy"] = _POLICY.format(source=source)
    return response
