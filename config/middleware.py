"""What every response carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation import get_language_from_path

from config import refusals
from workshops.permissions import SignInNeeded

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class SecurityHeaders:
    """One constant, strict policy: no inline script or style anywhere, nothing from third parties."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A view may set a stricter one (the mailbox shows strangers' HTML).
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        )
        return response


class NotKept:
    """What is sent to whoever is signed in lies in no browser's cache.

    Names and needs of citizens stand there. A tablet is passed on, the desk's computer is everyone's: after
    signing out the browser's "back" must show nothing, and what is deleted here must be gone there. Asked of
    the cookie alone, so that no page reads its session for this; a view may say something else.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


# Pages that hold nothing but what everyone may read: no token, no form's secret. docs/adr/0046. The form of
# the registration says since when it is open, which is none; it is long where there is much to choose.
COMPRESSED = frozenset(
    f"workshops:{name}"
    for name in (
        *("home", "process", "field", "workshop", "calendar", "minutes", "measures", "plan", "progress"),
        *("search", "imprint", "privacy", "easy_language", "sign_language", "register"),
        *("measures_csv", "measures_json", "measures_schema"),
    )
)


class Compression(GZipMiddleware):
    """Public pages compressed, for those who bring no cookie and get none.

    Whoever can make a browser ask for pages and sees their length guesses a secret in them letter by letter
    (BREACH). So: no compression where there is one, which is more than the random bytes that Django adds.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        match = request.resolver_match
        is_public = match is not None and match.view_name in COMPRESSED and request.method in ("GET", "HEAD")
        # Whoever is signed in finds a form to sign out on every page.
        if not is_public or request.COOKIES or response.cookies or "CSRF_COOKIE" in request.META:
            return response
        return super().process_response(request, response)


class Language:
    """The language stands in the address (`/en/…`; German without prefix), never in a cookie.

    So a page needs no cookie to be read in one's language, and one address is one document for caches.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class Refusals:
    """A refusal is a page with a sentence, also where Django alone would answer with nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return refusals.not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusals.not_signed_in(request) if isinstance(exception, SignInNeeded) else None


class SignedOut:
    """Signing out also empties what this site kept in the browser: drafts of minutes (docs/adr/0030).

    By a header (W3C Clear Site Data), so that it needs no script on the page from which somebody leaves.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match is not None and match.view_name == "account_logout":
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
