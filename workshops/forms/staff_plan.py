"""The plan's words beside its tree, the figures of a chapter, and the plan's versions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import DayField
from workshops.forms.localised import LocalisedField
from workshops.forms.staff_results import GoalField, goals_of
from workshops.models import Goal, Guideline, LocalisedText, ParticipationProcess, PlanVersion
from workshops.plans.content import Figure

_FIGURE = "figure-"


class PlanWordsForm(forms.Form):
    title = LocalisedField(label=_("Titel des Plans"), required=False, max_length=200)
    introduction = LocalisedField(
        label=_("Einleitung"),
        required=False,
        rows=8,
        help_text=_("Markdown: eine leere Zeile trennt Absätze."),
    )
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)


class ChapterForm(forms.Form):
    """A place for each figure; cleans to the codes of those that have one, in that order."""

    introduction = LocalisedField(
        label=_("Einleitung des Kapitels"),
        required=False,
        rows=8,
        help_text=_("Markdown: eine leere Zeile trennt Absätze."),
    )
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, figures: Mapping[str, Figure], chosen: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What isn't shown any more stays chosen until somebody takes it away.
        self.codes = [*figures, *(code for code in chosen if code not in figures)]
        for code in self.codes:
            self.fields[_FIGURE + code] = forms.IntegerField(
                label=_label(code, figures.get(code)),
                required=False,
                min_value=1,
                max_value=99,
                # Numbered by reorder.js where rows are dragged.
                widget=forms.NumberInput({"data-place": ""}),
                initial=chosen.index(code) + 1 if code in chosen else None,
            )

    @property
    def places(self) -> list[forms.BoundField]:
        """Those that have one first, in its order; the form's rows can be dragged."""

        def place(field: forms.BoundField) -> int:
            value = str(field.value() or "")
            return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else 1000

        return sorted((self[_FIGURE + code] for code in self.codes), key=place)

    @property
    def labels(self) -> dict[str, str]:
        """By code."""
        return {code: str(self.fields[_FIGURE + code].label) for code in self.codes}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        places = [(place, code) for code in self.codes if (place := data.pop(_FIGURE + code, None))]
        return {**data, "figures": [code for _place, code in sorted(places, key=lambda each: each[0])]}


def _label(code: str, figure: Figure | None) -> str:
    if figure is None:
        return gettext("Zurzeit nicht zu zeigen: %(code)s") % {"code": code}
    return f"{LocalisedText(figure.label)}: {figure.value}"


class KeepVersionForm(forms.Form):
    label = forms.CharField(
        label=_("Bezeichnung"),
        required=False,
        max_length=120,
        help_text=_("Zum Beispiel: Entwurf für den Gemeinderat am 4. März"),
    )


class AdoptedForm(forms.Form):
    on = DayField(label=_("Vom Gemeinderat beschlossen am"))


class CompareForm(forms.Form):
    """Two versions; "" is the plan as it stands now."""

    before = forms.ChoiceField(label=_("Von"))
    after = forms.ChoiceField(label=_("Bis"), required=False)
    marks_optional = False

    def __init__(self, *args: Any, versions: list[PlanVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before, after = self.fields["before"], self.fields["after"]
        assert isinstance(before, forms.ChoiceField)
        assert isinstance(after, forms.ChoiceField)
        named = [(str(each.number), name_of(each)) for each in versions]
        before.choices = named
        after.choices = [("", _("der Plan, wie er jetzt ist")), *named]


def name_of(version: PlanVersion) -> str:
    """ "Fassung 2: Entwurf für den Gemeinderat"."""
    number = gettext("Fassung %(number)d") % {"number": version.number}
    return f"{number}: {version.label}" if version.label else number


class _GuidelineField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.field.name} › {obj.text}"


class FileGoalForm(forms.Form):
    under = _GuidelineField(Guideline.objects.none(), label=_("Leitlinie"), empty_label=None)

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        under = self.fields["under"]
        assert isinstance(under, forms.ModelChoiceField)
        under.queryset = (
            Guideline.objects.filter(field__process=process)
            .select_related("field")
            .order_by("field__position", "position")
        )


class FileMeasureForm(forms.Form):
    under = GoalField(Goal.objects.none(), label=_("Ziel"), empty_label=None)

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        under = self.fields["under"]
        assert isinstance(under, forms.ModelChoiceField)
        under.queryset = goals_of(process)
