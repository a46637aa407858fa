"""One mail to one person (or what is said instead of it), with its fate."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.models.campaign import InvitationCampaign
from notifications.models.kinds import TO_ANOTHER_ADDRESS, Channel, Kind, Settled
from notifications.models.reminder import ReminderRule
from workshops.models import (
    Participant,
    ParticipationProcess,
    PersonalLink,
    Registration,
    User,
    Workshop,
)

# Lower goes first: a confirmation must never wait behind a campaign.
URGENT, NORMAL, BULK = 0, 5, 9

# Less is no lateness: the clock ticks twice a minute, and a server may ask to come again.
LATE_FROM = datetime.timedelta(minutes=10)

WENT_LATE = Q(channel="email", status="sent", sent_at__gte=models.F("planned_at") + LATE_FROM)

# No worker asks for more.
LONGEST_LEASE = datetime.timedelta(minutes=10)


# While a deploy goes on, a worker may be older than a row and not know its kind: a newer one takes it. What
# none has known for so long is claimed all the same: it can't be made, and comes on staff's list.
UNKNOWN_KIND_WAITS = datetime.timedelta(days=1)


# What no mail carries, or none could, and nobody has told yet.
OPEN_BY_HAND = Q(participant__isnull=False, settled_at__isnull=True) & (
    Q(status="pending", channel__in=["phone", "letter"]) | Q(status="failed")
)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Mails with which something is to be done now."""
        return self.waiting(now) | self.stranded(now)

    def waiting(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Mails to claim."""
        is_ours = Q(kind__in=Kind.values) | Q(next_attempt_at__lte=now - UNKNOWN_KIND_WAITS)
        return self.filter(
            is_ours, channel=Channel.EMAIL, status=Delivery.Status.PENDING, next_attempt_at__lte=now
        )

    def stranded(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """Rows of a worker whose lease is over; a lease of hours comes from a clock that was set back."""
        return self.filter(
            Q(lease_until__lte=now) | Q(lease_until__gt=now + LONGEST_LEASE),
            channel=Channel.EMAIL,
            status=Delivery.Status.SENDING,
        )

    def by_hand(self, now: datetime.datetime) -> "DeliveryQuerySet":
        """What people have to tell citizens: due on another channel than mail, or a mail that failed."""
        return self.filter(Q(next_attempt_at__lte=now) | Q(status=Delivery.Status.FAILED), OPEN_BY_HAND)

    def late(self) -> "DeliveryQuerySet":
        """Mails that went later than planned, and not by some minutes only."""
        return self.filter(WENT_LATE)

    def failed(self) -> "DeliveryQuerySet":
        return self.filter(status=Delivery.Status.FAILED)

    def of_process(self, process: ParticipationProcess) -> "DeliveryQuerySet":
        return self.filter(process=process)


class Delivery(models.Model):
    """Written in the transaction that made it deserved; sent by a sweep; unique by its key."""

    class Status(models.TextChoices):
        PENDING = "pending", _("wartet")
        SENDING = "sending", _("wird gesendet")
        SENT = "sent", _("gesendet")
        FAILED = "failed", _("nicht zustellbar")
        SKIPPED = "skipped", _("nicht mehr nötig")

    # `outcome_code` of a waiting row: the mail server refuses our user name or password.
    SIGN_IN_REFUSED = "sign_in_refused"
    # … of a mail that was sent and came back, and of one that wasn't sent because another had come back.
    BOUNCED = "bounced"
    UNREACHABLE = "unreachable"

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    # What would make a second mail a duplicate, e.g. `reminder:<rule>:<registration>:<revision>`.
    key = models.CharField(max_length=200, unique=True)
    # To a citizen, or to someone who signs in; to neither, it goes to the process's contact address. The
    # address is read from there when the mail is sent.
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    campaign = models.ForeignKey(
        InvitationCampaign, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    rule = models.ForeignKey(
        ReminderRule, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    # Of the mail, where it isn't the reader's own: someone on the staff looks at it in each language.
    language = models.CharField(max_length=10, blank=True)
    # The workshop's revision that the mail speaks of; an older one is no longer sent.
    revision = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    # Set when it is written down, from how the person is reached (`outbox`).
    channel = models.CharField(max_length=6, choices=Channel.choices, default=Channel.EMAIL)
    priority = models.PositiveSmallIntegerField(default=NORMAL)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    # After this moment the mail is of no use (a reminder for a workshop that has begun).
    expires_at = models.DateTimeField(null=True, blank=True)
    # Of a reminder: its rule's moment. A mail that goes much later says so to staff.
    planned_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    # Given at the first claim and kept: a second copy after a crash is recognisable as the same mail.
    message_id = models.CharField(max_length=200, blank=True)
    # The connection broke after the final dot: the server has perhaps taken it.
    is_ambiguous = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # A short code and the server's words, without addresses.
    outcome_code = models.CharField(max_length=40, blank=True)
    outcome_text = models.CharField(max_length=500, blank=True)
    # Ticked off by staff: told by phone or letter. A mail that failed stays failed.
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    settled_how = models.CharField(max_length=10, choices=Settled.choices, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["priority", "next_attempt_at"],
                condition=Q(status__in=["pending", "sending"], channel="email"),
                name="delivery_due",
            ),
            models.Index(fields=["process", "participant"], condition=OPEN_BY_HAND, name="delivery_by_hand"),
            models.Index(fields=["process", "status"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "sending", "sent", "failed", "skipped"]),
                name="a_known_delivery_status",
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, user__isnull=True)
                | Q(participant__isnull=True, user__isnull=False)
                | Q(participant__isnull=True, user__isnull=True, kind="barrier_reported"),
                name="a_delivery_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(status="sending", lease_until__isnull=False)
                | (~Q(status="sending") & Q(lease_until__isnull=True)),
                name="a_claim_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="a_sent_mail_has_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["failed", "skipped"])
                | (Q(ended_at__isnull=False) & ~Q(outcome_code="")),
                name="an_unsent_mail_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["email", "phone", "letter"]), name="a_known_channel"
            ),
            models.CheckConstraint(
                condition=Q(channel="email")
                | Q(status__in=["pending", "skipped"])
                | Q(status="sent", settled_at__isnull=False),
                name="only_mail_is_sent_or_fails",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, settled_how="")
                | Q(
                    settled_at__isnull=False,
                    settled_how__in=["phone", "letter", "in_person", "not_needed"],
                ),
                name="what_is_settled_has_a_moment_and_a_way",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | Q(status="failed")
                | Q(status="sent", channel__in=["phone", "letter"]),
                name="only_what_mail_could_not_do_is_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} delivery {self.pk}"

    @property
    def address_link(self) -> PersonalLink | None:
        """Of mail to another address: the link with which it stands."""
        number = self.key.rpartition(":")[2]
        if self.kind not in TO_ANOTHER_ADDRESS or not number.isdecimal():
            return None
        is_used = self.kind == Kind.ADDRESS_MOVED
        return PersonalLink.objects.filter(
            pk=int(number),
            participant=self.participant_id,
            scope=PersonalLink.Scope.ADDRESS,
            revoked_at__isnull=not is_used,
        ).first()

    @property
    def owner_of_address(self) -> Participant | None:
        """The citizen whose own address it went to: what comes back from there tells of them."""
        return None if self.kind in TO_ANOTHER_ADDRESS else self.participant

    @property
    def reader_language(self) -> str:
        """In which it is written, and its links lead on. An office reads German; what somebody typed with an
        address that isn't proven counts for that registration's mails alone."""
        if self.language:
            return self.language
        if (person := self.participant) is not None:
            is_of_registration = self.registration_id is not None or self.kind == Kind.PLEASE_CONFIRM
            return person.language if is_of_registration else person.own_language
        return self.user.language if self.user is not None else settings.LANGUAGE_CODE

    @property
    def address(self) -> str:
        """Empty if it went with its link."""
        if self.kind in TO_ANOTHER_ADDRESS:
            link = self.address_link
            return link.address if link is not None else ""
        person = self.participant or self.user
        return person.email if person is not None else self.process.contact_email

    @property
    def lateness_in_words(self) -> str:
        """“ging 14 Stunden später hinaus als geplant”, in the active language; "" if it went in time."""
        if self.planned_at is None or self.sent_at is None or self.channel != Channel.EMAIL:
            return ""
        late = self.sent_at - self.planned_at
        if self.status != self.Status.SENT or late < LATE_FROM:
            return ""
        count = round(late / datetime.timedelta(hours=1))
        if count:
            sentence = ngettext(
                "ging %(count)d Stunde später hinaus als geplant",
                "ging %(count)d Stunden später hinaus als geplant",
                count,
            )
        else:
            count = round(late / datetime.timedelta(minutes=1))
            sentence = ngettext(
                "ging %(count)d Minute später hinaus als geplant",
                "ging %(count)d Minuten später hinaus als geplant",
                count,
            )
        return sentence % {"count": count}
