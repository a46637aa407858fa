"""Citizens who take part: without an account."""

from typing import Any

from django.db import models
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from workshops.models.accounts import User
from workshops.models.process import ParticipationProcess
from workshops.models.reaching import normalise_email, normalise_phone


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


class OrganisationKind(models.TextChoices):
    """For whom somebody comes, to be counted. No faith and no union among them: that would tell of the person
    what may not be asked (GDPR Art. 9)."""

    CLUB = "club", _("Verein oder Initiative")
    EDUCATION = "education", _("Schule, Kita oder Kursträger")
    WELFARE = "welfare", _("Wohlfahrtsverband oder Beratungsstelle")
    VOLUNTEERS = "volunteers", _("Ehrenamtliche Gruppe")
    COMPANY = "company", _("Betrieb oder Firma")
    OFFICE = "office", _("Amt oder Behörde")
    OTHER = "other", pgettext_lazy("organisation kind", "Etwas anderes")


# What a registration says of a person that nobody has confirmed.
WORDS = ("name", "organisation", "organisation_kind", "language")


def own(column: str) -> models.Case:
    """To filter participants by: what stands in `Participant.own_words`."""
    is_typed_over = models.Q(typed_over__isnull=False, verified_at__isnull=True, consent_given="")
    before = models.When(is_typed_over, then=KT(f"typed_over__{column}"))
    return models.Case(before, default=models.F(column), output_field=models.CharField())


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

    def known(self) -> "ParticipantQuerySet":
        """As `Participant.is_known` says."""
        return self.exclude(verified_at__isnull=True, consent_given="")

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
    organisation_kind = models.CharField(
        _("Art der Einrichtung"), max_length=10, choices=OrganisationKind.choices, blank=True
    )
    language = models.CharField(_("Sprache"), max_length=10, default="de")
    # The words of a list or a survey while those of somebody stand above who registered with this address and
    # has yet to prove it.
    typed_over = models.JSONField(_("Vorher gespeichert"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField()
    # They opened a link we mailed to their address and pressed the button: this person is who they say.
    verified_at = models.DateTimeField(null=True, blank=True)
    # Since then staff wrote down another address for them, and nobody has said there yet that it is theirs.
    address_told_at = models.DateTimeField(null=True, blank=True)
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
            # The sweep that puts words back asks every half minute.
            models.Index(
                fields=["process"],
                condition=models.Q(typed_over__isnull=False),
                name="participant_typed_over",
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
                # A stranger's address was taken from them, and staff have yet to find another way.
                condition=models.Q(contact_by="email")
                & (~models.Q(email_normalised="") | models.Q(unreachable_since__isnull=False))
                | models.Q(contact_by="phone") & ~models.Q(phone_normalised="")
                | models.Q(contact_by="letter") & ~models.Q(postal_address=""),
                name="a_participant_can_be_reached_as_they_wish",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation_kind__in=["", *OrganisationKind.values]),
                name="a_known_kind_of_organisation",
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
    def is_known(self) -> bool:
        """Did they prove the address, or tell one of us, who answers for what was written down?"""
        return self.verified_at is not None or self.consent_given != ""

    @property
    def own_words(self) -> dict[str, str]:
        """For all but a registration that waits for the address to be proven: those of a list or a survey,
        while a stranger's stand over them (docs/adr/0011)."""
        if self.typed_over is not None and not self.is_known:
            return dict(self.typed_over)
        return {name: getattr(self, name) for name in WORDS}

    @property
    def own_language(self) -> str:
        return self.own_words["language"]

    @property
    def awaits_owner(self) -> bool:
        """One of us wrote the address down, and nobody has said there yet that it is theirs: it may be
        misheard."""
        return self.has_address and self.is_known and not self.has_proven_address

    @property
    def has_proven_address(self) -> bool:
        """Did somebody say, in the mailbox that we write to now, that it is theirs?"""
        return self.verified_at is not None and self.address_told_at is None

    @property
    def has_address(self) -> bool:
        """Is there an e-mail address? To be asked before anyone thinks of mail."""
        return bool(self.email)

    @property
    def address_lines(self) -> list[str]:
        """The postal address, line by line."""
        return [line for raw in self.postal_address.splitlines() if (line := raw.strip())]


class ErasedAddress(models.Model):
    """That someone had an address erased from one process, with all of theirs or for another one, so that no
    survey's export and no list brings it back.

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
