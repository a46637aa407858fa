from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0042_periods_of_recordings_and_survey"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="personallink", name="a_known_link_scope"),
        migrations.AddField(
            model_name="personallink",
            name="address",
            field=models.EmailField(blank=True, default="", max_length=254, verbose_name="E-Mail-Adresse"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="personallink",
            name="scope",
            field=models.CharField(
                choices=[
                    ("manage", "Manage"),
                    ("confirm", "Confirm"),
                    ("join", "Join"),
                    ("feed", "Feed"),
                    ("unsubscribe", "Unsubscribe"),
                    ("contribute", "Contribute"),
                    ("address", "Address"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="personallink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scope__in",
                        ["manage", "confirm", "join", "feed", "unsubscribe", "contribute", "address"],
                    )
                ),
                name="a_known_link_scope",
            ),
        ),
        migrations.AddConstraint(
            model_name="personallink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("address", ""),
                    models.Q(("expires_at__isnull", False), ("scope", "address")),
                    _connector="OR",
                ),
                name="an_address_is_kept_with_its_own_link_until_an_end",
            ),
        ),
    ]
