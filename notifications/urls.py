"""Campaigns, deliveries and reminder rules for staff; calendar feeds for everyone."""

from django.urls import URLPattern, URLResolver

app_name = "notifications"

urlpatterns: list[URLPattern | URLResolver] = []
# Included without a language prefix: calendar programs keep an address for years.
feed_urlpatterns: list[URLPattern | URLResolver] = []
