"""What those who came type about the minutes, before these are published."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshops.models import AgendaItem
from workshops.templatetags.localised import sentence, typed


@dataclass(frozen=True, slots=True)
class Typed:
    """A comment as it was typed: on which item, and which version of its text was read."""

    item: int
    version: int
    text: str


class CommentsForm(forms.Form):
    """One field for each item, in one <form>: whichever button is pressed, everything typed is sent."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, items: Sequence[AgendaItem]) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            self.fields[f"text-{item.pk}"] = forms.CharField(
                # No max_length: a browser would cut a long text off without a word. The operation says so.
                label=sentence(gettext("Rückmeldung zu „%(title)s“"), title=typed(item.title)),
                help_text=_("Damit das Protokoll stimmt. Veröffentlicht wird nicht, was Sie hier schreiben."),
                required=False,
                widget=forms.Textarea({"rows": "4", "dir": "auto"}),
            )
            self.fields[f"version-{item.pk}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, initial=item.version
            )

    def fields_of(self, item: AgendaItem) -> tuple[BoundField, BoundField]:
        return self[f"text-{item.pk}"], self[f"version-{item.pk}"]

    @property
    def typed(self) -> list[Typed]:
        found = [
            Typed(
                item.pk,
                self.cleaned_data.get(f"version-{item.pk}") or 0,
                self.cleaned_data.get(f"text-{item.pk}", ""),
            )
            for item in self.items
        ]
        return [one for one in found if one.text]

    @property
    def homeless(self) -> list[str]:
        """What was typed about items that aren't there any more."""
        known = {f"text-{item.pk}" for item in self.items}
        return [
            str(value)
            for name, value in self.data.items()
            if re.fullmatch(r"text-[0-9]{1,18}", name) and name not in known and str(value).strip()
        ]


class ConsentsForm(forms.Form):
    """Ticked is given, not ticked is not given or taken back."""

    named = forms.BooleanField(
        label=_("Mein Name darf im veröffentlichten Protokoll stehen"),
        required=False,
        help_text=_(
            "Nur Ihr Name, bei denen, die dabei waren. Ohne Haken werden Sie mitgezählt und nicht genannt."
        ),
    )
    outcome = forms.BooleanField(
        label=_("Ich möchte erfahren, was aus den Vorschlägen wird"),
        required=False,
        help_text=_("Höchstens eine Nachricht am Tag, wenn die Verwaltung über Vorschläge entschieden hat."),
    )

    def __init__(self, *args: Any, may_be_named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_be_named:
            del self.fields["named"]
