"""Series, and the runs that plan them."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ActionField, ParticipationProcess


class WorkshopSeries(models.Model):
    """The workshops of one action field, and what planning must respect."""

    field = models.OneToOneField(ActionField, on_delete=models.CASCADE, related_name="series")
    workshop_count = models.PositiveSmallIntegerField(_("Anzahl der Workshops"))
    duration_minutes = models.PositiveSmallIntegerField(_("Dauer in Minuten"), default=120)
    capacity = models.PositiveIntegerField(_("Plätze je Workshop"), default=20)
    waiting_capacity = models.PositiveIntegerField(_("Plätze auf der Warteliste"), default=10)
    # 0 = Monday … 6 = Sunday.
    weekdays = models.JSONField(_("Wochentage"), default=list)
    # Local wall clock, "18:00". Weekly at 18:00 stays 18:00 across the clock change.
    start_times = models.JSONField(_("Anfangszeiten"), default=list)
    first_on = models.DateField(_("frühester Tag"))
    last_on = models.DateField(_("spätester Tag"))
    min_gap_days = models.PositiveSmallIntegerField(_("Mindestabstand in Tagen"), default=7)
    # Codes of those that whoever leads a workshop must speak; empty: no matter.
    languages = models.JSONField(_("Sprachen der Moderation"), default=list, blank=True)

    class Meta:
        verbose_name_plural = "workshop series"
        constraints = [
            models.CheckConstraint(condition=Q(workshop_count__gte=1), name="a_series_has_a_workshop"),
            models.CheckConstraint(condition=Q(duration_minutes__gte=15), name="a_workshop_lasts_15_minutes"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_series_offers_a_seat"),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="a_series_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return str(self.field)

    @property
    def process(self) -> ParticipationProcess:
        return self.field.process

    @property
    def duration(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.duration_minutes)


class PlanningRun(models.Model):
    """One search for a timetable: asked for by staff, done by a worker."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("wartet")
        RUNNING = "running", _("rechnet")
        DONE = "done", _("fertig")
        IMPOSSIBLE = "impossible", _("nicht lösbar")
        FAILED = "failed", _("abgebrochen")

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="planning_runs")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # 0 … 100
    progress = models.PositiveSmallIntegerField(default=0)
    # Reasons and figures of the timetable, or the rules that collide and what would open a way.
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "impossible", "failed"]),
                name="a_known_planning_status",
            ),
            models.UniqueConstraint(
                fields=["process"],
                condition=Q(status__in=["waiting", "running"]),
                name="one_planning_run_at_a_time",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_in_percent"),
        ]

    def __str__(self) -> str:
        return f"planning run {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None
