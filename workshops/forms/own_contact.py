"""How somebody is reached, as they type it themselves."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.forms.public import AddressField
from workshops.forms.reached import PhoneField, ReachedForm
from workshops.models import ContactBy


class OwnContactForm(ReachedForm):
    """The same rules as for what staff type; the e-mail address has a form of its own."""

    contact_by = forms.ChoiceField(
        label=_("Wie möchten Sie von uns hören?"),
        help_text=_("Auf diesem Weg sagen wir Ihnen, was sich an Ihren Workshops ändert."),
        choices=ContactBy.choices,
        widget=forms.RadioSelect,
    )
    phone = PhoneField(
        label=_("Telefon"),
        help_text=_("Nur für Anrufe zu Ihren Workshops."),
        required=False,
        autocomplete="tel",
    )
    postal_address = forms.CharField(
        label=_("Postanschrift"),
        help_text=_(
            "Nur für Briefe zu Ihren Workshops. Ohne den Namen: Straße und Hausnummer, darunter Postleitzahl "
            "und Ort."
        ),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, email: str, **kwargs: Any) -> None:
        """`email`: the address that the person has, if any."""
        super().__init__(data, **kwargs)
        self._email = email
        if not email:
            ways = self.fields["contact_by"]
            assert isinstance(ways, forms.ChoiceField)
            ways.choices = [each for each in ContactBy.choices if each[0] != ContactBy.EMAIL]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["email"] = self._email
        cleaned = super().clean()
        del cleaned["email"]
        return cleaned


class NewAddressForm(forms.Form):
    """Another e-mail address, or the first one."""

    email = AddressField(
        label=_("Neue E-Mail-Adresse"),
        help_text=_("Dorthin schicken wir einen Link. Erst wenn Sie dort bestätigen, gilt die Adresse."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )
