"""What somebody agreed to be invited to, and the lists on which people came to us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models.accounts import User
from workshops.models.people import Participant
from workshops.models.process import ActionField, ParticipationProcess


class FieldInterest(models.Model):
    """Someone wishes to hear of this action field: said by themselves, and taken back by themselves.

    Never guessed from an answer of the survey or from a registration: of the survey only what was asked as a
    consent of its own counts.
    """

    class Source(models.TextChoices):
        PERSON = "person", _("von der Person selbst")
        SURVEY = "survey", _("im Fragebogen eingewilligt")
        LIST = "list", _("mit einer Adressliste eingewilligt")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="interests")
    field = models.ForeignKey(ActionField, on_delete=models.CASCADE, related_name="interests")
    agreed_at = models.DateTimeField()
    source = models.CharField(max_length=6, choices=Source.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "field"], name="an_interest_is_noted_once"),
            models.CheckConstraint(
                condition=Q(source__in=["person", "survey", "list"]), name="a_known_source_of_interest"
            ),
        ]

    def __str__(self) -> str:
        return f"interest {self.pk}"


class ContactList(models.Model):
    """People who agreed to invitations somewhere else: who vouches for it, since when, from where."""

    process = models.ForeignKey(ParticipationProcess, on_delete=models.CASCADE, related_name="contact_lists")
    name = models.CharField(_("Name der Liste"), max_length=120)
    # Where and how they agreed, so that it can be proven to whoever asks (GDPR Art. 7(1)).
    consent_source = models.CharField(_("Woher stammt die Einwilligung?"), max_length=300)
    agreed_on = models.DateField(_("Eingewilligt am"))
    # SHA-256 of the file, as 64 hexadecimal digits: the same file is taken in once.
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Of its rows: how many could not be taken in, and why; how many had said no before.
    rows = models.PositiveIntegerField()
    bad_rows = models.PositiveIntegerField(default=0)
    repeated_rows = models.PositiveIntegerField(default=0)
    erased_rows = models.PositiveIntegerField(default=0)
    objected_rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "digest"], name="a_list_is_imported_once"),
            models.UniqueConstraint(fields=["process", "name"], name="a_list_has_a_name_of_its_own"),
            models.CheckConstraint(condition=~Q(consent_source=""), name="a_list_names_its_consent"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactListEntry(models.Model):
    contact_list = models.ForeignKey(ContactList, on_delete=models.CASCADE, related_name="entries")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="list_entries")

    class Meta:
        verbose_name_plural = "contact list entries"
        constraints = [
            models.UniqueConstraint(fields=["contact_list", "participant"], name="on_a_list_once"),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"
