"""How somebody is reached: the rules, whoever types it. Its words are read by citizens, too."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops.forms.figures import machine_readable
from workshops.models import ContactBy, normalise_phone

# No number that can be dialled is shorter (the shortest local ones have three digits).
FEWEST_DIGITS = 3
# With the name and an organisation: six lines of an address field (DIN 5008).
MOST_LINES = 4


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


class ReachedForm(forms.Form):
    """Whoever inherits has `contact_by`, `phone`, `postal_address` and, unless it is known, `email`."""

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
