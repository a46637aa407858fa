"""What staff type about one workshop. Times are read in the active time zone (the process's)."""

import datetime
from typing import Any

from django import forms
from django.forms.utils import from_current_timezone
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import DayField, MomentField
from workshops.forms.localised import LocalisedField
from workshops.models import ParticipationProcess, User


class TimesForm(forms.Form):
    """A day and two wall-clock times; cleans to `starts_at` and `ends_at`, both aware."""

    day = DayField(label=_("Tag"))
    starts = forms.TimeField(
        label=_("Beginn"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(label=_("Ende"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"day", "starts", "ends"} <= cleaned.keys():
            return cleaned
        for name, moment in (("starts", "starts_at"), ("ends", "ends_at")):
            try:
                cleaned[moment] = from_current_timezone(
                    datetime.datetime.combine(cleaned["day"], cleaned[name])
                )
            except forms.ValidationError as error:
                # Two o'clock in the night of the clock change doesn't exist, or twice.
                self.add_error(name, error)
        return cleaned


class DetailsForm(forms.Form):
    title = LocalisedField(
        label=_("Titel"),
        required=False,
        max_length=150,
        help_text=_("Leer: Name des Handlungsfelds und Nummer in der Reihe."),
    )
    description = LocalisedField(label=_("Beschreibung"), required=False, rows=5)


class SeatsForm(forms.Form):
    capacity = forms.IntegerField(label=_("Plätze"), min_value=1, max_value=10_000)
    waiting_capacity = forms.IntegerField(label=_("Plätze auf der Warteliste"), min_value=0, max_value=10_000)


class RegistrationWindowForm(forms.Form):
    opens_at = MomentField(
        label=_("Anmeldung ab"), required=False, help_text=_("Leer: ab der Veröffentlichung.")
    )
    closes_at = MomentField(label=_("Anmeldung bis"), required=False, help_text=_("Leer: bis zum Beginn."))


class ModeratorsForm(forms.Form):
    moderators = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Moderation"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["moderators"]
        assert isinstance(choices, forms.ModelMultipleChoiceField)
        choices.queryset = User.objects.filter(is_active=True, moderator_profiles__process=process).order_by(
            "name", "pk"
        )


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label=_("Grund der Absage"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=1000,
        help_text=_("Er steht in der Mail an alle Angemeldeten und auf der öffentlichen Seite."),
    )
    is_sure = forms.BooleanField(label=_("Ja, der Workshop fällt aus."))
