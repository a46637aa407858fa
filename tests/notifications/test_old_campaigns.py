"""Campaigns written before audiences were described: what became of them, on a real PostgreSQL."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from notifications.models import InvitationCampaign
from tests.servers import PostgresServer, default_database

pytestmark = pytest.mark.slow

BEFORE = [
    ("notifications", "0005_reminder_rules_say_when_and_whom"),
    ("workshops", "0003_unreachable_addresses_and_replies"),
]


def test_an_old_audience_becomes_a_description(
    postgres_server: PostgresServer, django_db_blocker: DjangoDbBlocker
) -> None:
    url = postgres_server.create("old_campaigns")
    with django_db_blocker.unblock(), default_database(url):
        for app, name in BEFORE:
            call_command("migrate", app, name, verbosity=0)
        old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
        now = timezone.now()
        user = old.get_model("workshops", "User").objects.create(email="a@example.org", name="A")
        process = old.get_model("workshops", "ParticipationProcess").objects.create(
            slug="x", name={"de": "X"}, town="T", contact_email="a@example.org"
        )
        field = old.get_model("workshops", "ActionField").objects.create(
            process=process, slug="f", position=1, name={"de": "F"}
        )
        for audience, about in (("agreed", None), ("not_registered", None), ("not_registered", field)):
            old.get_model("notifications", "InvitationCampaign").objects.create(
                process=process,
                field=about,
                name=audience,
                audience=audience,
                subject={"de": "S"},
                text={"de": "T"},
                created_at=now,
                created_by=user,
            )

        call_command("migrate", verbosity=0)

        found = InvitationCampaign.objects.order_by("pk")
        assert list(found.values_list("audience", "changed_by", "changed_at")) == [
            ({}, user.pk, now),
            ({"standing": ["not_registered"]}, user.pk, now),
            ({"standing": ["not_registered"], "series": field.pk}, user.pk, now),
        ]
    postgres_server.drop("old_campaigns")
