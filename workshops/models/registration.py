"""A participant's seat, or wait, for one workshop."""

import datetime

from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from workshops import lists
from workshops.models.accounts import User
from workshops.models.people import Participant
from workshops.models.workshop import Workshop


class Need(models.TextChoices):
    """What someone needs to take part. Asked so that it can be arranged; nothing about origin or status."""

    INTERPRETATION = "interpretation", _("Dolmetschen")
    SIGN_LANGUAGE = "sign_language", _("Gebärdensprache")
    CAPTIONS = "captions", _("Untertitel")
    EASY_LANGUAGE = "easy_language", _("Leichte Sprache")
    PHONE = "phone", _("Einwahl per Telefon")
    OTHER = "other", _("etwas anderes")


# Confirmed or not yet: both count, so waiting for a mail costs nobody their turn.
HOLDS_A_SEAT = Q(status="confirmed") | Q(status="pending", holds_seat=True)
HOLDS_A_WAIT = Q(status="waiting") | Q(status="pending", holds_seat=False)
# With the links of one registration.
WAY_IN_ENDED = Q(links__scope="join", links__revoked_at__isnull=False)


def in_steps_of_five(name: str) -> Q:
    """Minutes are kept rounded, so that nobody's evening can be told from the table."""
    return Q(**{f"{name}__isnull": True}) | Q(Exact(F(name) % 5, 0))


class CalendarReply(models.TextChoices):
    """What the person's calendar program answered to our invitation (RFC 5545 PARTSTAT)."""

    ACCEPTED = "accepted", _("im Kalender zugesagt")
    TENTATIVE = "tentative", _("im Kalender mit Vorbehalt zugesagt")
    DECLINED = "declined", _("im Kalender abgesagt")


class AttendanceSource(models.TextChoices):
    """How it is known that someone came; a later one in this list is believed over an earlier one."""

    CLICK = "click", _("hat den Raum betreten")
    ROOM = "room", _("war im Raum")
    TICKED = "ticked", _("von der Moderation eingetragen")


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def pending(self) -> "RegistrationQuerySet":
        return self.filter(status=Registration.Status.PENDING)

    def confirmed(self) -> "RegistrationQuerySet":
        return self.filter(status=Registration.Status.CONFIRMED)

    def waiting(self) -> "RegistrationQuerySet":
        """Those on the waiting list, longest wait first."""
        return self.filter(status=Registration.Status.WAITING).order_by("place")

    def active(self) -> "RegistrationQuerySet":
        return self.filter(status__in=ACTIVE)

    def holding_a_seat(self) -> "RegistrationQuerySet":
        return self.filter(HOLDS_A_SEAT)

    def holding_a_wait(self) -> "RegistrationQuerySet":
        return self.filter(HOLDS_A_WAIT)

    def attended(self) -> "RegistrationQuerySet":
        return self.filter(has_attended=True)

    def named_in_minutes(self) -> "RegistrationQuerySet":
        """Those who came and agreed to stand in the published minutes with their names."""
        return self.attended().filter(named_in_minutes_at__isnull=False).exclude(participant__name="")

    def gave_a_seat_back(self) -> "RegistrationQuerySet":
        """Those that had a confirmed seat and ended: someone's calendar was told to take it out."""
        return self.filter(status=Registration.Status.CANCELLED, holds_seat=True, confirmed_at__isnull=False)

    def with_calendar_numbers(self) -> "RegistrationQuerySet":
        """Each with its `seats_given_back`, `ways_in_ended` and `way_in_ended_at`, in the same statement."""
        earlier = (
            Registration.objects.gave_a_seat_back()
            .filter(
                workshop=OuterRef("workshop"),
                participant=OuterRef("participant"),
                place__lt=OuterRef("place"),
            )
            .order_by()
            .values("participant")
            .annotate(count=Count("pk"))
            .values("count")
        )
        ended = (
            Registration.objects.filter(
                WAY_IN_ENDED, workshop=OuterRef("workshop"), participant=OuterRef("participant")
            )
            .order_by()
            .values("participant")
        )
        # They take the places of the properties below, which ask for one row.
        return self.annotate(
            seats_given_back=Coalesce(Subquery(earlier), 0),  # type: ignore[no-redef]
            ways_in_ended=Coalesce(Subquery(ended.annotate(n=Count("links")).values("n")), 0),
            way_in_ended_at=Subquery(ended.annotate(at=Max("links__revoked_at")).values("at")),
        )

    def hold_over(self, now: datetime.datetime) -> "RegistrationQuerySet":
        return self.pending().filter(held_until__lte=now)


class Registration(models.Model):
    """PENDING → CONFIRMED / WAITING (never back) → CANCELLED / LAPSED; WAITING → CONFIRMED is a promotion."""

    class Status(models.TextChoices):
        PENDING = "pending", _("noch nicht bestätigt")
        CONFIRMED = "confirmed", _("bestätigt")
        WAITING = "waiting", _("auf der Warteliste")
        CANCELLED = "cancelled", _("abgemeldet")
        LAPSED = "lapsed", _("verfallen")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="registrations")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="registrations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    # The order of arrival in this workshop, given inside the lock: it orders the waiting list.
    place = models.PositiveIntegerField()
    # While pending: does it hold a seat, or (the workshop being full) a place on the waiting list?
    holds_seat = models.BooleanField()
    held_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    needs = models.JSONField(_("Bedarf"), default=list, blank=True)
    interpretation_language = models.CharField(_("Dolmetschen in"), max_length=60, blank=True)
    needs_note = models.CharField(_("Anmerkung"), max_length=500, blank=True)
    # The newest reply of the person's calendar program, and when they gave it. A declined one cancels.
    reply = models.CharField(max_length=9, choices=CalendarReply.choices, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    # Whether they came and for how long, in steps of five minutes; no moment of coming or going is kept.
    has_attended = models.BooleanField(default=False)
    attended_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    attendance_source = models.CharField(max_length=6, choices=AttendanceSource.choices, blank=True)
    attendance_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Consents, each with its moment: to be named in the published minutes, and to hear by mail what became of
    # the workshop's proposals. Empty: not given, or taken back.
    named_in_minutes_at = models.DateTimeField(null=True, blank=True)
    # Who of the town noted that consent, if it was given on the telephone.
    named_noted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    wants_outcome_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["workshop", "place"]
        indexes = [models.Index(fields=["status", "held_until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "confirmed", "waiting", "cancelled", "lapsed"]),
                name="a_known_registration_status",
            ),
            models.UniqueConstraint(
                fields=["workshop", "participant"],
                condition=Q(status__in=["pending", "confirmed", "waiting"]),
                name="one_active_registration_per_person",
            ),
            models.UniqueConstraint(fields=["workshop", "place"], name="a_place_is_given_once"),
            models.CheckConstraint(
                condition=Q(named_noted_by__isnull=True) | Q(named_in_minutes_at__isnull=False),
                name="only_a_consent_was_noted",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", held_until__isnull=False)
                | (~Q(status="pending") & Q(held_until__isnull=True)),
                name="pending_is_held_until_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False, holds_seat=True),
                name="confirmed_has_a_moment_and_a_seat",
            ),
            models.CheckConstraint(
                condition=~Q(status="waiting") | Q(confirmed_at__isnull=False, holds_seat=False),
                name="waiting_is_confirmed_and_has_no_seat",
            ),
            models.CheckConstraint(
                condition=(~Q(status__in=["cancelled", "lapsed"]) & Q(ended_at__isnull=True))
                | Q(status__in=["cancelled", "lapsed"], ended_at__isnull=False),
                name="ended_registrations_have_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(has_attended=False) | Q(status="confirmed"),
                name="only_the_confirmed_attend",
            ),
            models.CheckConstraint(
                condition=Q(has_attended=False, attended_minutes__isnull=True)
                | Q(has_attended=True) & ~Q(attendance_source=""),
                name="attendance_has_a_source",
            ),
            models.CheckConstraint(
                condition=Q(attendance_source__in=["", "click", "room", "ticked"]),
                name="a_known_attendance_source",
            ),
            models.CheckConstraint(
                condition=in_steps_of_five("attended_minutes"), name="attended_minutes_are_rounded"
            ),
            models.CheckConstraint(
                condition=Q(reply="", replied_at__isnull=True)
                | Q(reply__in=["accepted", "tentative", "declined"], replied_at__isnull=False),
                name="a_known_reply_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(reply="declined") | Q(status__in=["cancelled", "lapsed"]),
                name="who_declined_has_no_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"registration {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @cached_property
    def seats_given_back(self) -> int:
        """How often this person had, and gave back, a seat in this workshop before this registration.

        It never changes: earlier registrations had ended when this one began. For many rows
        `with_calendar_numbers()` brings it along, and the next two.
        """
        return (
            Registration.objects.gave_a_seat_back()
            .filter(workshop=self.workshop_id, participant=self.participant_id, place__lt=self.place)
            .count()
        )

    @cached_property
    def ways_in_ended(self) -> int:
        """How many join links of this person for this workshop opened something once, and don't any more."""
        return self._ways_in_ended().count()

    @cached_property
    def way_in_ended_at(self) -> datetime.datetime | None:
        """When the last of them ended."""
        last: datetime.datetime | None = self._ways_in_ended().aggregate(at=Max("links__revoked_at"))["at"]
        return last

    def _ways_in_ended(self) -> "models.QuerySet[Registration]":
        return Registration.objects.filter(
            WAY_IN_ENDED, workshop=self.workshop_id, participant=self.participant_id
        )

    @property
    def needs_are_over(self) -> bool:
        """Asks the clock itself: a late sweep shows nobody what should be gone."""
        return timezone.now() >= self.workshop.needs_end_at

    @property
    def needs_labels(self) -> list[str]:
        """Nothing from the day after the workshop on; the same of the next three."""
        if not self.needs or self.needs_are_over:
            return []
        return [str(Need(code).label) for code in self.needs if code in Need.values]

    @property
    def note_on_needs(self) -> str:
        return self.needs_note if self.needs_note and not self.needs_are_over else ""

    @property
    def needs_and_language(self) -> list[tuple[str, str]]:
        """Each need with what was said to it: the language that is interpreted, or nothing."""
        spoken = str(Need.INTERPRETATION.label)
        return [
            (label, self.interpretation_language if label == spoken else "") for label in self.needs_labels
        ]

    @property
    def needs_text(self) -> str:
        return lists.listed(
            f"{label} ({language})" if language else label for label, language in self.needs_and_language
        )


ACTIVE = (Registration.Status.PENDING, Registration.Status.CONFIRMED, Registration.Status.WAITING)
