"""Accounts: staff, moderators and helpers. Citizens have none."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from workshops.models.process import ActionField, ParticipationProcess
from workshops.models.reaching import normalise_email


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
