"""One mailing to an audience."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models import (
    ActionField,
    LocalisedTextField,
    ParticipationProcess,
    User,
    Workshop,
)


def _given(name: str) -> Q:
    return ~Q(**{f"{name}__isnull": True})


def _empty(*names: str) -> Q:
    return Q(**{f"{name}__isnull": True for name in names})


_LAUNCHED = _given("launched_at") & _given("launched_by")
_STOPPED = _given("stopped_at") & _given("stopped_by")
_NOT_LAUNCHED = _empty("launched_at", "launched_by")
_NOT_STOPPED = _empty("stopped_at", "stopped_by")
_SCHEDULED = _given("scheduled_for") & _given("scheduled_by")
_NOT_SCHEDULED = _empty("scheduled_for", "scheduled_by")


class InvitationCampaign(models.Model):
    """DRAFT ⇄ SCHEDULED → LAUNCHED ⇄ STOPPED. Its counts are those of its deliveries."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        SCHEDULED = "scheduled", _("geplant")
        LAUNCHED = "launched", _("gestartet")
        STOPPED = "stopped", _("angehalten")

    class Fallback(models.TextChoices):
        """What becomes of readers in whose language there is no text."""

        GERMAN = "german", _("Sie bekommen den deutschen Text.")
        LEAVE_OUT = "leave_out", _("Sie bekommen diese Einladung nicht.")

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="campaigns")
    # What it is about: a field, or one workshop; both empty: the whole process.
    field = models.ForeignKey(
        ActionField, on_delete=models.CASCADE, null=True, blank=True, related_name="campaigns"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, null=True, blank=True, related_name="campaigns"
    )
    name = models.CharField(_("Name der Aktion"), max_length=120)
    # `audiences.Audience` as JSON; empty: everyone who may be invited.
    audience = models.JSONField(_("Empfängerkreis"), default=dict, blank=True)
    subject = LocalisedTextField(_("Betreff"))
    text = LocalisedTextField(_("Text"))
    fallback = models.CharField(max_length=9, choices=Fallback.choices, default=Fallback.GERMAN)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The latest change of text, audience or subject matter.
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scheduled_for = models.DateTimeField(null=True, blank=True)
    scheduled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Why a planned launch did not happen: the refusal's code. Until somebody plans or changes it again.
    hindrance = models.CharField(max_length=40, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    launched_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["scheduled_for"], condition=Q(status="scheduled"), name="campaign_scheduled"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(status="draft") & _NOT_SCHEDULED & _NOT_LAUNCHED & _NOT_STOPPED)
                | (Q(status="scheduled") & _SCHEDULED & _NOT_LAUNCHED & _NOT_STOPPED)
                | (Q(status="launched") & _LAUNCHED & _NOT_STOPPED)
                | (Q(status="stopped") & _LAUNCHED & _STOPPED),
                name="a_campaign_has_its_moments",
            ),
            models.CheckConstraint(
                condition=_SCHEDULED | _NOT_SCHEDULED, name="a_plan_has_moment_and_person"
            ),
            models.CheckConstraint(
                condition=_empty("released_at", "released_by")
                | (_given("released_at") & _given("released_by") & ~Q(released_by=F("changed_by"))),
                name="nobody_releases_their_own_words",
            ),
            models.CheckConstraint(
                condition=_empty("field") | _empty("workshop"), name="a_campaign_is_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(fallback__in=["german", "leave_out"]), name="a_known_fallback"
            ),
            models.CheckConstraint(
                condition=Q(hindrance="") | Q(status="draft"), name="only_a_draft_was_hindered"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def was_launched(self) -> bool:
        """Was it ever launched? Then text and audience are what people got."""
        return self.launched_at is not None
