"""Logos that were uploaded before say their size on pages as well."""

from typing import Any

from django.db import migrations

from workshops import pictures


def keep_the_size(apps: Any, schema_editor: Any) -> None:
    """As `exports.logo.shown_size` does from now on."""
    with_logo = apps.get_model("workshops", "Branding").objects.exclude(logo=None)
    for branding in with_logo.select_related("process"):
        width, height = pictures.size_of(bytes(branding.logo))
        scale = min(1.0, 204 / width, 44 / height)
        size = {"logo_width": max(1, round(width * scale)), "logo_height": max(1, round(height * scale))}
        branding.process.look = branding.process.look | size
        branding.process.save(update_fields=["look"])


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0043_links_to_a_new_address'),
    ]

    operations = [
        migrations.RunPython(keep_the_size, migrations.RunPython.noop),
    ]
