"""Every page of the domain, by audience."""

from django.urls import URLPattern, URLResolver, include, path

from workshops.urls import citizens, moderation, staff
from workshops.views import (
    desk,
    helping,
    look,
    webhook,
)

app_name = "workshops"

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/new/", desk.process_new, name="process_new"),
    path("staff/<slug:process>/", include(staff.process)),
    path("staff/<slug:process>/survey/", include(staff.survey)),
    path("staff/<slug:process>/planning/", include(staff.planning)),
    path("staff/<slug:process>/", include(staff.results)),
    path("moderation/", include(moderation.moderated)),
    path("helping/", helping.people, name="helping"),
    path("helping/<slug:process>/register/", helping.register, name="helping_register"),
    *citizens.personal,
    *citizens.public_pages,
]

# Included without a language prefix: it is given to providers once, and answers in none.
webhook_urlpatterns: list[URLPattern | URLResolver] = [
    path("conferencing/<str:webhook_key>/", webhook.webhook, name="conference_webhook"),
]

# Included without a language prefix: they hold no words.
look_urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:process>/look/style.css", look.style, name="town_style"),
    path("<slug:process>/look/logo", look.logo, name="town_logo"),
]
