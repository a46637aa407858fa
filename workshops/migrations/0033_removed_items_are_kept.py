from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import SET_NULL


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0032_search_all_anew"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="agendaitem",
            name="one_agenda_item_per_position",
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("workshop", "position"),
                name="one_agenda_item_per_position",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_at__isnull", True),
                    models.Q(("agreements", ""), ("points", ""), ("text", "")),
                    _connector="OR",
                ),
                name="nothing_stands_under_a_removed_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_by__isnull", True),
                    models.Q(("removed_at__isnull", True), _negated=True),
                    _connector="OR",
                ),
                name="who_removed_an_item_did_so_once",
            ),
        ),
    ]
