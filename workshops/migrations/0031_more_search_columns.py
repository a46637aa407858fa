import workshops.models.searchable
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0030_who_entered_the_adoption'),
    ]

    operations = [
        migrations.AddField(
            model_name='goal',
            name='search',
            field=workshops.models.searchable.SearchColumn(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='guideline',
            name='search',
            field=workshops.models.searchable.SearchColumn(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='proposedmeasure',
            name='search',
            field=workshops.models.searchable.SearchColumn(blank=True, default='', editable=False),
        ),
    ]
