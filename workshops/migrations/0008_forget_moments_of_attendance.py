from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workshops", "0007_attendance_and_codes")]

    operations = [migrations.RemoveField(model_name="registration", name="attended_at")]
