import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workshops", "0017_interests_from_the_survey"),
    ]

    operations = [
        # Nobody could make a milestone before: no row gets the same one as another.
        migrations.AddField(
            model_name="milestone",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
