from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0014_a_bounce_goes_with_its_mail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[
                    ("please_confirm", "Bitte bestätigen"),
                    ("confirmed", "Anmeldung bestätigt"),
                    ("waiting", "Auf der Warteliste"),
                    ("promoted", "Nachgerückt"),
                    ("registration_cancelled", "Abgemeldet"),
                    ("registration_lapsed", "Anmeldung verfallen"),
                    ("rescheduled", "Workshop verschoben oder geändert"),
                    ("workshop_cancelled", "Workshop abgesagt"),
                    ("reminder", "Erinnerung"),
                    ("moderator_reminder", "Erinnerung an die Moderation"),
                    ("invitation", "Einladung"),
                    ("minutes_published", "Protokoll veröffentlicht"),
                    ("minutes_in_review", "Protokoll in Durchsicht"),
                    ("minutes_overdue", "Protokoll überfällig"),
                    ("minutes_commented", "Rückmeldungen zum Protokoll"),
                    ("comment_answered", "Antwort auf eine Rückmeldung"),
                    ("priorities_open", "Vorschläge gewichten"),
                    ("proposals_decided", "Was aus den Vorschlägen wird"),
                    ("barrier_reported", "Gemeldete Barriere"),
                    ("personal_link", "Persönlicher Link"),
                    ("confirm_address", "Neue Adresse bestätigen"),
                    ("address_moved", "Adresse geändert"),
                    ("survey_closed", "Umfrage beendet"),
                    ("moderator_invited", "Einladung zur Moderation"),
                    ("colleague_invited", "Einladung in die Verwaltung"),
                    ("password_reset", "Neues Passwort"),
                ],
                max_length=24,
            ),
        ),
    ]
