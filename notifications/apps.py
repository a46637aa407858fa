from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Benachrichtigungen"

    def ready(self) -> None:
        # Receivers connect when they are imported; they need the models of both apps.
        from notifications import colleagues, forgetting, outbox, receivers, review, tasks  # noqa: F401

        outbox.mail_enqueued.connect(tasks.ring, dispatch_uid="wake a worker")
