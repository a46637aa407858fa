"""Video rooms: where a workshop happens, the meeting that is made there, who is in it, what was recorded."""

import datetime
import secrets

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.registration import Need, Registration, in_steps_of_five
from workshops.models.room import ConferenceRoom
from workshops.models.texts import LocalisedTextField
from workshops.models.workshop import Workshop


class InterpretationChannel(models.Model):
    """What some need beside the main room: a language channel in it, or a second room.

    Shown to those who asked for it (`need`), and to whoever leads the workshop.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="channels")
    need = models.CharField(_("Für wen"), max_length=20, choices=Need.choices, default=Need.INTERPRETATION)
    label = models.CharField(_("Sprache oder Name"), max_length=60)
    # How to get there inside the main room, if there is no room of its own.
    how = LocalisedTextField(_("So geht es"), blank=True)
    room = models.ForeignKey(
        ConferenceRoom, on_delete=models.PROTECT, null=True, blank=True, related_name="channels"
    )
    dial_in = models.CharField(_("Einwahl per Telefon"), max_length=200, blank=True)

    class Meta:
        ordering = ["need", "label", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "need", "label"], name="one_channel_per_label"),
            models.CheckConstraint(condition=Q(need__in=Need.values), name="a_channel_is_for_a_known_need"),
        ]

    def __str__(self) -> str:
        return self.label


# Servers work on a recording for hours; what isn't there after two weeks doesn't come.
RECORDINGS_APPEAR_FOR = datetime.timedelta(days=14)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def alive(self) -> "MeetingQuerySet":
        """Made, or about to be made, and not ended by us."""
        return self.filter(ended_at__isnull=True)

    def failing(self, now: datetime.datetime) -> "MeetingQuerySet":
        """Of workshops that aren't over, whose provider failed when it was last asked: second rooms too."""
        alive = self.alive().counted().exclude(problem="")
        return alive.filter(workshop__ends_at__gt=now).order_by("-problem_at", "pk")

    def open(self) -> "MeetingQuerySet":
        """Made at the provider, as far as we know."""
        return self.alive().filter(opened_at__isnull=False)

    def counted(self) -> "MeetingQuerySet":
        """Those in which people take part: nobody is at a rehearsal."""
        return self.exclude(purpose=Meeting.Purpose.REHEARSAL)

    def rehearsals(self) -> "MeetingQuerySet":
        return self.filter(purpose=Meeting.Purpose.REHEARSAL)

    def over(
        self, *, ended_before: datetime.datetime, rehearsed_before: datetime.datetime
    ) -> "MeetingQuerySet":
        """Not ended yet, though the workshop is long over or cancelled, or the rehearsal began long ago."""
        rehearsal = Q(purpose=Meeting.Purpose.REHEARSAL)
        return self.alive().filter(
            ~rehearsal & Q(workshop__ends_at__lte=ended_before)
            | rehearsal & Q(created_at__lte=rehearsed_before)
            | Q(workshop__status=Workshop.Status.CANCELLED)
        )

    def with_recordings(self, now: datetime.datetime) -> "MeetingQuerySet":
        """Of which a recording is at the provider, or may still appear there."""
        listed = Recording.objects.filter(deleted_at__isnull=True).values("meeting")
        to_come = Q(is_recorded=True, workshop__ends_at__gt=now - RECORDINGS_APPEAR_FOR)
        return self.filter(Q(pk__in=listed) | to_come)

    def not_closed(self, *, ended_after: datetime.datetime) -> "MeetingQuerySet":
        """Over here, but the provider has not heard of it yet: people may still be in."""
        asked = Q(opened_at__isnull=False) | Q(asked_at__isnull=False)
        return self.filter(asked, ended_at__gt=ended_after, closed_at__isnull=True)


class Meeting(models.Model):
    """One meeting at a room's provider. The join link outlives it: another room means another meeting."""

    class Purpose(models.TextChoices):
        WORKSHOP = "workshop", _("Workshop")
        CHANNEL = "channel", _("zweiter Raum")
        REHEARSAL = "rehearsal", _("Probe")

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="meetings")
    room = models.ForeignKey(ConferenceRoom, on_delete=models.PROTECT, related_name="meetings")
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.WORKSHOP)
    channel = models.ForeignKey(
        InterpretationChannel, on_delete=models.CASCADE, null=True, blank=True, related_name="meetings"
    )
    # What the provider calls it by our wish: 160 random bits, since in some rooms the name alone lets one in.
    key = models.CharField(max_length=40, unique=True)
    # What the provider calls it by its own (Zoom's number); empty if it takes ours.
    external_id = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    # Somebody is making it, or asking for it, at the provider right now; others wait until then.
    claimed_until = models.DateTimeField(null=True, blank=True)
    # The provider was asked to make it and hasn't answered, or we broke off: it may be there, or appear yet.
    asked_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    # The provider last said that it is there.
    seen_at = models.DateTimeField(null=True, blank=True)
    # Made so that it can be recorded: only then are there recordings to ask for, last at that moment.
    is_recorded = models.BooleanField(default=False)
    recordings_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The provider was told that it is over.
    closed_at = models.DateTimeField(null=True, blank=True)
    # The provider's last failure (`conferencing.ProviderError.code`), in its own short words, and when.
    problem = models.CharField(max_length=20, blank=True)
    problem_words = models.CharField(max_length=80, blank=True)
    problem_at = models.DateTimeField(null=True, blank=True)

    # By this process's own clock, while it asks the provider; no column.
    claimed_since: float | None = None

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["workshop", "channel", "rehearsal"]), name="a_known_meeting_purpose"
            ),
            models.CheckConstraint(
                condition=Q(purpose="channel", channel__isnull=False)
                | Q(purpose="workshop", channel__isnull=True)
                | Q(purpose="rehearsal"),
                name="a_second_room_belongs_to_a_channel",
            ),
            models.UniqueConstraint(
                fields=["workshop", "purpose"],
                condition=Q(ended_at__isnull=True, channel__isnull=True),
                name="one_meeting_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["channel", "purpose"],
                condition=Q(ended_at__isnull=True, channel__isnull=False),
                name="one_meeting_at_a_time_per_channel",
            ),
            models.CheckConstraint(
                condition=Q(problem="", problem_at__isnull=True)
                | ~Q(problem="") & Q(problem_at__isnull=False),
                name="a_meetings_problem_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(ended_at__isnull=False),
                name="only_what_is_over_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


def new_meeting_key() -> str:
    """40 hexadecimal digits: safe in every provider's addresses, and read by ear in none."""
    return secrets.token_hex(20)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def inside(self) -> "PresenceQuerySet":
        return self.filter(left_at__isnull=True)


class Presence(models.Model):
    """Somebody in a meeting, from when to when: only until the workshop's attendance is settled."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="presences")
    # Empty for who came another way than by a link of ours (a caller, a guest of the provider).
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="presences"
    )
    # How the provider names them to us; tells one unknown guest from another, and one device from another.
    person_key = models.CharField(max_length=64)
    name = models.CharField(max_length=150, blank=True)
    is_moderator = models.BooleanField(default=False)
    is_by_phone = models.BooleanField(default=False)
    # In the lobby, not let in yet.
    is_waiting = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person_key"],
                condition=Q(left_at__isnull=True),
                name="nobody_is_twice_in_one_meeting",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
                name="nobody_leaves_before_they_come",
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=F("joined_at")), name="nobody_is_seen_before_they_come"
            ),
        ]

    def __str__(self) -> str:
        return f"presence {self.pk}"


class PhoneGuest(models.Model):
    """Someone who took part by telephone without a registration, added by hand by whoever led."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="phone_guests")
    # What helps to tell them apart while the workshop is settled; may stay empty.
    label = models.CharField(_("Name oder Notiz"), max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("Dauer in Minuten"), null=True, blank=True, validators=[MinValueValidator(5)]
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=in_steps_of_five("minutes"), name="a_phone_guests_minutes_are_rounded"
            ),
        ]

    def __str__(self) -> str:
        return f"phone guest {self.pk}"


class RecordingQuerySet(models.QuerySet["Recording"]):
    def published(self) -> "RecordingQuerySet":
        """Those that everyone may watch: where the town has stopped to allow recordings, none; and none of
        a room that was given up, whose provider can't be asked any more."""
        return self.filter(
            published_at__isnull=False,
            deleted_at__isnull=True,
            meeting__room__retired_at__isnull=True,
            meeting__workshop__series__field__process__may_record=True,
        )


class Recording(models.Model):
    """A recording at the provider. Nothing of it is kept here but that it exists, and staff's decision."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="recordings")
    external_id = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Empty where its period was over.
    deleted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "external_id"], name="a_recording_is_listed_once"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="a_published_recording_has_moment_and_person",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=False) | Q(deleted_by__isnull=True),
                name="who_deleted_a_recording_did_it_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"recording {self.pk}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.deleted_at is None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None
