"""Every page of the domain, by audience."""

from django.urls import URLPattern, URLResolver

app_name = "workshops"

urlpatterns: list[URLPattern | URLResolver] = []
