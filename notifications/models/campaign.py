"""One mailing to an audience."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models import ActionField, LocalisedTextField, ParticipationProcess, User


class InvitationCampaign(models.Model):
    """DRAFT → LAUNCHED → STOPPED. Its counts are those of its deliveries."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        LAUNCHED = "launched", _("gestartet")
        STOPPED = "stopped", _("angehalten")

    class Audience(models.TextChoices):
        AGREED = "agreed", _("alle, die eingeladen werden möchten")
        NOT_REGISTERED = (
            "not_registered",
            _("alle, die eingeladen werden möchten und noch nicht angemeldet sind"),
        )

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="campaigns")
    # Empty: the whole process.
    field = models.ForeignKey(
        ActionField, on_delete=models.CASCADE, null=True, blank=True, related_name="campaigns"
    )
    name = models.CharField(_("Name der Aktion"), max_length=120)
    audience = models.CharField(
        _("Empfängerkreis"), max_length=20, choices=Audience.choices, default=Audience.AGREED
    )
    subject = LocalisedTextField(_("Betreff"))
    text = LocalisedTextField(_("Text"))
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status="draft",
                    launched_at__isnull=True,
                    launched_by__isnull=True,
                    stopped_at__isnull=True,
                    stopped_by__isnull=True,
                )
                | Q(
                    status="launched",
                    launched_at__isnull=False,
                    launched_by__isnull=False,
                    stopped_at__isnull=True,
                    stopped_by__isnull=True,
                )
                | Q(
                    status="stopped",
                    launched_at__isnull=False,
                    launched_by__isnull=False,
                    stopped_at__isnull=False,
                    stopped_by__isnull=False,
                ),
                name="a_campaign_has_its_moments",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["agreed", "not_registered"]), name="a_known_audience"
            ),
        ]

    def __str__(self) -> str:
        return self.name
