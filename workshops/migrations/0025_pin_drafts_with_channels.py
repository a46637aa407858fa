from django.db import migrations


def pin(apps, schema_editor):
    """Planning anew would delete them with their channels: from now on a channel pins its draft."""
    alias = schema_editor.connection.alias
    drafts = apps.get_model("workshops", "Workshop").objects.using(alias).filter(status="draft")
    with_channels = apps.get_model("workshops", "InterpretationChannel").objects.using(alias)
    drafts.filter(pk__in=with_channels.values("workshop")).update(is_pinned=True)


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0024_rehearsals_have_second_rooms"),
    ]

    operations = [
        migrations.RunPython(pin, migrations.RunPython.noop, elidable=True),
    ]
