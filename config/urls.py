"""The two apps, sign-in, the admin (for rescue) and health."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from config.styleguide import styleguide
from notifications.urls import feed_urlpatterns


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


# One way in: the admin's own form knows neither the second factor nor the limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
]
if settings.MAILBOX_DIR:
    urlpatterns.append(path("mailbox/", include("config.mailbox.urls")))
# Calendar programs keep an address for years: feeds have one address, whatever the reader's language.
urlpatterns += feed_urlpatterns
urlpatterns += i18n_patterns(
    path("accounts/", include("allauth.urls")),
    path("staff/styleguide/", styleguide, name="styleguide"),
    path("", include("notifications.urls")),
    path("", include("workshops.urls")),
    prefix_default_language=False,
)
