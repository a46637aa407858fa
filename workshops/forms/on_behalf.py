"""What is typed for someone who calls, writes or stands at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops.forms.figures import machine_readable
from workshops.forms.public import (
    AddressField,
    NeedsForm,
    OrganisationKindField,
    WorkshopChoices,
    WorkshopsField,
    plain_name,
)
from workshops.models import ConsentGiven, ContactBy, normalise_phone

# No number that can be dialled is shorter (the shortest local ones have three digits).
FEWEST_DIGITS = 3
# With the name and an organisation: six lines of an address field (DIN 5008).
MOST_LINES = 4
SOMEONE_ELSE = "other"


class PhoneField(forms.CharField):
    """A number that can be dialled, as people write it."""

    def __init__(self, *, autocomplete: str = "off", **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": autocomplete, "dir": "ltr"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        return machine_readable(super().to_python(value) or "").strip()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned and len(normalise_phone(cleaned)) < FEWEST_DIGITS:
            raise ValidationError(_("Diese Nummer ist nicht vollständig. Beispiel: 07471 930-0"))
        return cleaned


class ContactForm(forms.Form):
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {
            ContactBy.EMAIL: ("email", _("Für E-Mails brauchen wir eine E-Mail-Adresse.")),
            ContactBy.PHONE: ("phone", _("Für Anrufe brauchen wir eine Telefonnummer.")),
            ContactBy.LETTER: ("postal_address", _("Für Briefe brauchen wir eine Postanschrift.")),
        }
        if wished := cleaned.get("contact_by"):
            name, sentence = needed[ContactBy(wished)]
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, sentence)
        lines = [" ".join(line.split()) for line in (cleaned.get("postal_address") or "").splitlines()]
        cleaned["postal_address"] = "\n".join(line for line in lines if line)
        if len(lines) > MOST_LINES:
            self.add_error(
                "postal_address", _("Mehr als vier Zeilen passen nicht in das Fenster des Umschlags.")
            )
        return cleaned


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
