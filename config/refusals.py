"""Pages for requests that can't be served as they came, so that nothing typed is lost (docs/adr/0021).

A sign-in that ended while someone wrote, a form whose token is older than the sign-in, something that was
removed or rights that were taken meanwhile, an address that is opened instead of sent to.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found, permission_denied

from workshops.errors import RemovedMeanwhile

# What buttons, choices and counters send: "save", "2026-05-04", "sign_language". A guess, and harmless if
# wrong: what isn't shown is sent all the same.
NOT_WRITTEN_BY_HAND = re.compile(r"[a-z0-9_:.+-]{0,40}")
SECRET = re.compile("password|secret|token")
CSRF_FIELD = "csrfmiddlewaretoken"
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: str

    @property
    def is_shown(self) -> bool:
        return not self._was_only_seen and NOT_WRITTEN_BY_HAND.fullmatch(self.value) is None

    @property
    def holds_words(self) -> bool:
        """Where nothing is sent again, one short word counts too; a number says nothing without its name."""
        return not self._was_only_seen and self.value != "on" and any(map(str.isalpha, self.value))

    @property
    def _was_only_seen(self) -> bool:
        """What a form was filled in over ("seen_title"), and in which open page: written by nobody."""
        return self.name in ("seen", "editor", "draft", "proposal-captured_as") or self.name.startswith(
            "seen_"
        )

    @property
    def is_one_line(self) -> bool:
        """An <input> would swallow line breaks."""
        return len(self.value) <= 60 and not {"\r", "\n"} & set(self.value)

    @property
    def rows(self) -> int:
        return min(20, 1 + sum(1 + len(line) // 60 for line in self.value.splitlines()))


@dataclass(frozen=True, slots=True)
class FileField:
    name: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The same fields for the same address; files can't be kept and are asked for anew."""

    address: str
    fields: list[Field]
    files: list[FileField]

    @property
    def shown(self) -> list[Field]:
        return [field for field in self.fields if field.is_shown]

    @property
    def hidden(self) -> list[Field]:
        return [field for field in self.fields if not field.is_shown]

    @property
    def words(self) -> list[Field]:
        return [field for field in self.fields if field.holds_words]


def not_signed_in(request: HttpRequest) -> HttpResponse:
    """GET: the way to the sign-in and back. POST: what was typed, shown and ready to be sent again.

    403 and not 401: RFC 9110 (15.5.2) ties 401 to a WWW-Authenticate scheme, and a form isn't one.
    """
    if _wants_json(request):
        return _state(request, "signed_out")
    if request.headers.get("HX-Request"):
        return _fragment(request, "_signed_out.html", {})
    if request.method != "POST" or _is_empty(request):
        return redirect_to_login(request.get_full_path())
    return _page(request, "403_signed_out.html", {"again": send_again(request)})


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW. Signing in changes the secret, so every form opened before it ends here once."""
    if _wants_json(request):
        # The token is for our own pages only: to another site's, the browser doesn't show our answers.
        return _state(request, "token", token=get_token(request) if is_from_own_page(request) else "")
    if request.headers.get("HX-Request"):
        token = get_token(request) if is_from_own_page(request) else ""
        return _fragment(request, "_form_too_old.html", {"fresh_token": token})
    return _page(request, "403_csrf.html", {"again": send_again(request)})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403. An account that lost its rights while its page was open learns it where it looks."""
    if _wants_json(request):
        return _state(request, "forbidden")
    if request.headers.get("HX-Request"):
        return _fragment(request, "_forbidden.html", {})
    words = _words(request)
    return _page(request, "403.html", {"words": words}) if words else permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404. What a form was about may have gone while it was filled in, or be led by others now."""
    sentence = exception.sentence if isinstance(exception, RemovedMeanwhile) else ""
    if _wants_json(request):
        return _state(request, "gone", sentence=sentence, status=404)
    if request.headers.get("HX-Request"):
        return _fragment(request, "_not_found.html", {"sentence": sentence}, status=404)
    words = _words(request)
    if not words:
        return page_not_found(request, exception)
    return _page(request, "404.html", {"words": words, "sentence": sentence}, status=404)


def not_allowed(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    """Django's answer is an empty page; the Allow header stays (RFC 9110, 15.5.6)."""
    takes_forms_only = request.method in ("GET", "HEAD")
    response.content = render_to_string("405.html", {"takes_forms_only": takes_forms_only}, request)
    return response


def send_again(request: HttpRequest) -> SendAgain | None:
    """What the request's form held; None where it must not be offered, or can't.

    Not for another site's form: that site could fill it in as it likes, and one press of our button, with
    our fresh token, would do what the token is there to prevent. Not for sign-in, one's own account and
    the admin, nor for a provider's secret: passwords and codes are never written into a page.
    """
    if not is_from_own_page(request) or request.content_type not in FORM_TYPES:
        return None
    names = set(request.POST) - {CSRF_FIELD}
    if _is_about_accounts(request) or any(SECRET.search(name) for name in names):
        return None
    return SendAgain(
        address=request.get_full_path(),
        fields=[
            Field(name, str(value))
            for name, values in request.POST.lists()
            if name in names
            for value in values
        ],
        files=[FileField(name, [str(each.name) for each in files]) for name, files in request.FILES.lists()],
    )


def is_from_own_page(request: HttpRequest) -> bool:
    """Whether a page of ours sent the form: by Origin; where a browser leaves that out, by Referer.

    "null" (a sandboxed frame, a redirect through another site) and neither header are not ours. A page
    can't forge either header, and can suppress them only for its own requests.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        try:
            referer = urlsplit(request.headers.get("Referer", ""))
        except ValueError:
            return False
        origin = f"{referer.scheme}://{referer.netloc}"
    return origin in (f"{request.scheme}://{request.get_host()}", settings.PUBLIC_URL)


def _wants_json(request: HttpRequest) -> bool:
    """A script of ours asks (workshops/static/workshops/desk.js); a browser's own Accept names HTML first."""
    return request.headers.get("Accept") == "application/json"


def _state(request: HttpRequest, state: str, *, status: int = 403, **more: str) -> HttpResponse:
    """Never a redirect: the script would get the sign-in page, and take it for an answer."""
    response = JsonResponse({"state": state, **more}, status=status)
    add_never_cache_headers(response)
    return response


def _words(request: HttpRequest) -> list[Field]:
    """What was typed and won't be saved, to be copied. It isn't sent again: the answer would be the same."""
    again = send_again(request) if request.method == "POST" else None
    return again.words if again else []


def _is_about_accounts(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is None or match.view_name.startswith(("account_", "mfa_", "admin:"))


def _is_empty(request: HttpRequest) -> bool:
    if request.content_type in FORM_TYPES:
        return not request.POST and not request.FILES
    return request.headers.get("Content-Length", "") in ("", "0")


def _page(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 403
) -> HttpResponse:
    response = render(request, template, context, status=status)
    # With no-store: what was typed stays in no cache of a shared computer.
    add_never_cache_headers(response)
    return response


def _fragment(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int = 403
) -> HttpResponse:
    """For htmx, in the page that is open: what was typed stands there still, and must not be replaced.

    What a page asks for by itself (progress) is replaced: so the asking ends.
    """
    response = _page(request, template, context, status=status)
    if request.method != "GET":
        response.headers["HX-Retarget"] = ".messages"
        response.headers["HX-Reswap"] = "innerHTML show:top"
    return response
