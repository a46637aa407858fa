from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app only for its commands (`demo`, `serve`), templates and static files; it has no models."""

    name = "config"
    verbose_name = "Betrieb"

    def ready(self) -> None:
        # A page rings the bell: its process must know the broker as well as the worker's does.
        from config import celery  # noqa: F401
