from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workshops', '0023_editors_count_attempts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='meeting',
            name='a_second_room_belongs_to_a_channel',
        ),
        migrations.RemoveConstraint(
            model_name='meeting',
            name='one_meeting_at_a_time_per_channel',
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel__isnull', False), ('purpose', 'channel')), models.Q(('channel__isnull', True), ('purpose', 'workshop')), ('purpose', 'rehearsal'), _connector='OR'), name='a_second_room_belongs_to_a_channel'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('channel__isnull', False), ('ended_at__isnull', True)), fields=('channel', 'purpose'), name='one_meeting_at_a_time_per_channel'),
        ),
    ]
