"""What staff type: reminder rules. (Campaigns: `campaign_forms`.)"""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications.models import ReminderAudience, ReminderRule
from workshops.models import ParticipationProcess

_MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
_UNITS = [("days", _("Tage")), ("hours", _("Stunden")), ("minutes", pgettext_lazy("unit", "Minuten"))]
SHORTEST, LONGEST = 10, 60 * 24 * 60


class ReminderRuleForm(forms.Form):
    """“So many days, hours or minutes before the start”, or “so many days before, at this time”; cleans to
    `when` and `audience`."""

    amount = forms.IntegerField(label=_("Wie lange vorher?"), min_value=0, max_value=999)
    unit = forms.ChoiceField(label=_("Einheit"), choices=_UNITS)
    at_time = forms.TimeField(
        label=_("Uhrzeit"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Nur bei Tagen. Ohne Angabe: zur Uhrzeit, zu der der Workshop beginnt."),
    )
    audience = forms.ChoiceField(
        label=_("Wer wird erinnert?"),
        choices=ReminderAudience.choices,
        widget=forms.RadioSelect,
        initial=ReminderAudience.CONFIRMED,
    )

    def __init__(
        self,
        *args: Any,
        process: ParticipationProcess,
        rule: ReminderRule | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _typed(rule) if rule else {"amount": 2, "unit": "days"})
        super().__init__(*args, **kwargs)
        others = process.reminder_rules.all()
        self._others = others.exclude(pk=rule.pk) if rule else others

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        cleaned["audience"] = ReminderAudience(cleaned["audience"])
        when = self._when(cleaned["amount"], cleaned["unit"], cleaned["at_time"])
        if when is None:
            return cleaned
        if self._others.filter(audience=cleaned["audience"], **when).exists():
            self.add_error("amount", _("Diese Erinnerung gibt es schon."))
        cleaned["when"] = when
        return cleaned

    def _when(self, amount: int, unit: str, at_time: datetime.time | None) -> dict[str, Any] | None:
        """The rule's three columns; None (and a sentence beside the field) for what can't be."""
        minutes = amount * _MINUTES[unit]
        if at_time is None:
            if not SHORTEST <= minutes <= LONGEST:
                self.add_error("amount", _("Möglich sind 10 Minuten bis 60 Tage."))
                return None
            return {"minutes_before": minutes, "days_before": None, "at_time": None}
        if unit != "days":
            self.add_error(
                "at_time", _("Eine Uhrzeit geht nur mit Tagen. Bitte leer lassen oder Tage wählen.")
            )
            return None
        if minutes > LONGEST:
            self.add_error("amount", _("Möglich sind 0 bis 60 Tage; 0 ist der Tag des Workshops."))
            return None
        return {"minutes_before": None, "days_before": amount, "at_time": at_time}


def _typed(rule: ReminderRule) -> dict[str, Any]:
    """The rule as one would type it."""
    if rule.minutes_before is None:
        amount, unit = rule.days_before, "days"
    else:
        unit = next(
            name for name in ("days", "hours", "minutes") if rule.minutes_before % _MINUTES[name] == 0
        )
        amount = rule.minutes_before // _MINUTES[unit]
    return {"amount": amount, "unit": unit, "at_time": rule.at_time, "audience": rule.audience}
