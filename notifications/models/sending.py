"""What all workers together must know before they send: may mail go at all, and how fast."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# A mail server that is started anew is no alarm.
AWAY_ALARM_AFTER = datetime.timedelta(minutes=2)


class Ledger(models.Model):
    """One row. Its count goes up with every window of mails; witnesses outside the database know the count
    too (`notifications.witness`), so that a database that was restored from a backup is found out."""

    class Why(models.TextChoices):
        """Why nothing goes out."""

        BEHIND = "behind", _("Die Datenbank ist älter als das, was schon verschickt ist.")
        OTHER_EPOCH = "other_epoch", _("Die Datenbank stammt aus der Zeit vor der letzten Freigabe.")
        COPIED = "copied", _("Das Datenverzeichnis ist eine Kopie oder wurde wiederhergestellt.")
        NO_WITNESS = "no_witness", _("Es fehlt jeder Nachweis, bis wohin schon verschickt ist.")
        BY_HAND = "by_hand", _("Der Versand wurde von Hand angehalten.")

    # Random; an operator's release opens a new one.
    epoch = models.CharField(max_length=32)
    # Epochs before: their witnesses are merely old. An epoch that isn't known here is a later one.
    former = models.JSONField(default=list)
    # Unknown epochs that a witness named and that led to the hold: a release makes them former ones.
    doubted = models.JSONField(default=list)
    count = models.PositiveBigIntegerField(default=0)
    # What it was when the epoch began. Equal: nothing was sent in it, and nothing can have witnessed it.
    opened_count = models.PositiveBigIntegerField(default=0)
    held_at = models.DateTimeField(null=True, blank=True)
    held_why = models.CharField(max_length=12, choices=Why.choices, blank=True)
    # An operator's own words.
    held_note = models.CharField(max_length=300, blank=True)
    # When mail last went out, as the witnesses say.
    witnessed_at = models.DateTimeField(null=True, blank=True)
    # Since when the mail server refuses our user name or password, which they were (as a keyed hash), and
    # when one mail tries again for all.
    refused_since = models.DateTimeField(null=True, blank=True)
    refused_with = models.CharField(max_length=32, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)
    # Since when no mail server takes us at all, how many runs found that, and when one mail tries again.
    away_since = models.DateTimeField(null=True, blank=True)
    away_count = models.PositiveSmallIntegerField(default=0)
    away_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_ledger"),
            models.CheckConstraint(
                condition=Q(held_why__in=["", "behind", "other_epoch", "copied", "no_witness", "by_hand"]),
                name="a_known_reason_to_hold",
            ),
            models.CheckConstraint(
                condition=(Q(held_at__isnull=True) & Q(held_why=""))
                | (Q(held_at__isnull=False) & ~Q(held_why="")),
                name="what_is_held_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(refused_since__isnull=True, probe_at__isnull=True)
                | Q(refused_since__isnull=False, probe_at__isnull=False),
                name="a_refused_sign_in_is_tried_again",
            ),
            models.CheckConstraint(
                condition=Q(away_since__isnull=True, away_try_at__isnull=True, away_count=0)
                | Q(away_since__isnull=False, away_try_at__isnull=False, away_count__gte=1),
                name="a_server_that_is_away_is_tried_again",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=models.F("opened_count")), name="the_ledger_only_advances"
            ),
        ]

    def __str__(self) -> str:
        return f"ledger at {self.count}"

    def no_server_since(self, now: datetime.datetime) -> datetime.datetime | None:
        """Since when no mail server takes us, if that has lasted long enough to trouble anybody."""
        is_long = self.away_since is not None and now - self.away_since >= AWAY_ALARM_AFTER
        return self.away_since if is_long else None


class Pace(models.Model):
    """How fast mail goes to one domain, or to all ("") : a bucket that fills with time, a token a mail."""

    # Lower case, as it stands behind the "@".
    domain = models.CharField(max_length=255, unique=True, blank=True)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()
    # The server asked for less: so many times halved, at which moment last, and from which rate.
    halvings = models.PositiveSmallIntegerField(default=0)
    halved_at = models.DateTimeField(null=True, blank=True)
    per_minute = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(halvings=0)
                | Q(halvings__lte=4, halved_at__isnull=False, per_minute__isnull=False),
                name="a_halved_pace_knows_its_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"pace {self.pk}"
