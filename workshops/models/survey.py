"""The questionnaire before the workshops, its answers, and whether the gate is open.

Answers and addresses never meet: an address with consent becomes a `Participant`, and no column
leads from it to what was answered.
"""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ActionField, ParticipationProcess


class SurveyQuerySet(models.QuerySet["Survey"]):
    def closed(self, now: datetime.datetime) -> "SurveyQuerySet":
        return self.filter(closes_at__lte=now)

    def closing_not_announced(self) -> "SurveyQuerySet":
        return self.filter(closing_announced_at__isnull=True)


class Survey(models.Model):
    """The survey's window and what became of it. It runs at an external address."""

    process = models.OneToOneField(ParticipationProcess, on_delete=models.CASCADE, related_name="survey")
    url = models.URLField(_("Adresse der Umfrage"), blank=True)
    opens_at = models.DateTimeField(_("beginnt"))
    closes_at = models.DateTimeField(_("endet"))
    closing_announced_at = models.DateTimeField(null=True, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    evaluated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What `operations.surveys.evaluate` found, small cells already left out.
    evaluation = models.JSONField(default=dict, blank=True)
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waiver_reason = models.TextField(_("Begründung"), blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="a_survey_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(evaluated_at__isnull=True, evaluated_by__isnull=True)
                | Q(evaluated_at__isnull=False, evaluated_by__isnull=False),
                name="an_evaluation_has_moment_and_person",
            ),
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True, waived_by__isnull=True, waiver_reason="")
                | (Q(waived_at__isnull=False, waived_by__isnull=False) & ~Q(waiver_reason="")),
                name="a_waiver_has_moment_person_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"survey of {self.process_id}"

    def is_open(self, now: datetime.datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def is_closed(self, now: datetime.datetime) -> bool:
        return now >= self.closes_at

    @property
    def is_evaluated(self) -> bool:
        return self.evaluated_at is not None

    @property
    def is_waived(self) -> bool:
        return self.waived_at is not None

    def gate_is_open(self, now: datetime.datetime) -> bool:
        """May series be planned? The survey is closed and evaluated, or someone answered for waiving that."""
        return self.is_waived or (self.is_closed(now) and self.is_evaluated)


class SurveyImport(models.Model):
    """One file taken in. The digest makes importing the same file again change nothing."""

    class Source(models.TextChoices):
        SURVEYMONKEY = "surveymonkey", "SurveyMonkey"
        LIMESURVEY = "limesurvey", "LimeSurvey"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="imports")
    source = models.CharField(max_length=20, choices=Source.choices)
    # SHA-256 over the file's bytes and the whole mapping, as 64 hexadecimal digits.
    digest = models.CharField(max_length=64)
    # Labels that mean something, for the answers' period; after it only which question was read as what.
    mapping = models.JSONField(default=dict)
    answer_count = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "digest"], name="a_file_is_imported_once"),
            models.CheckConstraint(
                condition=Q(source__in=["surveymonkey", "limesurvey"]), name="a_known_survey_tool"
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class SurveyAnswer(models.Model):
    """One person's answer, without anything that says who: no name, address, IP, or moment."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers")
    survey_import = models.ForeignKey(SurveyImport, on_delete=models.CASCADE, related_name="answers")
    # A keyed hash of the tool's respondent id: a later, longer export adds only new answers. Emptied, with
    # languages and needs, when their period is over (`operations.raw_material`).
    respondent_key = models.CharField(max_length=64, blank=True)
    fields = models.ManyToManyField(ActionField, related_name="survey_answers", blank=True)
    # Codes such as "tue-evening": weekday mon…sun, part of day morning, afternoon, evening.
    preferred_times = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    needs = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "respondent_key"],
                condition=~Q(respondent_key=""),
                name="one_answer_per_respondent",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class SurveyComment(models.Model):
    """A free comment as raw material for agendas; tied to a field, not to an answer."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="comments")
    # Empty: its file's answers were removed, but a proposal takes it up.
    survey_import = models.ForeignKey(
        SurveyImport, on_delete=models.CASCADE, null=True, blank=True, related_name="comments"
    )
    field = models.ForeignKey(
        ActionField, on_delete=models.CASCADE, null=True, blank=True, related_name="survey_comments"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return f"comment {self.pk}"
