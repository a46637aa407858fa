"""Who takes part: accounts for staff and moderators, and citizens, who have none."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from workshops.models.process import ActionField, ParticipationProcess

LONGEST_EMAIL = 254


def normalise_email(address: str) -> str:
    """The form under which an address is one person's: no spaces around it, lower case throughout.

    RFC 5321 would let `A@x` and `a@x` be two mailboxes; no provider does, and people type both.
    """
    return address.strip().casefold()


def normalise_phone(number: str) -> str:
    """Its digits as dialled from Germany: "+49 7471 930-0", "0049…" and "(07471) 9300" are one number.

    Another country's code stays, behind two zeros (ITU-T E.123: spaces, brackets and dashes mean nothing).
    """
    digits = "".join(str(int(each)) for each in number if each.isdecimal())
    if number.strip().startswith("+"):
        digits = f"00{digits}"
    if digits.startswith("0049"):
        digits = f"0{digits[4:].lstrip('0')}"
    return digits


def is_address(address: str) -> bool:
    """Whether mail can go there and a `Participant` can keep it, in both forms.

    Django's own check ignores case so broadly that it takes "İ" for an i, and 320 characters.
    """
    try:
        validate_email(address)
    except ValidationError:
        return False
    # Lower case may be longer: "ß" becomes "ss".
    fits = max(len(address), len(normalise_email(address))) <= LONGEST_EMAIL
    return fits and address.rpartition("@")[0].isascii()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalise_email(username or ""))


class User(AbstractUser):
    """Someone who signs in: staff (`is_staff`), a moderator (has moderator profiles), or both."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("Name"), max_length=150)
    email = models.EmailField(_("E-Mail-Adresse"), unique=True)
    language = models.CharField(_("Sprache"), max_length=10, default="de")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class ModeratorProfile(models.Model):
    """What planning needs to know of a moderator in one process."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="moderator_profiles")
    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="moderators")
    fields = models.ManyToManyField(ActionField, related_name="moderators", blank=True)
    languages = models.JSONField(_("Sprachen"), default=list)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "process"], name="one_profile_per_moderator_and_process"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class HelperProfile(models.Model):
    """Someone outside the town hall (a welfare association's social worker, say) who registers people on
    their behalf, in one process; they see those whom they registered themselves, and nobody else."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="helper_profiles")
    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="helpers")
    organisation = models.CharField(_("Einrichtung"), max_length=150)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "process"], name="one_profile_per_helper_and_process"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class ModeratorAbsence(models.Model):
    """A time when a moderator can't lead a workshop."""

    moderator = models.ForeignKey(ModeratorProfile, on_delete=models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("von"))
    ends_at = models.DateTimeField(_("bis"))

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="an_absence_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} – {self.ends_at:%Y-%m-%d %H:%M}"


class ContactBy(models.TextChoices):
    """How a person wants to hear from us."""

    EMAIL = "email", _("per E-Mail")
    PHONE = "phone", _("per Telefon")
    LETTER = "letter", _("per Brief")


class ConsentGiven(models.TextChoices):
    """How someone agreed to the privacy notice when another person wrote it down for them."""

    BY_PHONE = "phone", _("am Telefon")
    IN_WRITING = "writing", _("schriftlich")
    AT_THE_DESK = "desk", _("persönlich vor Ort")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def with_address(self, address: str) -> "ParticipantQuerySet":
        """Nobody, if the address is empty: those without one are not the same person."""
        normalised = normalise_email(address)
        return self.filter(email_normalised=normalised) if normalised else self.none()

    def with_phone(self, number: str) -> "ParticipantQuerySet":
        """Those who can be called there; a household may share one number."""
        normalised = normalise_phone(number)
        return self.filter(phone_normalised=normalised) if normalised else self.none()

    def registered_by(self, user: User) -> "ParticipantQuerySet":
        """Whose consent this person took."""
        return self.filter(consent_taken_by=user)

    def may_be_invited(self) -> "ParticipantQuerySet":
        """Those who agreed to invitations and haven't objected since."""
        return self.filter(invitation_agreed_at__isnull=False, invitation_objected_at__isnull=True)

    def verified(self) -> "ParticipantQuerySet":
        return self.filter(verified_at__isnull=False)

    def unreachable(self) -> "ParticipantQuerySet":
        """Those whose address sent mail back for good: by phone or letter."""
        return self.filter(unreachable_since__isnull=False)


class Participant(models.Model):
    """A citizen in one process: a way to reach them, a name, consents; no account, no password.

    What the survey said stays apart: no column leads from a participant to an answer.
    """

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="participants")
    # Empty for those who have none: they are called, or get letters.
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    email_normalised = models.CharField(max_length=254, editable=False, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    phone_normalised = models.CharField(max_length=50, editable=False, blank=True)
    # Street, and town with its code, as they stand in a letter's window; a line each.
    postal_address = models.CharField(_("Postanschrift"), max_length=300, blank=True)
    contact_by = models.CharField(
        _("Kontakt"), max_length=6, choices=ContactBy.choices, default=ContactBy.EMAIL
    )
    name = models.CharField(_("Name"), max_length=150, blank=True)
    organisation = models.CharField(_("Organisation"), max_length=150, blank=True)
    language = models.CharField(_("Sprache"), max_length=10, default="de")
    created_at = models.DateTimeField()
    # The address is theirs: they opened a link we mailed to it and pressed the button.
    verified_at = models.DateTimeField(null=True, blank=True)
    # Which text they agreed to: the process's privacy notice of that version (GDPR Art. 7(1)).
    privacy_agreed_at = models.DateTimeField(null=True, blank=True)
    privacy_version = models.PositiveIntegerField(null=True, blank=True)
    # Said to someone else, who wrote it down: who did, and how it was said. Empty: by the person themselves.
    consent_given = models.CharField(max_length=7, choices=ConsentGiven.choices, blank=True)
    consent_taken_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Consent to invitations (from the survey or the form), and the objection that ends it (Art. 21).
    invitation_agreed_at = models.DateTimeField(null=True, blank=True)
    invitation_objected_at = models.DateTimeField(null=True, blank=True)
    # How many mails strangers made us write to this address since that moment (against mail bombing).
    mail_window_since = models.DateTimeField(null=True, blank=True)
    mails_in_window = models.PositiveSmallIntegerField(default=0)
    # Mail to the address came back for good, and the other server's reason (RFC 3463: "5.1.1"). Until the
    # person confirms through a mail again.
    unreachable_since = models.DateTimeField(null=True, blank=True)
    unreachable_reason = models.CharField(max_length=20, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["process", "phone_normalised"],
                condition=~models.Q(phone_normalised=""),
                name="participant_phone",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "email_normalised"],
                condition=~models.Q(email_normalised=""),
                name="one_participant_per_address_and_process",
            ),
            models.CheckConstraint(
                condition=models.Q(privacy_agreed_at__isnull=True, privacy_version__isnull=True)
                | models.Q(privacy_agreed_at__isnull=False, privacy_version__isnull=False),
                name="privacy_agreement_has_moment_and_version",
            ),
            models.CheckConstraint(
                condition=models.Q(contact_by="email") & ~models.Q(email_normalised="")
                | models.Q(contact_by="phone") & ~models.Q(phone_normalised="")
                | models.Q(contact_by="letter") & ~models.Q(postal_address=""),
                name="a_participant_can_be_reached_as_they_wish",
            ),
            models.CheckConstraint(
                condition=models.Q(consent_given__in=["", "phone", "writing", "desk"]),
                name="a_known_way_to_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(consent_taken_by__isnull=True)
                | ~models.Q(consent_given="") & models.Q(privacy_agreed_at__isnull=False),
                name="a_consent_taken_has_its_way_and_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(unreachable_since__isnull=True, unreachable_reason="")
                | models.Q(unreachable_since__isnull=False) & ~models.Q(unreachable_reason=""),
                name="an_unreachable_address_has_moment_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip()
        self.email_normalised = normalise_email(self.email)
        self.phone_normalised = normalise_phone(self.phone)
        super().save(*args, **kwargs)

    @property
    def has_address(self) -> bool:
        """Is there an e-mail address? To be asked before anyone thinks of mail."""
        return bool(self.email)

    @property
    def address_lines(self) -> list[str]:
        """The postal address, line by line."""
        return [line for raw in self.postal_address.splitlines() if (line := raw.strip())]


class ErasedAddress(models.Model):
    """That someone had themselves erased from one process, so that no survey's export brings them back.

    Not who: see `operations.erasures`.
    """

    process = models.ForeignKey(
        ParticipationProcess, on_delete=models.CASCADE, related_name="erased_addresses"
    )
    # HMAC-SHA-256 of the normalised address with the server's key, as 64 hexadecimal digits.
    address_hash = models.CharField(max_length=64, editable=False)
    erased_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "address_hash"], name="an_erased_address_is_remembered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"erased address {self.pk}"
