from django.db import migrations


class Migration(migrations.Migration):
    """What is gone is counted by itself (`KeptCounts`): minutes needn't keep a report's numbers."""

    dependencies = [
        ("workshops", "0038_periods_and_deletion_records"),
    ]

    operations = [
        migrations.RemoveField(model_name="minutes", name="closing_numbers"),
    ]
