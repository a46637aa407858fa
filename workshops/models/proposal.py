"""Suggestions recorded in minutes, and each decision about them."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.agenda import AgendaItem
from workshops.models.measure import Measure, MeasureDetails
from workshops.models.searchable import Searchable
from workshops.models.survey import SurveyComment


class ProposedMeasureQuerySet(models.QuerySet["ProposedMeasure"]):
    def undecided(self) -> "ProposedMeasureQuerySet":
        return self.filter(status=ProposedMeasure.Status.PROPOSED)


class ProposedMeasure(MeasureDetails, Searchable):
    """A suggestion recorded in minutes. It keeps its origin for good."""

    # What the minutes show of it.
    SEARCHED = ("title", "description")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("vorgeschlagen")
        ADOPTED = "adopted", _("angenommen")
        DECLINED = "declined", _("abgelehnt")
        MERGED = "merged", _("zusammengeführt")

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proposed_measures")
    # Where in the minutes it was said: the version of the item's text when it was captured.
    item_version = models.PositiveIntegerField(default=0)
    # What it takes up from the survey.
    survey_comments = models.ManyToManyField(SurveyComment, related_name="proposals", blank=True)
    # Of its words; empty: nobody said.
    language = models.CharField(_("Sprache"), max_length=10, blank=True)
    title = models.CharField(_("Titel"), max_length=200)
    description = models.TextField(_("Beschreibung"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    # Made of the form and the words that were sent (`proposals.propose`): the same form once more makes no
    # second proposal, also if this one was changed or decided since.
    captured_as = models.UUIDField(null=True, blank=True, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.TextField(_("Begründung"), blank=True)
    # What it became (adopted), or into which proposal it went (merged).
    measure = models.ForeignKey(
        Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    # The proposal whose fate is this one's: one step, however often it was merged on.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_proposals"
    )
    # The one that somebody chose when they merged it, which may itself have been merged on: what an undone
    # merging goes back to.
    merged_by_hand_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_by_hand"
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
            models.CheckConstraint(
                condition=(
                    Q(status="merged", merged_by_hand_into__isnull=False) & ~Q(merged_by_hand_into=F("pk"))
                )
                | (~Q(status="merged") & Q(merged_by_hand_into__isnull=True)),
                name="merged_by_somebodys_hand",
            ),
            models.UniqueConstraint(fields=["item", "captured_as"], name="captured_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_decided(self) -> bool:
        return self.status != self.Status.PROPOSED

    @property
    def becomes(self) -> Measure | None:
        """The measure that it became, itself or by way of the proposal that it went into."""
        return self.measure or (self.merged_into.measure if self.merged_into is not None else None)

    @property
    def public_root(self) -> "ProposedMeasure | None":
        """The proposal that it went into, if the public can read it: its minutes are published."""
        minutes = getattr(self.merged_into.item.workshop, "minutes", None) if self.merged_into else None
        return self.merged_into if minutes is not None and minutes.is_published else None

    def searched_texts(self) -> Iterable[tuple[str, str]]:
        language = self.language or settings.LANGUAGE_CODE
        return [(language, self.title), (language, self.description)]


class ProposalDecision(models.Model):
    """One decision about a proposal, kept also when it was undone: who, when, and why."""

    class Status(models.TextChoices):
        ADOPTED = "adopted", _("angenommen")
        DECLINED = "declined", _("abgelehnt")
        MERGED = "merged", _("zusammengeführt")

    proposal = models.ForeignKey(ProposedMeasure, on_delete=models.CASCADE, related_name="decisions")
    status = models.CharField(max_length=10, choices=Status.choices)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("Begründung"), blank=True)
    into = models.ForeignKey(
        ProposedMeasure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["proposal", "decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["adopted", "declined", "merged"]), name="a_known_decision"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="an_undone_decision_has_moment_and_person",
            ),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(undone_at__isnull=True), name="one_decision_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk} on proposal {self.proposal_id}"


class NotAlike(models.Model):
    """Somebody looked at two proposals that seemed alike and said that they aren't: nobody is asked again."""

    one = models.ForeignKey(ProposedMeasure, on_delete=models.CASCADE, related_name="+")
    # The one that came later, so that a pair has one row.
    other = models.ForeignKey(ProposedMeasure, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "not alike"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_is_told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="a_pair_has_one_order"),
        ]

    def __str__(self) -> str:
        return f"proposals {self.one_id} and {self.other_id}"
