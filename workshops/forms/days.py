"""Days and moments that staff type, of a year in which a workshop can be."""

import datetime

from django import forms
from django.core.exceptions import ValidationError


def refuse_another_age(value: datetime.date) -> None:
    """A slip of the finger ("0026") is no day that calendars and time zones can count from."""
    if not 2000 <= value.year < 2200:
        raise ValidationError(forms.DateField.default_error_messages["invalid"], code="invalid")


class DayField(forms.DateField):
    """A local day in the browser's own picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [refuse_another_age]


class MomentField(forms.DateTimeField):
    """A local date and time in the browser's own picker; cleans to an aware moment of the active zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_validators = [refuse_another_age]
