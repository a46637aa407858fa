"""What those who came find most important among the proposals of their action field."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.proposal import ProposedMeasure
from workshops.models.registration import Registration
from workshops.models.workshop import Workshop


class Prioritisation(models.Model):
    """Points for proposals by those who came to one workshop: open → closed → frozen with the minutes.

    Without `points_each` only hands that were raised in the room are written down, by whoever leads.
    """

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="prioritisation")
    points_each = models.PositiveSmallIntegerField(_("Punkte je Person"), null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # If set: from this moment on nobody gives points any more, whether or not somebody closed it.
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # From then on only sums are kept: who gave which points is forgotten.
    frozen_at = models.DateTimeField(null=True, blank=True)
    # How many gave points, counted with the sums when it ends; nothing that happens later changes them.
    voters = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points_each__gte=1, points_each__lte=20), name="everyone_has_some_points"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="closed_priorities_have_moment_and_person",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(voters__isnull=False),
                name="frozen_priorities_are_counted",
            ),
            # While points are given nobody counts them.
            models.CheckConstraint(
                condition=Q(voters__isnull=True) | Q(closed_at__isnull=False) | Q(closes_at__isnull=False),
                name="counted_priorities_have_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"priorities of workshop {self.workshop_id}"

    @property
    def is_by_hands_only(self) -> bool:
        return self.points_each is None

    def is_open(self, now: datetime.datetime) -> bool:
        """Can points be given?"""
        if self.is_by_hands_only or self.closed_at is not None or self.frozen_at is not None:
            return False
        return self.closes_at is None or now < self.closes_at


class PrioritisedProposal(models.Model):
    """A proposal that can be given points, and what it got."""

    prioritisation = models.ForeignKey(Prioritisation, on_delete=models.CASCADE, related_name="options")
    proposal = models.ForeignKey(ProposedMeasure, on_delete=models.PROTECT, related_name="priorities")
    position = models.PositiveSmallIntegerField()
    # A show of hands in the room, typed in by whoever leads.
    hands = models.PositiveIntegerField(_("Handzeichen"), null=True, blank=True)
    # The sum, once it ended; none of too few people.
    points = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["prioritisation", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["prioritisation", "proposal"], name="a_proposal_stands_there_once"
            ),
            models.UniqueConstraint(fields=["prioritisation", "position"], name="one_option_per_position"),
        ]

    def __str__(self) -> str:
        return f"option {self.pk}"


class PointsGiven(models.Model):
    """Of one person to one proposal, until the sums are frozen."""

    option = models.ForeignKey(PrioritisedProposal, on_delete=models.CASCADE, related_name="given")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="points_given")
    points = models.PositiveSmallIntegerField(_("Punkte"))

    class Meta:
        verbose_name_plural = "points given"
        constraints = [
            models.UniqueConstraint(fields=["option", "registration"], name="points_are_given_once"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=20), name="points_are_some"),
        ]

    def __str__(self) -> str:
        return f"points {self.pk}"
