"""How long what is known of people is kept, a number of days for each rule that staff may set; and why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from workshops.forms.localised import LocalisedField
from workshops.models import LocalisedText
from workshops.retention import CHOSEN, LONGEST_WORDING, PERIODS, Days, Rule

_HELP = {
    Rule.PARTICIPATION: _(
        "Tage nach dem letzten Protokoll, das jemanden betrifft. Ohne Protokoll mindestens 180 Tage nach dem "
        "Workshop."
    ),
    Rule.UNCONFIRMED: _("Tage, nachdem die Frist zum Bestätigen abgelaufen ist."),
    Rule.INVITATIONS: _("Tage nach dem letzten Workshop. Wer widerspricht, wird früher gelöscht."),
    Rule.OUTCOME: _("Tage nach dem Workshop, wenn bis dahin nicht über alle Vorschläge entschieden ist."),
    Rule.RECORDINGS: _(
        "Tage nach der Veröffentlichung des Protokolls. Ohne Protokoll 180 Tage nach dem Workshop."
    ),
    Rule.SHOWN: _("Tage nach der Veröffentlichung der Aufzeichnung."),
    Rule.SURVEY: _(
        "Tage nach dem letzten Workshop. Anmerkungen, auf die ein Vorschlag zurückgeht, und die Auswertung "
        "bleiben."
    ),
}


class PurposeForm(forms.Form):
    """Why something is kept, in the town's words; empty, the house's words hold."""

    text = LocalisedField(
        label=_("In Ihren Worten"),
        required=False,
        rows=2,
        max_length=LONGEST_WORDING,
        help_text=_("Leer gilt der Text der Vorlage, in allen Sprachen. Ein Satz genügt."),
    )

    def clean_text(self) -> LocalisedText:
        text: LocalisedText = self.cleaned_data["text"]
        # Whoever finds nothing in their language reads the German one.
        if text and not text.get(settings.LANGUAGE_CODE):
            raise forms.ValidationError(_("Bitte geben Sie auch den deutschen Text an."), code="no_german")
        return text


class PeriodsForm(forms.Form):
    marks_optional = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, days: Days) -> None:
        super().__init__(data)
        for rule in CHOSEN:
            period = PERIODS[rule]
            self.fields[rule.value] = forms.IntegerField(
                label=capfirst(rule.label),
                help_text=_HELP[rule],
                min_value=period.least,
                max_value=period.most,
                initial=days[rule],
            )

    @property
    def days(self) -> Days:
        """Of a valid form."""
        return {rule: self.cleaned_data[rule.value] for rule in CHOSEN}
