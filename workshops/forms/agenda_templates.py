"""Templates for agendas: a name, and one point a line."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

# "Ankommen | 15"; the length may be left out.
_LINE = re.compile(r"(?P<title>.*?)(?:\s*\|\s*(?P<minutes>[^|]*?)\s*)?")


class TemplateNameForm(forms.Form):
    """The present agenda under this name."""

    name = forms.CharField(label=_("Name der Vorlage"), max_length=120)
    prefix = "template"
    marks_optional = False


class PointsField(forms.CharField):
    """Cleaned to (title, minutes or None), a line each."""

    widget = forms.Textarea({"rows": "10", "dir": "auto"})

    def clean(self, value: object) -> list[tuple[str, int | None]]:
        points = []
        for number, line in enumerate(str(super().clean(value)).splitlines(), start=1):
            if line.strip():
                points.append(self._point(line, number))
        return points

    def _point(self, line: str, number: int) -> tuple[str, int | None]:
        match = _LINE.fullmatch(line.strip())
        assert match is not None  # it takes anything
        title, minutes = " ".join(match["title"].split()), match["minutes"] or ""
        if not title or len(title) > 200:
            raise forms.ValidationError(
                _("Zeile %(n)d: Bitte einen Titel mit höchstens 200 Zeichen angeben."), params={"n": number}
            )
        if not minutes:
            return title, None
        if not (minutes.isascii() and minutes.isdecimal() and len(minutes) < 4 and 1 <= int(minutes) <= 600):
            raise forms.ValidationError(
                _("Zeile %(n)d: Bitte die Dauer in Minuten angeben, zum Beispiel 15."), params={"n": number}
            )
        return title, int(minutes)


def lines_of(points: list[tuple[str, int | None]]) -> str:
    """As they are typed. A stroke in a title would begin the length."""
    return "\n".join(
        title.replace("|", "/") + (f" | {minutes}" if minutes else "") for title, minutes in points
    )


class AgendaTemplateForm(forms.Form):
    name = forms.CharField(label=_("Name der Vorlage"), max_length=120)
    points = PointsField(
        label=_("Tagesordnungspunkte"),
        help_text=_(
            "Ein Punkt je Zeile, die Dauer in Minuten nach einem senkrechten Strich: Ankommen | 15. "
            "Die Reihenfolge der Zeilen ist die Reihenfolge der Punkte."
        ),
    )
    seen = PointsField(required=False, widget=forms.HiddenInput)
    marks_optional = False
