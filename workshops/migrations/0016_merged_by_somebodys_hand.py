from django.db import migrations, models


class Migration(migrations.Migration):
    # After the rows of before have it: PostgreSQL alters no table that has pending triggers.
    dependencies = [("workshops", "0015_decisions_and_changes_so_far")]

    operations = [
        migrations.AddConstraint(
            model_name="proposedmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("merged_by_hand_into__isnull", False),
                        ("status", "merged"),
                        models.Q(("merged_by_hand_into", models.F("pk")), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "merged"), _negated=True), ("merged_by_hand_into__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="merged_by_somebodys_hand",
            ),
        ),
    ]
