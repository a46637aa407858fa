from django.apps import AppConfig
from django.urls import register_converter

from workshops.views.numbers import RowNumber


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = "Workshops"

    def ready(self) -> None:
        # Before any list of addresses is read: those of the mails have such numbers too.
        register_converter(RowNumber, "row")
