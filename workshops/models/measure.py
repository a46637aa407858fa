"""The plan's third level: what the town will do, and how far it is."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import Goal
from workshops.models.searchable import Searchable
from workshops.models.texts import LocalisedTextField

if TYPE_CHECKING:
    from workshops.models.workshop import Workshop


class MeasureDetails(models.Model):
    """What a measure says beside its title and description; all of it may be unknown at first."""

    purpose = models.TextField(_("Was erreicht werden soll"), blank=True)
    target_group = models.CharField(_("Zielgruppe"), max_length=300, blank=True)
    responsible = models.CharField(_("zuständig"), max_length=150, blank=True)
    partners = models.CharField(_("Partner"), max_length=300, blank=True)
    cost = models.CharField(_("Kosten, grob"), max_length=200, blank=True)
    funding = models.CharField(_("Finanzierung"), max_length=200, blank=True)
    time_frame = models.CharField(_("Zeitrahmen"), max_length=200, blank=True)
    indicator = models.CharField(_("Woran man den Erfolg erkennt"), max_length=300, blank=True)

    DETAILS = (
        *("purpose", "target_group", "responsible", "partners"),
        *("cost", "funding", "time_frame", "indicator"),
    )

    class Meta:
        abstract = True


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_force(self) -> "MeasureQuerySet":
        """Not given up."""
        return self.exclude(status=Measure.Status.ABANDONED)


class Measure(MeasureDetails, Searchable):
    """An adopted measure. Its proposals (`proposals`) lead back to the minutes it came from."""

    SEARCHED = ("title", "description", *MeasureDetails.DETAILS)

    class Status(models.TextChoices):
        PLANNED = "planned", _("geplant")
        IN_PROGRESS = "in_progress", _("in Arbeit")
        DONE = "done", _("umgesetzt")
        ABANDONED = "abandoned", _("aufgegeben")

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = LocalisedTextField(_("Titel"))
    description = LocalisedTextField(_("Beschreibung"), blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PLANNED)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["goal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "position"], name="one_measure_per_position"),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "in_progress", "done", "abandoned"]),
                name="a_known_measure_status",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def workshops(self) -> "list[Workshop]":
        """Those it came from, also by way of proposals that went into its own; each once.

        Costs nothing if `proposals__merged_proposals` and their workshops are prefetched.
        """
        found: dict[int, Workshop] = {}
        for proposal in self.proposals.all():
            for origin in (proposal, *proposal.merged_proposals.all()):
                found.setdefault(origin.item.workshop_id, origin.item.workshop)
        return list(found.values())

    @property
    def survey_comment_count(self) -> int:
        """How many survey comments it takes up, each once; the public reads no more of them than this.

        Costs nothing if the `survey_comments` of its proposals and of those merged into them are prefetched.
        """
        origins = [each for one in self.proposals.all() for each in (one, *one.merged_proposals.all())]
        return len({comment.pk for each in origins for comment in each.survey_comments.all()})

    @property
    def next_statuses(self) -> list["Measure.Status"]:
        """Where it may go from here. What was done or given up can be taken up again."""
        return list(_NEXT[Measure.Status(self.status)])


_NEXT = {
    Measure.Status.PLANNED: (Measure.Status.IN_PROGRESS, Measure.Status.ABANDONED),
    Measure.Status.IN_PROGRESS: (Measure.Status.DONE, Measure.Status.ABANDONED),
    Measure.Status.DONE: (Measure.Status.IN_PROGRESS,),
    Measure.Status.ABANDONED: (Measure.Status.PLANNED, Measure.Status.IN_PROGRESS),
}


class MeasureChange(models.Model):
    """That a measure was adopted, or went further, with a sentence for the public."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField(max_length=12, choices=Measure.Status.choices)
    note = LocalisedTextField(_("Was die Öffentlichkeit dazu liest"), blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["measure", "changed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["planned", "in_progress", "done", "abandoned"]),
                name="a_known_status_of_a_change",
            ),
        ]

    def __str__(self) -> str:
        return f"change {self.pk} of measure {self.measure_id}"


class Milestone(models.Model):
    """A day by which a measure shall have come so far; the public can subscribe to them."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="milestones")
    on = models.DateField(_("Tag"))
    title = LocalisedTextField(_("Meilenstein"))
    reached_on = models.DateField(_("erreicht am"), null=True, blank=True)
    # RFC 5545 UID of its entry in calendars.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # RFC 5545 SEQUENCE of its entry in calendars: raised when day or title change.
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return str(self.title)
