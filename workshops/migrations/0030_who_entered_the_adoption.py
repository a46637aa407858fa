import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0029_captured_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="planversion",
            name="adoption_entered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="planversion",
            name="adoption_entered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="planversion",
            constraint=models.CheckConstraint(
                condition=Q(adoption_entered_at__isnull=True, adoption_entered_by__isnull=True)
                | Q(adoption_entered_at__isnull=False, adoption_entered_by__isnull=False),
                name="an_entered_adoption_has_moment_and_person",
            ),
        ),
    ]
