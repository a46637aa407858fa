import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def describe_audiences(apps, schema_editor):
    """What was one of two words is a description now (`notifications.audiences`)."""
    Campaign = apps.get_model("notifications", "InvitationCampaign")
    for campaign in Campaign.objects.filter(old_audience="not_registered"):
        campaign.audience = {"standing": ["not_registered"]}
        if campaign.field_id:
            campaign.audience["series"] = campaign.field_id
        campaign.save(update_fields=["audience"])
    Campaign.objects.update(changed_at=F("created_at"), changed_by=F("created_by"))
    _settle(schema_editor)


def name_audiences(apps, schema_editor):
    """Back: whatever has no word of its own is sent to everyone who agreed."""
    Campaign = apps.get_model("notifications", "InvitationCampaign")
    for campaign in Campaign.objects.all():
        if "not_registered" in campaign.audience.get("standing", []):
            campaign.old_audience = "not_registered"
            campaign.save(update_fields=["old_audience"])
    _settle(schema_editor)


def _settle(schema_editor):
    """PostgreSQL builds no index on a table whose foreign keys are still to be looked at in this transaction."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0005_reminder_rules_say_when_and_whom"),
        ("workshops", "0004_invited_and_listed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="invitationcampaign", name="a_known_audience"),
        migrations.RemoveConstraint(model_name="invitationcampaign", name="a_campaign_has_its_moments"),
        migrations.RenameField("invitationcampaign", "audience", "old_audience"),
        migrations.AddField(
            "invitationcampaign",
            "audience",
            models.JSONField(blank=True, default=dict, verbose_name="Empfängerkreis"),
        ),
        migrations.AddField(
            "invitationcampaign", "changed_at", models.DateTimeField(null=True)
        ),
        migrations.AddField(
            "invitationcampaign",
            "changed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(describe_audiences, name_audiences),
    ]
