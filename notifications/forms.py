"""What staff type: campaigns and reminder rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.invitations import unknown_placeholders
from notifications.models import InvitationCampaign, ReminderRule
from workshops.forms.localised import LocalisedField
from workshops.models import ActionField, LocalisedText, ParticipationProcess

_MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
_UNITS = [("days", _("Tage")), ("hours", _("Stunden")), ("minutes", _("Minuten"))]
SHORTEST, LONGEST = 10, 60 * 24 * 60


class CampaignForm(forms.Form):
    name = forms.CharField(
        label=_("Name der Aktion"),
        max_length=120,
        help_text=_("Nur für die Verwaltung, z. B. „Erste Einladung“."),
    )
    field = forms.ModelChoiceField(
        label=_("Worum geht es?"), queryset=ActionField.objects.none(), required=False
    )
    audience = forms.ChoiceField(
        label=_("Wer bekommt die Einladung?"),
        choices=InvitationCampaign.Audience.choices,
        widget=forms.RadioSelect,
        initial=InvitationCampaign.Audience.AGREED,
    )
    subject = LocalisedField(label=_("Betreff"), max_length=150)
    text = LocalisedField(label=_("Text"), rows=10, max_length=10_000)

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["field"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = process.fields.all()
        field.empty_label = str(_("Alle Handlungsfelder"))

    def clean_subject(self) -> LocalisedText:
        return self._with_known_placeholders("subject")

    def clean_text(self) -> LocalisedText:
        return self._with_known_placeholders("text")

    def _with_known_placeholders(self, name: str) -> LocalisedText:
        texts: LocalisedText = self.cleaned_data[name]
        for text in texts.values():
            for unknown in unknown_placeholders(text):
                raise forms.ValidationError(
                    _("Diesen Platzhalter gibt es nicht: %(name)s"),
                    code="unknown_placeholder",
                    params={"name": unknown},
                )
        return texts


class ReminderRuleForm(forms.Form):
    """“So many days, hours or minutes before the start”; cleans to `minutes_before`."""

    amount = forms.IntegerField(label=_("Wie lange vorher?"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Einheit"), choices=_UNITS)

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._process = process

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and "unit" in cleaned:
            minutes = cleaned["amount"] * _MINUTES[cleaned["unit"]]
            if not SHORTEST <= minutes <= LONGEST:
                self.add_error("amount", _("Möglich sind 10 Minuten bis 60 Tage."))
            elif ReminderRule.objects.filter(process=self._process, minutes_before=minutes).exists():
                self.add_error("amount", _("Diese Erinnerung gibt es schon."))
            cleaned["minutes_before"] = minutes
        return cleaned
