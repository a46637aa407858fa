"""How long a process keeps what it knows of people, what was deleted, and what stays as a count."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.process import ParticipationProcess
from workshops.models.texts import LocalisedTextField
from workshops.models.workshop import Workshop
from workshops.retention import CHOSEN, PERIODS, PURPOSE_CODES, Rule


def _within_bounds() -> Q:
    allowed = Q()
    for rule in CHOSEN:
        allowed |= Q(rule=rule.value, days__gte=PERIODS[rule].least, days__lte=PERIODS[rule].most)
    return allowed


class RetentionPeriod(models.Model):
    """A period that staff chose; without a row `workshops.retention` says the default."""

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="retention_periods"
    )
    rule = models.CharField(max_length=13, choices=[(rule.value, rule.label) for rule in CHOSEN])
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "rule"], name="one_period_per_rule_and_process"),
            models.CheckConstraint(condition=_within_bounds(), name="a_period_is_within_its_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.days} d"


class PurposeWording(models.Model):
    """What a process says a purpose is for; without a row `workshops.retention` says the default."""

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="purpose_wordings"
    )
    # A `Purpose.code`; without choices, as their words would be in each migration.
    purpose = models.CharField(max_length=13)
    text = LocalisedTextField(_("Wozu wir etwas speichern"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "purpose"], name="one_wording_per_purpose_and_process"
            ),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSE_CODES), name="a_known_purpose"),
            models.CheckConstraint(condition=~Q(text={}), name="a_wording_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.text}"


class DeletionRecord(models.Model):
    """How many rows were deleted, or emptied, on one day of the town's calendar, and by which rule.

    Of whom isn't known here, and no moment: it could be held against other lists.
    """

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="deletion_records"
    )
    day = models.DateField()
    rule = models.CharField(max_length=13, choices=Rule.choices)
    # The period that was in force; 0 where the rule counts no days.
    days = models.PositiveSmallIntegerField(default=0)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "rule", "days"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "day", "rule", "days"], name="deletions_are_summed_by_day_and_rule"
            ),
            models.CheckConstraint(condition=Q(rule__in=Rule.values), name="a_known_rule_of_deletion"),
            models.CheckConstraint(condition=Q(count__gte=1), name="a_deletion_record_counts_something"),
        ]

    def __str__(self) -> str:
        return f"{self.count} by {self.rule} on {self.day}"


class KeptCounts(models.Model):
    """Of those whose registrations were deleted after a workshop: how many they were.

    Added to what is still there (`operations.reports`), so that statistics stay when people go. Whole
    columns only: nothing says which language goes with which kind. Small counts are hidden where they are
    shown, over all workshops at once.
    """

    workshop = models.OneToOneField(Workshop, on_delete=models.CASCADE, related_name="kept_counts")
    registered = models.PositiveIntegerField(default=0)
    attended = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    # Of those who came: {"private": n, "organisation": n (of no known kind), code of `OrganisationKind`: n},
    # {language's code: n}, {source's code: n}.
    kinds = models.JSONField(default=dict)
    languages = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "kept counts"
        constraints = [
            models.CheckConstraint(
                condition=Q(attended__lte=F("registered")), name="only_the_registered_are_counted_as_there"
            ),
        ]

    def __str__(self) -> str:
        return f"kept counts of workshop {self.workshop_id}"
