"""Staff: how far a measure is, in a sentence for the public, and its milestones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import DayField
from workshops.forms.localised import LocalisedField
from workshops.models import Measure


class StatusField(forms.ChoiceField):
    """Takes each status: where a measure may go from where it stands now, the operation says."""

    def valid_value(self, value: object) -> bool:
        return value in Measure.Status.values


class ProgressForm(forms.Form):
    # The status on the page where somebody chose.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    status = StatusField(label=_("Wie weit ist die Maßnahme?"), widget=forms.RadioSelect)
    note = LocalisedField(
        label=_("Was die Öffentlichkeit dazu liest"),
        required=False,
        rows=3,
        max_length=1000,
        help_text=_("Ein Satz genügt, zum Beispiel: „Der erste Kurs läuft seit September.“"),
    )

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)
        here = Measure.Status(measure.status)
        status.choices = [
            (
                each.value,
                str(each.label) if each != here else _("%(status)s (wie bisher)") % {"status": each.label},
            )
            for each in (here, *measure.next_statuses)
        ]
        status.initial = self.fields["seen"].initial = here.value

    def clean_status(self) -> Measure.Status:
        return Measure.Status(self.cleaned_data["status"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        here = self.measure.status
        is_same = {cleaned.get("status"), cleaned.get("seen")} == {here}
        if is_same and not cleaned.get("note") and not self.errors:
            self.add_error("note", _("Bitte einen anderen Stand wählen oder etwas dazu schreiben."))
        return cleaned


class MilestoneForm(forms.Form):
    on = DayField(label=_("Bis wann?"))
    title = LocalisedField(label=_("Was ist dann erreicht?"), max_length=200)
    prefix = "milestone"


class MilestoneChangeForm(MilestoneForm):
    # Its revision when the page was made.
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
