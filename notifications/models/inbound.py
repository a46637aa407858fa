"""What came back: bounces and calendar replies, and what became of each. Their text is not kept."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import Delivery
from workshops.models import CalendarReply, Participant, ParticipationProcess, User, Workshop


class InboundMessageQuerySet(models.QuerySet["InboundMessage"]):
    def to_look_at(self) -> "InboundMessageQuerySet":
        """Those that only a person can judge, and nobody has ticked off."""
        return self.filter(outcome__in=NEED_A_LOOK, looked_at__isnull=True)

    def of_process(self, process: ParticipationProcess) -> "InboundMessageQuerySet":
        """The process's own, and those of which nobody knows where they belong."""
        return self.filter(Q(process=process) | Q(process__isnull=True))

    def received_before(self, moment: datetime.datetime) -> "InboundMessageQuerySet":
        return self.filter(received_at__lt=moment)


class InboundMessage(models.Model):
    """One message of the mailbox, read once."""

    class Kind(models.TextChoices):
        BOUNCE = "bounce", _("Rückläufer")
        REPLY = "reply", _("Antwort aus dem Kalender")
        AUTOMATIC = "automatic", _("automatische Antwort")
        OTHER = "other", _("andere Nachricht")

    class Outcome(models.TextChoices):
        FAILED = "failed", _("Die E-Mail kam nicht an; das ist vermerkt.")
        NOTED = "noted", _("Zwischenstand: Es ist nichts zu tun.")
        UNCLEAR = "unclear", _("Unklar: Vielleicht kam eine E-Mail nicht an. Bitte im Postfach nachsehen.")
        DECLINED = "declined", _("Abgesagt: Der Platz ist frei.")
        ACCEPTED = "accepted", _("Zugesagt.")
        TENTATIVE = "tentative", _("Mit Vorbehalt zugesagt.")
        STALE = "stale", _("Antwort auf einen alten Termin: Es ist nichts geändert. Bitte nachfragen.")
        OVER = "over", _("Antwort auf eine Anmeldung, die nicht mehr gilt: Es ist nichts zu tun.")
        WRONG_SENDER = (
            "wrong_sender",
            _("Von einer anderen Adresse als der eingeladenen: Es ist nichts geändert."),
        )
        UNPROVEN = (
            "unproven",
            _("Es ist nicht sicher, dass die Person das selbst geschickt hat: Es ist nichts geändert."),
        )
        UNKNOWN = "unknown", _("Dazu gibt es bei uns nichts: Es ist nichts geändert.")
        PERSONAL = "personal", _("Eine persönliche Nachricht: Bitte im Postfach lesen.")
        UNREADABLE = "unreadable", _("Nicht lesbar: Bitte im Postfach nachsehen.")
        TOO_LARGE = "too_large", _("Zu groß: Bitte im Postfach nachsehen.")
        IGNORED = "ignored", _("Nicht für uns: Es ist nichts zu tun.")
        REPEATED = "repeated", _("Schon gelesen: Es ist nichts zu tun.")

    # Where it lies: a hash that names server, account and folder; RFC 3501's UIDVALIDITY and UID.
    mailbox = models.CharField(max_length=64)
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    # SHA-256 of Message-ID and body: moved back into the folder, it has a new UID and is the same message.
    digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    received_at = models.DateTimeField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    process = models.ForeignKey(
        ParticipationProcess,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="inbound_messages",
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, blank=True, related_name="inbound_messages"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, null=True, blank=True, related_name="inbound_messages"
    )
    # What came back to somebody's mail is theirs, and goes with them.
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, null=True, blank=True, related_name="inbound_messages"
    )
    # RFC 3463's status (5.1.1) or the reply's PARTSTAT, and the server's words, without addresses.
    code = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=500, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["received_at"])]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "uid_validity", "uid"], name="a_message_is_read_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["bounce", "reply", "automatic", "other"]),
                name="a_known_kind_of_inbound_message",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        *("failed", "noted", "unclear", "declined", "accepted", "tentative", "stale", "over"),
                        *("wrong_sender", "unproven", "unknown", "personal", "unreadable", "too_large"),
                        *("ignored", "repeated"),
                    ]
                ),
                name="a_known_outcome_of_an_inbound_message",
            ),
            models.CheckConstraint(
                condition=Q(looked_by__isnull=True) | Q(looked_at__isnull=False),
                name="who_looked_did_so_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"inbound message {self.pk}"

    @property
    def code_in_words(self) -> str:
        """What was said: a reply's PARTSTAT in words, another server's code as it is."""
        label = dict(CalendarReply.choices).get(self.code.lower())
        return str(label) if label and self.kind == self.Kind.REPLY else self.code

    @property
    def needs_a_look(self) -> bool:
        return self.outcome in NEED_A_LOOK and self.looked_at is None


_Outcome = InboundMessage.Outcome
NEED_A_LOOK = (
    _Outcome.UNCLEAR,
    _Outcome.STALE,
    _Outcome.WRONG_SENDER,
    _Outcome.UNPROVEN,
    _Outcome.UNKNOWN,
    _Outcome.PERSONAL,
    _Outcome.UNREADABLE,
    _Outcome.TOO_LARGE,
)


class InboxState(models.Model):
    """When a mailbox was last read, and since when it can't be."""

    mailbox = models.CharField(max_length=64, unique=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    # The kind of error, never its text: that may hold a user name.
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, failure="")
                | (Q(failing_since__isnull=False) & ~Q(failure="")),
                name="a_failing_inbox_has_moment_and_failure",
            ),
        ]

    def __str__(self) -> str:
        return f"inbox {self.pk}"
