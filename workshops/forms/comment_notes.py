"""What is said about minutes on the telephone, written down by whoever takes the call."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.models import AgendaItem, PhoneGuest, Registration

GUEST = "guest"


class CommentNoteForm(forms.Form):
    """`who`: somebody who was there, or a guest without a registration, of whom nothing is kept."""

    who = forms.ChoiceField(
        label=_("Wer ruft an?"), error_messages={"invalid_choice": _("Diese Person steht nicht mehr da.")}
    )
    item = forms.ChoiceField(
        label=_("Zu welchem Punkt?"),
        error_messages={"invalid_choice": _("Dieser Punkt wurde inzwischen von der Tagesordnung genommen.")},
    )
    text = forms.CharField(
        label=_("Was wird gesagt?"),
        # No max_length: a browser would cut a long text off without a word. The operation says so.
        widget=forms.Textarea({"rows": "5", "dir": "auto"}),
        help_text=_("Am besten vorlesen, was Sie geschrieben haben."),
    )
    named = forms.BooleanField(
        label=_("Die Person möchte im veröffentlichten Protokoll genannt werden"),
        required=False,
        help_text=_("Nur wenn Sie gefragt haben. Ohne Haken bleibt es, wie es ist."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        came: Sequence[Registration],
        guests: Sequence[PhoneGuest],
        items: Sequence[AgendaItem],
    ) -> None:
        super().__init__(data)
        self._came = {str(each.pk): each for each in came}
        called_in = [(f"{GUEST}-{guest.pk}", guest.label) for guest in guests if guest.label]
        self._set_choices(
            "who",
            [(key, each.participant.name or _("ohne Namen")) for key, each in self._came.items()]
            + [(key, _("%(label)s (Gast am Telefon)") % {"label": label}) for key, label in called_in]
            + [(GUEST, _("ein Gast am Telefon, nicht angemeldet"))],
        )
        self.items = {str(item.pk): item for item in items}
        self._set_choices("item", [(key, item.title) for key, item in self.items.items()])

    def _set_choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Bitte wählen")), *choices]

    @property
    def registration(self) -> Registration | None:
        """None: a guest."""
        return self._came.get(self.cleaned_data["who"])

    @property
    def about(self) -> AgendaItem:
        return self.items[self.cleaned_data["item"]]
