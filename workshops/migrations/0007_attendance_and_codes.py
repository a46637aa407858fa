import secrets

from django.db import migrations


def keep_attendance(apps, schema_editor):
    """Who was ticked off stays so: by hand, without the moment."""
    registration = apps.get_model("workshops", "Registration")
    registration.objects.filter(attended_at__isnull=False).update(
        has_attended=True, attendance_source="ticked"
    )


def give_codes(apps, schema_editor):
    """The column's default was drawn once for all rows: each workshop gets a code of its own."""
    workshop = apps.get_model("workshops", "Workshop")
    for pk in workshop.objects.values_list("pk", flat=True):
        workshop.objects.filter(pk=pk).update(phone_code=str(10_000 + secrets.randbelow(90_000)))


class Migration(migrations.Migration):
    dependencies = [("workshops", "0006_video_rooms")]

    operations = [
        migrations.RunPython(keep_attendance, migrations.RunPython.noop),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
    ]
