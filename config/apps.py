from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app only for its commands (`demo`, `serve`), templates and static files; it has no models."""

    name = "config"
    verbose_name = "Betrieb"
