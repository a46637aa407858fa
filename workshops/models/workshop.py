"""Workshops: when, where, for how many, and who may know of them."""

import datetime
import enum
import secrets
import uuid

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.process import ActionField, ParticipationProcess
from workshops.models.room import ConferenceRoom
from workshops.models.searchable import Searchable
from workshops.models.series import WorkshopSeries
from workshops.models.texts import LocalisedTextField
from workshops.retention import begin_of_next_day

_CONFIRMED = Q(registrations__status="confirmed")
_LISTED = Q(registrations__status="waiting")


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def of_process(self, process: ParticipationProcess) -> "WorkshopQuerySet":
        return self.filter(series__field__process=process)

    def announced(self) -> "WorkshopQuerySet":
        """Those the public may know of: published, and the cancelled that once were."""
        return self.exclude(status=Workshop.Status.DRAFT).filter(published_at__isnull=False)

    def published(self) -> "WorkshopQuerySet":
        return self.filter(status=Workshop.Status.PUBLISHED)

    def drafts(self) -> "WorkshopQuerySet":
        return self.filter(status=Workshop.Status.DRAFT)

    def upcoming(self, now: datetime.datetime) -> "WorkshopQuerySet":
        return self.published().filter(ends_at__gt=now).order_by("starts_at", "pk")

    def over(self, now: datetime.datetime) -> "WorkshopQuerySet":
        return self.published().filter(ends_at__lte=now).order_by("-starts_at", "-pk")

    def with_seats(self) -> "WorkshopQuerySet":
        """Each with `seats_taken` and `waits_taken`, holds among them: for those who run it."""
        held = Q(registrations__status="pending", registrations__holds_seat=True)
        waits = Q(registrations__status="pending", registrations__holds_seat=False)
        return self._counting(_CONFIRMED | held, _LISTED | waits)

    def with_confirmed_seats(self) -> "WorkshopQuerySet":
        """The same names, without holds: for whatever the public sees.

        A figure that a mere request moves would tell whether its address was known before (ADR 11).
        """
        return self._counting(_CONFIRMED, _LISTED)

    def _counting(self, seats: Q, waits: Q) -> "WorkshopQuerySet":
        counts = {
            "seats_taken": Count("registrations", filter=seats),
            "waits_taken": Count("registrations", filter=waits),
        }
        return self.annotate(**counts)

    def led_by(self, user: User) -> "WorkshopQuerySet":
        return self.filter(moderators=user)


class Offer(enum.StrEnum):
    """What a citizen can do about a workshop at one moment."""

    CANCELLED = "cancelled"
    OVER = "over"
    RUNNING = "running"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    FULL = "full"
    WAITING_LIST = "waiting_list"
    SEATS = "seats"


# So long before the start a recording is announced: everyone hears of it in time, and can still stay away.
RECORDING_NOTICE = datetime.timedelta(hours=24)


def new_phone_code() -> str:
    """Five digits, as BigBlueButton's telephone bridge takes them (its default dial plan: 10000 to 99999)."""
    return str(10_000 + secrets.randbelow(90_000))


class Workshop(Searchable):
    """One dated video conference of a series."""

    SEARCHED = ("title", "description")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        CANCELLED = "cancelled", _("abgesagt")

    series = models.ForeignKey(WorkshopSeries, on_delete=models.CASCADE, related_name="workshops")
    # The calendar's UID: given once, never changed, whatever moves.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(_("Nummer in der Reihe"))
    title = LocalisedTextField(_("Titel"), blank=True)
    description = LocalisedTextField(_("Beschreibung"), blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    capacity = models.PositiveIntegerField(_("Plätze"))
    waiting_capacity = models.PositiveIntegerField(_("Plätze auf der Warteliste"), default=10)
    # Empty: from publication on, until the start.
    registration_opens_at = models.DateTimeField(_("Anmeldung ab"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("Anmeldung bis"), null=True, blank=True)
    # Where it happens: a room of the process, or an address of its own, or (not yet) nowhere. Neither stands
    # in a mail or calendar: those carry our own join link.
    room = models.ForeignKey(
        ConferenceRoom, on_delete=models.PROTECT, null=True, blank=True, related_name="workshops"
    )
    conference_url = models.URLField(_("Adresse der Videokonferenz"), max_length=500, blank=True)
    # Instead of the room's number and our code.
    dial_in = models.CharField(_("Einwahl per Telefon"), max_length=200, blank=True)
    phone_code = models.CharField(max_length=5, default=new_phone_code, editable=False)
    # Decided early enough to tell everyone (`operations.recordings`).
    recording_announced_at = models.DateTimeField(null=True, blank=True)
    # Announced once, and then not: who was told must hear that, too.
    recording_withdrawn_at = models.DateTimeField(null=True, blank=True)
    moderators = models.ManyToManyField(User, related_name="moderated_workshops", blank=True)
    # Planning leaves a pinned workshop where it is.
    is_pinned = models.BooleanField(default=False)
    # Raised by each change that calendars must learn (RFC 5545 SEQUENCE).
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancellation_reason = models.TextField(_("Grund der Absage"), blank=True)
    # The last place given out; the next registration takes the next one, inside the lock.
    last_place = models.PositiveIntegerField(default=0)

    objects = WorkshopQuerySet.as_manager()

    # Only on rows that came through `with_seats()` or `with_confirmed_seats()`.
    seats_taken: int
    waits_taken: int

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["status", "starts_at"])]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="one_workshop_per_number"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_workshop_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_workshop_has_a_seat"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "cancelled"]), name="a_known_workshop_status"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True, published_by__isnull=True)
                | (
                    Q(status__in=["published", "cancelled"])
                    & Q(published_at__isnull=False, published_by__isnull=False)
                ),
                name="published_workshops_have_moment_and_person",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False, cancelled_by__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True)),
                name="cancelled_workshops_have_moment_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancellation_reason=""),
                name="a_cancelled_workshop_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at__isnull=True)
                | Q(registration_closes_at__lte=F("starts_at")),
                name="registration_closes_by_the_start",
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__isnull=True, registration_opens_at__lt=F("starts_at"))
                # Said for NULL, too: a check that comes to NULL lets the row pass.
                | Q(
                    registration_closes_at__isnull=False,
                    registration_opens_at__lt=F("registration_closes_at"),
                ),
                name="registration_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(conference_url=""), name="a_workshop_has_one_way_in"
            ),
            models.CheckConstraint(
                condition=Q(recording_announced_at__isnull=True) | Q(recording_withdrawn_at__isnull=True),
                name="a_recording_is_announced_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title) or gettext("%(field)s: Workshop %(number)d") % {
            "field": self.series.field.name,
            "number": self.number,
        }

    @property
    def field(self) -> ActionField:
        return self.series.field

    @property
    def process(self) -> ParticipationProcess:
        return self.series.field.process

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def local_start(self) -> datetime.datetime:
        return self.starts_at.astimezone(self.process.zone)

    @property
    def local_end(self) -> datetime.datetime:
        return self.ends_at.astimezone(self.process.zone)

    @property
    def needs_end_at(self) -> datetime.datetime:
        """From this midnight on nobody sees what people needed for it, whether or not it is deleted yet."""
        over = self.ends_at if self.cancelled_at is None else min(self.cancelled_at, self.ends_at)
        return begin_of_next_day(over, self.process.zone)

    @property
    def has_a_room(self) -> bool:
        """Is there somewhere to go at all?"""
        return self.room_id is not None or self.conference_url != ""

    @property
    def phone(self) -> str:
        """What people dial, with the code they type: its own, or the room's. Stands in calendars."""
        return self.dial_in if self.dial_in or self.room is None else self.phone_in(self.room)

    def phone_in(self, room: ConferenceRoom) -> str:
        return f"{room.dial_in}, {self.phone_code}#" if room.takes_our_phone_code else room.dial_in

    @property
    def is_recorded(self) -> bool:
        return self.recording_announced_at is not None

    @property
    def recording_is_withdrawn(self) -> bool:
        return self.recording_withdrawn_at is not None

    def withdraw_recording(self, *, now: datetime.datetime) -> list[str]:
        """For the operations by which it ends; returns the columns that changed, to be saved and told."""
        self.recording_announced_at, self.recording_withdrawn_at = None, now
        return ["recording_announced_at", "recording_withdrawn_at"]

    @property
    def recording_can_be_announced_until(self) -> datetime.datetime:
        return self.starts_at - RECORDING_NOTICE

    @property
    def opens_at(self) -> datetime.datetime:
        """From when participants may go in."""
        return self.starts_at - datetime.timedelta(minutes=self.process.opens_minutes)

    @property
    def opens_for_moderators_at(self) -> datetime.datetime:
        return self.starts_at - datetime.timedelta(minutes=self.process.opens_minutes_moderators)

    @property
    def last_promotion_at(self) -> datetime.datetime:
        return self.starts_at - datetime.timedelta(hours=self.process.promotion_ends_hours)

    @property
    def seats_left(self) -> int:
        """Needs the seats counted. Never negative: staff may have taken seats away since."""
        return max(self.capacity - self.seats_taken, 0)

    @property
    def waits_left(self) -> int:
        """Needs the seats counted."""
        return max(self.waiting_capacity - self.waits_taken, 0)

    @property
    def is_full(self) -> bool:
        """Neither a seat nor a place on the waiting list is left. Needs the seats counted."""
        return self.seats_left == 0 and self.waits_left == 0

    def is_running(self, now: datetime.datetime) -> bool:
        return self.is_published and self.starts_at <= now < self.ends_at

    def is_over(self, now: datetime.datetime) -> bool:
        return self.is_published and now >= self.ends_at

    def offer(self, now: datetime.datetime) -> Offer:
        """Needs the seats counted."""
        if self.is_cancelled:
            return Offer.CANCELLED
        if now >= self.starts_at:
            return Offer.RUNNING if now < self.ends_at else Offer.OVER
        if not self.registration_is_open(now):
            opens_at = self.registration_opens_at
            return Offer.NOT_OPEN_YET if opens_at is not None and now < opens_at else Offer.CLOSED
        if self.is_full:
            return Offer.FULL
        return Offer.SEATS if self.seats_left else Offer.WAITING_LIST

    def registration_is_open(self, now: datetime.datetime) -> bool:
        return (
            self.is_published
            and now < self.starts_at
            and (self.registration_opens_at is None or self.registration_opens_at <= now)
            and (self.registration_closes_at is None or now < self.registration_closes_at)
        )
