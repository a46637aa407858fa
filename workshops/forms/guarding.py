"""What public forms have against programs that fill in every form they find (docs/adr/0040)."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

# A page that was open for longer shows what was typed once more.
LONGEST_OPEN_SECONDS = 24 * 60 * 60

_SALT = "workshops.forms.guarding"


class _Opened(forms.CharField):
    """When the page was made. It comes back as it was, so that its time goes on; if it says nothing, anew."""

    widget = forms.HiddenInput

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if _seconds_open(data) is None else data


class GuardedForm(forms.Form):
    """Nobody sees `website`; `opened` says since when the page is open, signed, so that no cookie has to.

    Who was too fast, or whose page is too old, gets the page again with all that they typed.
    """

    website = forms.CharField(
        label=_("Bitte leer lassen"),
        required=False,
        template_name="django/forms/unseen.html",  # type: ignore[call-arg]  # the stubs are older
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = _Opened(required=False, initial=lambda: signing.dumps(time.time(), salt=_SALT))

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled in what no person sees."""
        return bool(self.cleaned_data.get("website"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Mistakes come first: until they are mended, enough time is over.
        if settings.FORM_SECONDS and not self.errors:
            seconds = _seconds_open(cleaned.get("opened"))
            if seconds is None:
                self.add_error(
                    None, _("Diese Seite war lange offen. Bitte prüfen Sie alles und senden es ab.")
                )
            elif seconds < settings.FORM_SECONDS:
                self.add_error(None, _("Das ging sehr schnell. Bitte prüfen Sie alles und senden es ab."))
        return cleaned


def _seconds_open(stamp: object) -> float | None:
    """None if it isn't ours, or too old. Of an hour that is set back, none."""
    try:
        return max(
            0.0, time.time() - float(signing.loads(str(stamp), salt=_SALT, max_age=LONGEST_OPEN_SECONDS))
        )
    except signing.BadSignature:
        return None
