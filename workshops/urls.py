"""Every page of the domain, by audience."""

from django.urls import URLPattern, URLResolver, path

from workshops.views import legal

app_name = "workshops"

urlpatterns: list[URLPattern | URLResolver] = [
    # Before the addresses of fields: `<process>/<field>/`.
    path("<slug:process>/imprint/", legal.imprint, name="imprint"),
    path("<slug:process>/privacy/", legal.privacy, name="privacy"),
    path("<slug:process>/accessibility/", legal.accessibility, name="accessibility"),
]
