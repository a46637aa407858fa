from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Benachrichtigungen"

    def ready(self) -> None:
        # Receivers connect when they are imported; they need the models of both apps.
        from notifications import receivers  # noqa: F401
