"""The survey's window, an export and what its questions mean, and the waiver."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import MomentField
from workshops.models import Need
from workshops.survey_import import mapping, words
from workshops.survey_import.inspection import FieldNames, Preview
from workshops.survey_import.layout import Question
from workshops.survey_import.mapping import Mapping, Meaning, Role
from workshops.survey_import.proposal import targets as proposed_targets

UPLOAD_MEGABYTES = 50

WEEKDAYS = {
    "mon": _("Montag"),
    "tue": _("Dienstag"),
    "wed": _("Mittwoch"),
    "thu": _("Donnerstag"),
    "fri": _("Freitag"),
    "sat": _("Samstag"),
    "sun": _("Sonntag"),
    words.ANY: _("Tag egal"),
}
DAYPARTS = {
    "morning": _("vormittags"),
    "afternoon": _("nachmittags"),
    "evening": _("abends"),
    words.ANY: _("Tageszeit egal"),
}
LANGUAGES = {
    "am": _("Amharisch"),
    "ar": _("Arabisch"),
    "bg": _("Bulgarisch"),
    "bs": _("Bosnisch"),
    "cs": _("Tschechisch"),
    "de": _("Deutsch"),
    "el": _("Griechisch"),
    "en": _("Englisch"),
    "es": _("Spanisch"),
    "fa": _("Persisch (Dari, Farsi)"),
    "fr": _("Französisch"),
    "hi": _("Hindi"),
    "hr": _("Kroatisch"),
    "hu": _("Ungarisch"),
    "it": _("Italienisch"),
    "ku": _("Kurdisch"),
    "mk": _("Mazedonisch"),
    "nl": _("Niederländisch"),
    "pl": _("Polnisch"),
    "ps": _("Paschtu"),
    "pt": _("Portugiesisch"),
    "ro": _("Rumänisch"),
    "ru": _("Russisch"),
    "so": _("Somali"),
    "sq": _("Albanisch"),
    "sr": _("Serbisch"),
    "ta": _("Tamil"),
    "th": _("Thailändisch"),
    "ti": _("Tigrinya"),
    "tr": _("Türkisch"),
    "uk": _("Ukrainisch"),
    "ur": _("Urdu"),
    "vi": _("Vietnamesisch"),
    "zh": _("Chinesisch"),
    words.OTHER: _("eine andere Sprache"),
}
ROLES = {
    Role.IGNORE: _("nicht übernehmen"),
    Role.FIELDS: _("Handlungsfelder, die interessieren"),
    Role.TIMES: _("Zeiten, die passen"),
    Role.LANGUAGES: _("Sprachen"),
    Role.NEEDS: _("Bedarf für die Teilnahme"),
    Role.WISH: _("Wunsch, eingeladen zu werden"),
    Role.WISH_FIELDS: _("Handlungsfelder, zu denen jemand eingeladen werden will (Einwilligung)"),
    Role.ADDRESS: _("E-Mail-Adresse für die Einladung"),
    Role.COMMENT: _("freie Anmerkung"),
}
# In a select, "" means that nothing is chosen yet; leaving a label out is a choice.
_LEFT_OUT = "-"


def time_label(target: str) -> str:
    """ "tue-evening mon-*" → "Dienstag abends, Montag Tageszeit egal"."""
    named = (name.partition("-") for name in target.split(" "))
    return ", ".join(f"{WEEKDAYS[day]} {DAYPARTS[part]}" for day, _dash, part in named)


class WindowForm(forms.Form):
    url = forms.URLField(
        label=_("Adresse der Umfrage"),
        required=False,
        assume_scheme="https",
        help_text=_("Die Umfrage selbst läuft dort, zum Beispiel bei SurveyMonkey oder LimeSurvey."),
    )
    opens_at = MomentField(label=_("Beginn"))
    closes_at = MomentField(label=_("Ende"))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Ausgabe der Umfrage"),
        help_text=_("CSV oder Excel von SurveyMonkey, CSV von LimeSurvey, höchstens 50 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > UPLOAD_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("Die Datei ist größer als %(most)d MB."),
                code="too_large",
                params={"most": UPLOAD_MEGABYTES},
            )
        return file


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=_("Begründung"),
        help_text=_("Sie steht mit Ihrem Namen auf der Seite der Umfrage."),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=2000,
    )


class MappingForm(forms.Form):
    """One select for each question, and one for each of its labels that needs a meaning.

    Labels of a role that was only just chosen are proposed and must be looked at: `is_settled` is
    False until the form shows what it was sent with.
    """

    def __init__(
        self,
        *args: Any,
        preview: Preview,
        proposal: Mapping,
        names: FieldNames,
        field_choices: list[tuple[str, str]],
        may_replace: bool,
        staying: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.preview = preview
        self.names = names
        self.field_choices = field_choices
        self.is_settled = True
        self.questions = preview.layout.questions
        for index, question in enumerate(self.questions):
            self._add_question(index, question, proposal.of(question))
        if may_replace:
            self.fields["replace"] = forms.BooleanField(
                label=_("Bisher übernommene Antworten durch diese Datei ersetzen"),
                help_text=format_lazy(
                    "{} {}",
                    _("Ohne Haken kommen nur Antworten dazu, die noch nicht übernommen sind."),
                    staying,
                ),
                required=False,
            )

    def _add_question(self, index: int, question: Question, proposed: Meaning) -> None:
        name = f"role_{index}"
        self.fields[name] = forms.ChoiceField(
            label=question.text or question.key,
            choices=[(role.value, label) for role, label in ROLES.items()],
            initial=proposed.role.value,
        )
        sent = self.data.get(self.add_prefix(name)) if self.is_bound else None
        role = Role(sent) if sent in set(Role) else proposed.role
        labels = mapping.labels_to_target(self.preview, question, role)
        known = (
            proposed.targets
            if role is proposed.role
            else proposed_targets(question, labels, role, fields=self.names)
        )
        for number, label in enumerate(labels):
            # A comment's only box has no label of its own: what is asked is the field that it is about.
            self._add_label(f"target_{index}_{number}", label or _("Handlungsfeld"), role, known.get(label))

    def _add_label(self, name: str, label: Any, role: Role, target: str | None) -> None:
        initial = "" if target is None else target or _LEFT_OUT
        choices = self._choices(role)
        if initial not in {value for value, _text in choices}:
            choices.insert(1, (initial, time_label(initial)))
        if role not in (Role.FIELDS, Role.WISH, Role.WISH_FIELDS):
            choices = choices[1:]
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, initial=initial)
        if self.is_bound and self.add_prefix(name) not in self.data:
            # The role was changed on the page just sent: show what follows from it first.
            self.is_settled = False
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix(name)] = initial  # type: ignore[index]

    def _choices(self, role: Role) -> list[tuple[str, Any]]:
        choices: list[tuple[str, Any]] = [("", _("Bitte wählen")), (_LEFT_OUT, _("auslassen"))]
        match role:
            case Role.FIELDS | Role.WISH_FIELDS:
                choices += self.field_choices
            case Role.COMMENT:
                choices[1] = (_LEFT_OUT, _("allgemein, zu keinem Handlungsfeld"))
                choices += self.field_choices
            case Role.TIMES:
                slots = [f"{day}-{part}" for day in WEEKDAYS for part in DAYPARTS]
                choices += [(slot, time_label(slot)) for slot in slots if slot != f"{words.ANY}-{words.ANY}"]
            case Role.LANGUAGES:
                choices += LANGUAGES.items()
            case Role.NEEDS:
                choices += Need.choices
            case Role.WISH:
                choices[1] = (_LEFT_OUT, _("keine Einladung"))
                choices.append((mapping.YES, _("möchte eingeladen werden")))
        return choices

    def rows(self) -> list[tuple[Question, forms.BoundField, list[forms.BoundField]]]:
        """For the page: each question with its select and those of its labels."""
        return [
            (
                question,
                self[f"role_{index}"],
                [self[name] for name in self.fields if name.startswith(f"target_{index}_")],
            )
            for index, question in enumerate(self.questions)
        ]

    @property
    def may_replace(self) -> bool:
        return "replace" in self.fields

    def meaning(self) -> Mapping:
        """What the valid form says."""
        meanings = {}
        for index, question in enumerate(self.questions):
            role = Role(self.cleaned_data[f"role_{index}"])
            labels = mapping.labels_to_target(self.preview, question, role)
            chosen = (self.cleaned_data[f"target_{index}_{number}"] for number in range(len(labels)))
            targets = {
                label: mapping.NOTHING if target == _LEFT_OUT else target
                for label, target in zip(labels, chosen, strict=True)
            }
            meanings[question.key] = Meaning(role, targets)
        return Mapping(meanings)
