"""The plan's third level: what the town will do, and how far it is."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.people import User
from workshops.models.process import Goal
from workshops.models.texts import LocalisedTextField

if TYPE_CHECKING:
    from workshops.models.workshop import Workshop


class Measure(models.Model):
    """An adopted measure. Its proposals (`proposals`) lead back to the minutes it came from."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("geplant")
        IN_PROGRESS = "in_progress", _("in Arbeit")
        DONE = "done", _("umgesetzt")
        ABANDONED = "abandoned", _("aufgegeben")

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    title = LocalisedTextField(_("Titel"))
    description = LocalisedTextField(_("Beschreibung"), blank=True)
    responsible = models.CharField(_("zuständig"), max_length=150, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PLANNED)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

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
    def next_statuses(self) -> list["Measure.Status"]:
        """Where it may go from here. What was done or given up can be taken up again."""
        return list(_NEXT[Measure.Status(self.status)])


_NEXT = {
    Measure.Status.PLANNED: (Measure.Status.IN_PROGRESS, Measure.Status.ABANDONED),
    Measure.Status.IN_PROGRESS: (Measure.Status.DONE, Measure.Status.ABANDONED),
    Measure.Status.DONE: (Measure.Status.IN_PROGRESS,),
    Measure.Status.ABANDONED: (Measure.Status.IN_PROGRESS,),
}
