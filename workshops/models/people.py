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


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def with_address(self, address: str) -> "ParticipantQuerySet":
        return self.filter(email_normalised=normalise_email(address))

    def may_be_invited(self) -> "ParticipantQuerySet":
        """Those who agreed to invitations and haven't objected since."""
        return self.filter(invitation_agreed_at__isnull=False, invitation_objected_at__isnull=True)

    def verified(self) -> "ParticipantQuerySet":
        return self.filter(verified_at__isnull=False)


class Participant(models.Model):
    """A citizen in one process: an address, a name, consents; no account, no password.

    What the survey said stays apart: no column leads from a participant to an answer.
    """

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="participants")
    email = models.EmailField(_("E-Mail-Adresse"))
    email_normalised = models.CharField(max_length=254, editable=False)
    name = models.CharField(_("Name"), max_length=150, blank=True)
    organisation = models.CharField(_("Organisation"), max_length=150, blank=True)
    language = models.CharField(_("Sprache"), max_length=10, default="de")
    created_at = models.DateTimeField()
    # The address is theirs: they opened a link we mailed to it and pressed the button.
    verified_at = models.DateTimeField(null=True, blank=True)
    # Which text they agreed to: the process's privacy notice of that version (GDPR Art. 7(1)).
    privacy_agreed_at = models.DateTimeField(null=True, blank=True)
    privacy_version = models.PositiveIntegerField(null=True, blank=True)
    # Consent to invitations (from the survey or the form), and the objection that ends it (Art. 21).
    invitation_agreed_at = models.DateTimeField(null=True, blank=True)
    invitation_objected_at = models.DateTimeField(null=True, blank=True)
    # How many mails strangers made us write to this address since that moment (against mail bombing).
    mail_window_since = models.DateTimeField(null=True, blank=True)
    mails_in_window = models.PositiveSmallIntegerField(default=0)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["process", "email_normalised"], name="one_participant_per_address_and_process"
            ),
            models.CheckConstraint(
                condition=models.Q(privacy_agreed_at__isnull=True, privacy_version__isnull=True)
                | models.Q(privacy_agreed_at__isnull=False, privacy_version__isnull=False),
                name="privacy_agreement_has_moment_and_version",
            ),
            models.CheckConstraint(
                condition=~models.Q(email_normalised=""), name="a_participant_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"participant {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.strip()
        self.email_normalised = normalise_email(self.email)
        super().save(*args, **kwargs)


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
