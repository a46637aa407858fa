"""The record of one workshop: agenda, what was said under each item, and proposed measures."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.measure import Measure
from workshops.models.people import User
from workshops.models.workshop import Workshop


class AgendaItem(models.Model):
    """A point of the agenda, and the minutes written under it (Markdown)."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = models.CharField(_("Tagesordnungspunkt"), max_length=200)
    minutes_planned = models.PositiveSmallIntegerField(_("Dauer in Minuten"), null=True, blank=True)
    text = models.TextField(_("Protokoll"), blank=True)
    # Raised by each save: whoever saves over a version they haven't seen is shown both texts.
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["workshop", "position"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "position"], name="one_agenda_item_per_position"),
            models.CheckConstraint(condition=~Q(title=""), name="an_agenda_item_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title


class AgendaItemVersion(models.Model):
    """What stood under an item after one save. Nothing written is ever overwritten without a trace."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="one_text_per_version"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of item {self.item_id}"


class Minutes(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        IN_REVIEW = "in_review", _("in Durchsicht")
        PUBLISHED = "published", _("veröffentlicht")

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="minutes")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "minutes"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "in_review", "published"]), name="a_known_minutes_status"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False, published_by__isnull=False)
                | (~Q(status="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="published_minutes_have_moment_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"minutes of workshop {self.workshop_id}"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED


class ProposedMeasureQuerySet(models.QuerySet["ProposedMeasure"]):
    def undecided(self) -> "ProposedMeasureQuerySet":
        return self.filter(status=ProposedMeasure.Status.PROPOSED)


class ProposedMeasure(models.Model):
    """A suggestion recorded in minutes. It keeps its origin for good."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("vorgeschlagen")
        ADOPTED = "adopted", _("angenommen")
        DECLINED = "declined", _("abgelehnt")
        MERGED = "merged", _("zusammengeführt")

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposed_measures")
    title = models.CharField(_("Titel"), max_length=200)
    description = models.TextField(_("Beschreibung"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.TextField(_("Begründung"), blank=True)
    # What it became (adopted), or into which proposal it went (merged).
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_proposals"
    )

    objects = ProposedMeasureQuerySet.as_manager()

    class Meta:
        ordering = ["item", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "adopted", "declined", "merged"]),
                name="a_known_proposal_status",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="a_proposal_has_a_title"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_decision_has_moment_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decision_reason=""), name="declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status="adopted", measure__isnull=False)
                | (~Q(status="adopted") & Q(measure__isnull=True)),
                name="adopted_as_a_measure",
            ),
            models.CheckConstraint(
                condition=(Q(status="merged", merged_into__isnull=False) & ~Q(merged_into=F("pk")))
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="merged_into_another_proposal",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_decided(self) -> bool:
        return self.status != self.Status.PROPOSED
