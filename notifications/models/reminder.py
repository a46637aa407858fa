"""Rules for reminders: when before a workshop, and to whom."""

import datetime
import enum

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from workshops import dates
from workshops.models import ParticipationProcess

_DAY = 24 * 60
SHORTEST_MINUTES, LONGEST_DAYS = 10, 60


# A mail that reminds goes at most so late, and at most when half of its time before the start is gone: what
# then still came would be another reminder than the one that staff chose.
LATEST = datetime.timedelta(days=1)


def mail_goes_until(planned_at: datetime.datetime, starts_at: datetime.datetime) -> datetime.datetime:
    """Until when a reminder planned for that moment is still sent, late but not too late."""
    return planned_at + min(LATEST, (starts_at - planned_at) / 2)


class Group(enum.StrEnum):
    """Those who get one reminder at one moment with one wording."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    MODERATORS = "moderators"


class ReminderAudience(models.TextChoices):
    """Whom a rule reminds."""

    CONFIRMED = "confirmed", _("alle mit Platz")
    WAITING = "waiting", _("alle auf der Warteliste")
    REGISTERED = "registered", _("alle mit Platz und alle auf der Warteliste")
    MODERATORS = "moderators", _("wer den Workshop leitet")


_GROUPS = {
    ReminderAudience.CONFIRMED: (Group.CONFIRMED,),
    ReminderAudience.WAITING: (Group.WAITING,),
    ReminderAudience.REGISTERED: (Group.CONFIRMED, Group.WAITING),
    ReminderAudience.MODERATORS: (Group.MODERATORS,),
}

# Whom, and how many minutes before: seven days, one day, one hour; and who leads it, the day before.
DEFAULT_RULES = (
    (ReminderAudience.CONFIRMED, 7 * _DAY),
    (ReminderAudience.CONFIRMED, _DAY),
    (ReminderAudience.CONFIRMED, 60),
    (ReminderAudience.MODERATORS, _DAY),
)


class ReminderRule(models.Model):
    """“So long before the start”, or “so many days before, at this time of the town's clock”.

    Days are local days in both: 7 days before 18:00 is 18:00, also across the clock change.
    """

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="reminder_rules")
    audience = models.CharField(
        _("Wer wird erinnert?"),
        max_length=10,
        choices=ReminderAudience.choices,
        default=ReminderAudience.CONFIRMED,
    )
    minutes_before = models.PositiveIntegerField(
        _("Minuten vor Beginn"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SHORTEST_MINUTES), MaxValueValidator(LONGEST_DAYS * _DAY)],
    )
    # 0 is the day of the workshop itself.
    days_before = models.PositiveSmallIntegerField(
        _("Tage vor dem Workshop"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_DAYS)]
    )
    at_time = models.TimeField(_("Uhrzeit"), null=True, blank=True)
    # Moments before this one are not the rule's: it was made, changed or switched on later, and what
    # staff type in the evening must not send what was due in the morning.
    applies_from = models.DateTimeField(default=timezone.now)
    is_active = models.BooleanField(_("aktiv"), default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "audience", "minutes_before"], name="one_rule_per_span_and_audience"
            ),
            models.UniqueConstraint(
                fields=["process", "audience", "days_before", "at_time"],
                name="one_rule_per_local_time_and_audience",
            ),
            models.CheckConstraint(
                # `isnull` too: a comparison with NULL is not false, and only false breaks a constraint.
                condition=Q(
                    minutes_before__isnull=False,
                    minutes_before__gte=SHORTEST_MINUTES,
                    minutes_before__lte=LONGEST_DAYS * _DAY,
                    days_before__isnull=True,
                    at_time__isnull=True,
                )
                | Q(
                    minutes_before__isnull=True,
                    days_before__isnull=False,
                    days_before__lte=LONGEST_DAYS,
                    at_time__isnull=False,
                ),
                name="a_reminder_has_a_span_or_a_local_time",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["confirmed", "waiting", "registered", "moderators"]),
                name="a_known_reminder_audience",
            ),
        ]

    def __str__(self) -> str:
        if self.minutes_before is None:
            return f"{self.days_before} d {self.at_time}"
        return f"{self.minutes_before} min"

    @property
    def groups(self) -> tuple[Group, ...]:
        return _GROUPS[ReminderAudience(self.audience)]

    @property
    def longest_span(self) -> datetime.timedelta:
        """No moment of this rule lies longer before a start than this."""
        if self.minutes_before is None:
            # From a day's first minute to the last of a later one.
            return datetime.timedelta(days=(self.days_before or 0) + 1, hours=2)
        # A local day may be 25 hours long.
        return datetime.timedelta(minutes=self.minutes_before, hours=2)

    @property
    def words(self) -> str:
        """“7 Tage vorher”, “2 Tage vorher um 09:00 Uhr”, in the active language."""
        if self.minutes_before is None:
            assert self.at_time is not None
            time = dates.time_text(self.at_time)
            count = self.days_before or 0
            sentence = gettext("am selben Tag um %(time)s Uhr")
            if count:
                sentence = ngettext(
                    "%(count)d Tag vorher um %(time)s Uhr", "%(count)d Tage vorher um %(time)s Uhr", count
                )
            # The line never breaks inside a time.
            return sentence.replace(" Uhr", "\u00a0Uhr") % {"count": count, "time": time}
        if self.minutes_before % _DAY == 0:
            count = self.minutes_before // _DAY
            return ngettext("%(count)d Tag vorher", "%(count)d Tage vorher", count) % {"count": count}
        if self.minutes_before % 60 == 0:
            count = self.minutes_before // 60
            return ngettext("%(count)d Stunde vorher", "%(count)d Stunden vorher", count) % {"count": count}
        count = self.minutes_before
        return ngettext("%(count)d Minute vorher", "%(count)d Minuten vorher", count) % {"count": count}

    def moment_before(self, starts_at: datetime.datetime) -> datetime.datetime:
        """When this rule's reminder for a workshop is due; `starts_at` is aware, the answer is UTC.

        A time that the clock skips in spring comes as much later (02:30 is 03:30); of a time that it shows
        twice in autumn, the first.
        """
        local = starts_at.astimezone(self.process.zone)
        if self.minutes_before is None:
            assert self.days_before is not None
            assert self.at_time is not None
            day = local.date() - datetime.timedelta(days=self.days_before)
            # `fold=0` in a gap counts with the offset before it, as RFC 5545 does (3.3.5).
            wall = datetime.datetime.combine(day, self.at_time.replace(fold=0), tzinfo=self.process.zone)
            return wall.astimezone(datetime.UTC)
        days, minutes = divmod(self.minutes_before, _DAY)
        # Wall clock for whole days, real minutes for the rest.
        on_the_day = (local.replace(tzinfo=None) - datetime.timedelta(days=days)).replace(
            tzinfo=self.process.zone, fold=local.fold
        )
        return on_the_day.astimezone(datetime.UTC) - datetime.timedelta(minutes=minutes)
