from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0012_repair_windows_and_reasons"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "cancelled"), _negated=True)
                | models.Q(("cancellation_reason", ""), _negated=True),
                name="a_cancelled_workshop_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(registration_closes_at__isnull=True)
                | models.Q(registration_closes_at__lte=models.F("starts_at")),
                name="registration_closes_by_the_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="workshop",
            constraint=models.CheckConstraint(
                condition=models.Q(registration_opens_at__isnull=True)
                | models.Q(
                    registration_closes_at__isnull=True, registration_opens_at__lt=models.F("starts_at")
                )
                | models.Q(
                    registration_closes_at__isnull=False,
                    registration_opens_at__lt=models.F("registration_closes_at"),
                ),
                name="registration_opens_before_it_closes",
            ),
        ),
    ]
