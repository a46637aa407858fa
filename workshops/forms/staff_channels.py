"""What staff type about interpretation, and to enter a rehearsal."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.forms.localised import LocalisedField
from workshops.forms.public import plain_name
from workshops.models import ConferenceRoom, Need


class ChannelForm(forms.Form):
    need = forms.ChoiceField(
        label=_("Für wen"),
        choices=Need.choices,
        help_text=_("Nur wer diesen Bedarf angegeben hat, sieht es hinter dem Einwahllink."),
    )
    label = forms.CharField(
        label=_("Sprache oder Name"),
        max_length=60,
        validators=[plain_name],
        help_text=_("Wie es der Person gesagt wird, zum Beispiel: Arabisch."),
    )
    how = LocalisedField(
        label=_("So geht es"),
        required=False,
        rows=3,
        max_length=500,
        help_text=_(
            "Wie man im Raum des Workshops dorthin kommt, zum Beispiel: unten auf die Weltkugel drücken und "
            "„Arabisch“ wählen. Nicht nötig, wenn es einen zweiten Raum gibt."
        ),
    )
    room = forms.ModelChoiceField(
        ConferenceRoom.objects.none(),
        label=_("Zweiter Raum"),
        required=False,
        empty_label=_("keiner: im Raum des Workshops"),
    )
    dial_in = forms.CharField(
        label=_("Einwahl per Telefon"),
        required=False,
        max_length=200,
        help_text=_("Nummer und Code für die Verdolmetschung, wenn man sie auch am Telefon hören kann."),
    )

    def __init__(self, *args: Any, rooms: Iterable[ConferenceRoom], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["room"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = ConferenceRoom.objects.filter(pk__in=[room.pk for room in rooms])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "how" in cleaned and "room" in cleaned and not cleaned["how"] and cleaned["room"] is None:
            self.add_error(
                "how", _("Bitte sagen Sie, wie man dorthin kommt, oder wählen Sie einen zweiten Raum.")
            )
        return cleaned


class GuestForm(forms.Form):
    """Who rehearses is there under any name, as everyone is."""

    name = forms.CharField(
        label=_("Name, unter dem Sie zu sehen sind"),
        required=False,
        max_length=150,
        validators=[plain_name],
        help_text=_("Leer: „Probegast“."),
    )
