"""Workshops written before their rules were the database's: what became of them, on a real PostgreSQL."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.servers import PostgresServer, default_database
from workshops.models import Workshop

pytestmark = pytest.mark.slow

BEFORE = [("workshops", "0011_withdrawn_recordings")]
HOUR = datetime.timedelta(hours=1)


def _old_series(get_model: Callable[..., Any]) -> Any:
    process = get_model("workshops", "ParticipationProcess").objects.create(
        slug="x", name={"de": "X"}, town="T", contact_email="a@example.org"
    )
    field = get_model("workshops", "ActionField").objects.create(
        process=process, slug="f", position=1, name={"de": "F"}
    )
    today = datetime.date(2026, 11, 1)
    return get_model("workshops", "WorkshopSeries").objects.create(
        field=field, workshop_count=1, weekdays=[0], start_times=["18:00"], first_on=today, last_on=today
    )


def test_impossible_windows_and_missing_reasons_are_repaired(
    postgres_server: PostgresServer, django_db_blocker: DjangoDbBlocker
) -> None:
    url = postgres_server.create("old_workshops")
    with django_db_blocker.unblock(), default_database(url):
        call_command("migrate", *BEFORE[0], verbosity=0)
        old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
        user = old.get_model("workshops", "User").objects.create(email="a@example.org", name="A")
        series = _old_series(old.get_model)
        start = timezone.now()
        before, after = start - HOUR, start + HOUR
        windows = [
            (None, None),
            (before - HOUR, before),
            (before, after),
            (start, None),
            (before, before),
            (start + HOUR / 2, after),
        ]
        for number, (opens_at, closes_at) in enumerate(windows, 1):
            old.get_model("workshops", "Workshop").objects.create(
                series=series,
                number=number,
                capacity=5,
                starts_at=start,
                ends_at=after,
                changed_at=start,
                registration_opens_at=opens_at,
                registration_closes_at=closes_at,
                status="cancelled",
                published_at=start,
                published_by=user,
                cancelled_at=start,
                cancelled_by=user,
                cancellation_reason="" if number % 2 else "Krankheit",
            )

        call_command("migrate", verbosity=0)

        found = Workshop.objects.order_by("number").values_list(
            "registration_opens_at", "registration_closes_at", "cancellation_reason"
        )
        none = "Ein Grund ist nicht festgehalten."
        assert list(found) == [
            (None, None, none),
            (before - HOUR, before, "Krankheit"),
            (before, start, none),
            (None, None, "Krankheit"),
            (None, before, none),
            (None, start, "Krankheit"),
        ]
    postgres_server.drop("old_workshops")
