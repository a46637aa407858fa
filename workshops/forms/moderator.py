"""What moderators type: agenda items, the text under each, who came. Proposals: `moderator_proposals`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AgendaItemForm(forms.Form):
    title = forms.CharField(label=_("Tagesordnungspunkt"), max_length=200)
    minutes_planned = forms.IntegerField(
        label=_("Dauer in Minuten"), required=False, min_value=1, max_value=600
    )


class AgendaItemChangeForm(AgendaItemForm):
    """With what the person saw, so that nobody's later change is overwritten unseen."""

    seen_title = forms.CharField(widget=forms.HiddenInput)
    seen_minutes_planned = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _part(label: Any, *, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        # No max_length: a browser would cut a long text off without a word. The operation says so.
        strip=False,
        widget=forms.Textarea({"rows": rows, "dir": "auto"}),
        help_text=help_text,
    )


def _seen() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


# An open page of desk.js: hexadecimal digits chosen at random.
_EDITOR = r"^[0-9a-f]{8,32}$"
_MOST_ATTEMPTS = 2_000_000_000


class ItemTextForm(forms.Form):
    """What is written under an item, and the version that the person saw when they began to type."""

    text = _part(
        _("Diskussion"),
        rows=10,
        help_text=_("Listen mit - am Zeilenanfang, **fett**, Zwischenüberschriften mit #."),
    )
    points = _part(_("Ergebnisse"), rows=5, help_text=_("Was kam heraus? Ein Punkt je Zeile."))
    agreements = _part(_("Vereinbarungen"), rows=3, help_text=_("Wer macht was bis wann?"))
    seen_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    # Filled by desk.js, which has saved meanwhile: each part's own version, and which open page this is.
    seen_text = _seen()
    seen_points = _seen()
    seen_agreements = _seen()
    editor = forms.RegexField(_EDITOR, required=False, widget=forms.HiddenInput)
    attempt = forms.IntegerField(
        required=False, min_value=1, max_value=_MOST_ATTEMPTS, widget=forms.HiddenInput
    )
    marks_optional = False

    PARTS = ("text", "points", "agreements")

    @property
    def parts(self) -> dict[str, str]:
        """The parts that were sent; one that wasn't stays as it is."""
        return {part: self.cleaned_data[part] for part in self.PARTS if part in self.data}

    @property
    def seen(self) -> dict[str, int]:
        """The version over which each part was written."""
        given = {part: self.cleaned_data[f"seen_{part}"] for part in self.parts}
        return {
            part: self.cleaned_data["seen_version"] if seen is None else seen for part, seen in given.items()
        }


class AutosaveForm(ItemTextForm):
    """What desk.js sends: the parts that were changed, each with the version over which it was written."""

    # What the page knows already; who wrote it; which open page, and how often it has tried.
    seen_version = forms.IntegerField(min_value=0)
    writer = forms.CharField(max_length=64)
    editor = forms.RegexField(_EDITOR)
    attempt = forms.IntegerField(min_value=1, max_value=_MOST_ATTEMPTS)
    left = forms.BooleanField(required=False)


class SubmitForm(forms.Form):
    """For how long those who came may comment; empty: as the process says. Only staff may ask nobody."""

    review_days = forms.IntegerField(
        label=_("Rückmeldungen sind möglich (Tage)"), required=False, min_value=0, max_value=60
    )
    marks_optional = False

    def __init__(self, *args: Any, may_skip: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["review_days"]
        if may_skip:
            days.help_text = _(
                "1 bis 60 Tage. 0: Niemand wird um Rückmeldungen gebeten; das darf nur die Verwaltung."
            )
        else:
            days.help_text = _("1 bis 60 Tage.")
        days.widget.attrs["min"] = 0 if may_skip else 1


class PublishForm(forms.Form):
    """Before the time is over it takes a tick; `seen_comments`: those that the page named as open."""

    early = forms.BooleanField(
        label=_("Trotzdem jetzt schon veröffentlichen: Rückmeldungen sind dann nicht mehr möglich."),
        required=False,
    )
    seen_comments = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_seen_comments(self) -> list[int]:
        return [
            int(number)
            for number in self.cleaned_data["seen_comments"].split()
            if number.isascii() and number.isdecimal() and len(number) < 19
        ]


class AnswerForm(forms.Form):
    """To a comment on the minutes; taking it over needs no words."""

    answer = forms.CharField(
        label=_("Antwort"),
        required=False,
        widget=forms.Textarea({"rows": "5", "dir": "auto"}),
        help_text=_("Wer die Rückmeldung geschrieben hat, bekommt sie zu lesen. Sonst niemand."),
    )
    marks_optional = False


class _PrimaryKeys(forms.TypedMultipleChoiceField):
    """Ticked rows; whether each still stands where it stood is the operation's question."""

    def __init__(self) -> None:
        super().__init__(coerce=int, required=False)

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdecimal() and len(str(value)) < 19


class AttendanceForm(forms.Form):
    """`came`: ticked now; `was`: ticked when the page was made. Only the difference is a change."""

    came = _PrimaryKeys()
    was = _PrimaryKeys()

    @property
    def newly_came(self) -> set[int]:
        return set(self.cleaned_data["came"]) - set(self.cleaned_data["was"])

    @property
    def no_longer(self) -> set[int]:
        return set(self.cleaned_data["was"]) - set(self.cleaned_data["came"])


class PhoneGuestForm(forms.Form):
    """Stands under the ticks, in the same <form>, so that no button loses what was typed for another."""

    use_required_attribute = False
    prefix = "phone"

    label = forms.CharField(
        label=_("Name oder Notiz"),
        required=False,
        max_length=60,
        help_text=_("Hilft beim Zählen und wird eine Woche nach dem Workshop gelöscht."),
    )
    minutes = forms.IntegerField(
        label=_("Dauer in Minuten"),
        required=False,
        min_value=5,
        max_value=600,
        step_size=5,
        help_text=_("In Schritten von fünf Minuten."),
        error_messages={
            "invalid": _("Bitte eine Zahl eintragen, zum Beispiel 45."),
            "step_size": _("Bitte auf fünf Minuten runden, zum Beispiel 45."),
        },
    )

    @property
    def is_filled(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields)
