"""What is typed for someone who calls, writes or stands at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshops.forms.public import (
    AddressField,
    NeedsForm,
    OrganisationKindField,
    WorkshopChoices,
    WorkshopsField,
    plain_name,
)
from workshops.forms.reached import PhoneField, ReachedForm
from workshops.models import ConsentGiven, ContactBy

SOMEONE_ELSE = "other"


class ContactForm(ReachedForm):
    """How a person is reached: at least by one of three ways, and by the one they wish."""

    contact_by = forms.ChoiceField(
        label=_("Wie möchte die Person von uns hören?"),
        choices=ContactBy.choices,
        widget=forms.RadioSelect,
        initial=ContactBy.EMAIL,
    )
    email = AddressField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        help_text=_("Bitte buchstabieren lassen: An sie gehen Bestätigung und Einwahllink."),
    )
    phone = PhoneField(label=_("Telefon"), required=False)
    postal_address = forms.CharField(
        label=_("Postanschrift"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("Ohne den Namen: Straße und Hausnummer, darunter Postleitzahl und Ort."),
    )


class OnBehalfForm(NeedsForm, ContactForm):
    """Registration for someone else: the questions are read out, the answers typed."""

    same_person_label = _(
        "Es gibt schon eine Anmeldung mit dieser Nummer oder E-Mail-Adresse. Ist es dieselbe Person?"
    )
    name = forms.CharField(label=_("Name"), max_length=150, validators=[plain_name])
    organisation = forms.CharField(
        label=_("Organisation"), required=False, max_length=150, validators=[plain_name]
    )
    organisation_kind = OrganisationKindField(
        help_text=_("Nur wenn die Person für andere spricht. Wir zählen damit, wen wir erreicht haben.")
    )
    language = forms.ChoiceField(
        label=_("Sprache der Person"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    consent_given = forms.ChoiceField(
        label=_("Wie hat die Person zugestimmt?"), choices=ConsentGiven.choices, widget=forms.RadioSelect
    )
    has_agreed = forms.BooleanField(label=_("Die Person kennt die Datenschutzhinweise und hat zugestimmt."))
    field_order = (
        *("same_person", "name", "contact_by", "email", "phone", "postal_address"),
        *("organisation", "organisation_kind", "language", "needs", "interpretation_language", "needs_note"),
        *("consent_given", "has_agreed"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        known: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        """`known`: those who have the typed number or address already, by key, with what tells them apart."""
        super().__init__(data, **kwargs)
        if known:
            self.fields["same_person"] = forms.ChoiceField(
                label=self.same_person_label,
                choices=[
                    *((str(key), label) for key, label in known),
                    (SOMEONE_ELSE, _("Nein, jemand anderes")),
                ],
                widget=forms.RadioSelect,
                error_messages={"required": _("Bitte fragen Sie nach und wählen Sie.")},
            )
            self.order_fields(self.field_order)


class HelpedForm(OnBehalfForm):
    """The same for a helper: people without e-mail only; a typed address could be a stranger's."""

    same_person_label = _("Es gibt schon eine Anmeldung mit dieser Nummer. Ist es dieselbe Person?")
    workshops = WorkshopsField(
        label=_("Welche Workshops möchte die Person besuchen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens einen Workshop aus.")},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        choices: WorkshopChoices,
        known: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, known=known, **kwargs)
        del self.fields["email"]
        ways = self.fields["contact_by"]
        assert isinstance(ways, forms.ChoiceField)
        ways.choices = [each for each in ContactBy.choices if each[0] != ContactBy.EMAIL]
        ways.initial = ContactBy.PHONE
        self.fields["workshops"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(("same_person", "workshops", *self.field_order))


class HelperForm(forms.Form):
    """Someone outside the town hall who shall register people."""

    name = forms.CharField(label=_("Name"), max_length=150, validators=[plain_name])
    email = AddressField(label=_("E-Mail-Adresse"), max_length=254)
    organisation = forms.CharField(
        label=_("Einrichtung"),
        help_text=_("Zum Beispiel ein Sozialdienst oder ein Verein."),
        max_length=150,
        validators=[plain_name],
    )
