"""Rules for reminders: how long before a workshop."""

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workshops.models import ParticipationProcess

# Seven days, one day, one hour: what a new process begins with.
DEFAULT_MINUTES_BEFORE = (7 * 24 * 60, 24 * 60, 60)


class ReminderRule(models.Model):
    """“So many minutes before the start.” Days are local days: 7 days before 18:00 is 18:00,
    also across the clock change."""

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="reminder_rules")
    minutes_before = models.PositiveIntegerField(
        _("Minuten vor Beginn"), validators=[MinValueValidator(10), MaxValueValidator(60 * 24 * 60)]
    )
    is_active = models.BooleanField(_("aktiv"), default=True)

    class Meta:
        ordering = ["-minutes_before"]
        constraints = [
            models.UniqueConstraint(fields=["process", "minutes_before"], name="one_rule_per_moment"),
            models.CheckConstraint(condition=Q(minutes_before__gte=10), name="a_reminder_leaves_10_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes_before} min"

    @property
    def words(self) -> str:
        """“7 Tage vorher”, in the active language."""
        if self.minutes_before % (24 * 60) == 0:
            count = self.minutes_before // (24 * 60)
            return ngettext("%(count)d Tag vorher", "%(count)d Tage vorher", count) % {"count": count}
        if self.minutes_before % 60 == 0:
            count = self.minutes_before // 60
            return ngettext("%(count)d Stunde vorher", "%(count)d Stunden vorher", count) % {"count": count}
        count = self.minutes_before
        return ngettext("%(count)d Minute vorher", "%(count)d Minuten vorher", count) % {"count": count}

    def moment_before(self, starts_at: datetime.datetime) -> datetime.datetime:
        """When this rule's reminder for a workshop is due; `starts_at` is aware, so is the answer."""
        days, minutes = divmod(self.minutes_before, 24 * 60)
        local = starts_at.astimezone(self.process.zone)
        # Wall clock for whole days, real minutes for the rest.
        on_the_day = (local.replace(tzinfo=None) - datetime.timedelta(days=days)).replace(
            tzinfo=self.process.zone, fold=local.fold
        )
        return on_the_day.astimezone(datetime.UTC) - datetime.timedelta(minutes=minutes)
