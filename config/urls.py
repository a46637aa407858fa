"""The two apps, sign-in, the admin (for rescue) and health."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from config.styleguide import styleguide
from notifications import ledger
from notifications.urls import feed_urlpatterns
from workshops.urls import look_urlpatterns, webhook_urlpatterns


def health(request: HttpRequest) -> HttpResponse:
    """The web process lives. A second line tells whoever watches that no mail goes out, and why."""
    try:
        alarm = ledger.alarm()
    except DatabaseError:
        alarm = ""  # not this process's illness: starting it again wouldn't help
    return HttpResponse(f"ok\n{alarm}\n" if alarm else "ok\n", content_type="text/plain")


def closed(request: HttpRequest, **parts: str) -> HttpResponse:
    raise Http404


# One way in: the admin's own form knows neither the second factor nor the limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler403 = "config.refusals.forbidden"
handler404 = "config.refusals.not_found"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
]
if settings.MAILBOX_DIR:
    urlpatterns.append(path("mailbox/", include("config.mailbox.urls")))
# Calendar programs keep an address for years: feeds have one address, whatever the reader's language.
urlpatterns += feed_urlpatterns
urlpatterns += webhook_urlpatterns
urlpatterns += look_urlpatterns
urlpatterns += i18n_patterns(
    # An account's address is what invitations and passwords go to: nobody gives their own another one, or a
    # second one, by themselves (docs/operating.md). The names stay, because allauth asks for them.
    path("accounts/email/", closed, name="account_email"),
    path("accounts/confirm-email/", closed, name="account_email_verification_sent"),
    path("accounts/confirm-email/<str:key>/", closed, name="account_confirm_email"),
    path("accounts/", include("allauth.urls")),
    path("staff/styleguide/", styleguide, name="styleguide"),
    path("", include("notifications.urls")),
    path("", include("workshops.urls")),
    prefix_default_language=False,
)
