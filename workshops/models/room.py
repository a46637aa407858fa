"""A process's video rooms: a name people know, a provider behind it, and what fits in."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.process import ParticipationProcess


def new_webhook_key() -> str:
    """What makes a room's webhook address unguessable; what it reports is proven by its signature."""
    return secrets.token_urlsafe(24)


class ConferenceRoomQuerySet(models.QuerySet["ConferenceRoom"]):
    def in_use(self) -> "ConferenceRoomQuerySet":
        return self.filter(retired_at__isnull=True)


class ConferenceRoom(models.Model):
    """Where workshops can happen. Which fields count depends on the provider (`conferencing.Connection`)."""

    class Provider(models.TextChoices):
        BIGBLUEBUTTON = "bigbluebutton", "BigBlueButton"
        JITSI = "jitsi", "Jitsi Meet"
        ZOOM = "zoom", "Zoom"
        LINK = "link", _("anderer Anbieter (fester Link)")

    class Algorithm(models.TextChoices):
        SHA256 = "sha256", "SHA-256"
        SHA1 = "sha1", "SHA-1"

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField(_("Name"), max_length=80)
    provider = models.CharField(_("Anbieter"), max_length=15, choices=Provider.choices)
    # BigBlueButton: of the API; Jitsi: of the server; link: of the conference itself.
    address = models.URLField(_("Adresse"), max_length=500, blank=True)
    # Jitsi: the application's id. Zoom: the client id.
    key_id = models.CharField(_("Kennung der Anwendung"), max_length=200, blank=True)
    account_id = models.CharField(_("Konto bei Zoom"), max_length=100, blank=True)
    # Zoom: the user under whom meetings are made.
    host = models.CharField(_("Gastgeber bei Zoom"), max_length=254, blank=True)
    algorithm = models.CharField(
        _("Prüfsumme"), max_length=6, choices=Algorithm.choices, default=Algorithm.SHA256
    )
    # The secret: encrypted here (`workshops.sealing`), or under a name in the environment
    # (CONFERENCE_SECRET_<NAME>).
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_webhook_secret = models.TextField(blank=True, editable=False)
    secret_name = models.CharField(_("Geheimnis aus der Umgebung"), max_length=60, blank=True)
    webhook_key = models.CharField(max_length=40, unique=True, default=new_webhook_key, editable=False)
    has_lobby = models.BooleanField(_("Alle warten, bis die Moderation sie einlässt"), default=False)
    # Of participants; empty: as many as like.
    seats = models.PositiveIntegerField(_("Plätze"), null=True, blank=True, validators=[MinValueValidator(1)])
    parallel_meetings = models.PositiveSmallIntegerField(
        _("Workshops gleichzeitig"), default=1, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    # The number that people call; the code behind it is the workshop's own where the provider takes ours.
    dial_in = models.CharField(_("Einwahl per Telefon"), max_length=100, blank=True)
    # No longer offered; past workshops still say where they were.
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ConferenceRoomQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "name"],
                condition=Q(retired_at__isnull=True),
                name="one_room_in_use_per_name",
            ),
            models.CheckConstraint(
                condition=Q(provider__in=["bigbluebutton", "jitsi", "zoom", "link"]),
                name="a_known_provider",
            ),
            models.CheckConstraint(
                condition=Q(provider="zoom") | ~Q(address=""), name="a_room_has_an_address_unless_zoom"
            ),
            models.CheckConstraint(
                condition=Q(algorithm__in=["sha256", "sha1"]), name="a_known_checksum_algorithm"
            ),
            models.CheckConstraint(
                condition=Q(seats__isnull=True) | Q(seats__gte=1), name="a_room_seats_someone"
            ),
            models.CheckConstraint(condition=Q(parallel_meetings__gte=1), name="a_room_holds_a_meeting"),
            models.CheckConstraint(
                condition=Q(secret_name="") | Q(sealed_secret="", sealed_webhook_secret=""),
                name="a_room_has_its_secret_from_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed_secret or self.secret_name)

    @property
    def makes_meetings(self) -> bool:
        """Whether a meeting is made, and ended, by our asking the provider."""
        return self.provider in (self.Provider.BIGBLUEBUTTON, self.Provider.ZOOM)

    @property
    def takes_our_phone_code(self) -> bool:
        """Whether callers type the workshop's own code: the others' are fixed, part of `dial_in`."""
        return self.provider == self.Provider.BIGBLUEBUTTON and bool(self.dial_in)

    def seats_enough_for(self, people: int) -> bool:
        return self.seats is None or people <= self.seats
