from django.db import migrations
from django.db.models import F, Q


def repair(apps, schema_editor):
    """Rows written before these rules: what was meant is kept where it can be told."""
    workshops = apps.get_model("workshops", "Workshop").objects.using(schema_editor.connection.alias)
    workshops.filter(registration_closes_at__gt=F("starts_at")).update(registration_closes_at=F("starts_at"))
    # Never open as it stood: from publication on, as if nothing had been chosen.
    never = Q(registration_closes_at__isnull=True, registration_opens_at__gte=F("starts_at")) | Q(
        registration_opens_at__gte=F("registration_closes_at")
    )
    workshops.filter(never).update(registration_opens_at=None)
    workshops.filter(status="cancelled", cancellation_reason="").update(
        cancellation_reason="Ein Grund ist nicht festgehalten."
    )


class Migration(migrations.Migration):
    # The constraints follow in a migration of their own: PostgreSQL alters no table with pending events.
    dependencies = [
        ("workshops", "0011_withdrawn_recordings"),
    ]

    operations = [
        migrations.RunPython(repair, migrations.RunPython.noop, elidable=True),
    ]
