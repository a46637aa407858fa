"""What staff decide: proposals adopted, declined or merged; guidelines, goals and measures of the plan."""

import contextlib
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.forms.localised import LocalisedField
from workshops.models import Goal, Measure, MeasureDetails, ParticipationProcess, ProposedMeasure


class FilterForm(forms.Form):
    field = forms.ChoiceField(label=_("Handlungsfeld"), required=False)
    status = forms.ChoiceField(label=_("Zustand"), required=False)
    marks_optional = False

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields, status = self.fields["field"], self.fields["status"]
        assert isinstance(fields, forms.ChoiceField)
        assert isinstance(status, forms.ChoiceField)
        fields.choices = [
            ("", _("alle")),
            *((field.slug, str(field.name)) for field in process.fields.all()),
        ]
        status.choices = [("", _("alle")), *ProposedMeasure.Status.choices]


class GoalField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """The goals of a process, named with field and guideline: "Bildung › Sprache lernen › Kurse am Abend"."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.guideline.field.name} › {obj.guideline.text} › {obj.text}"


def goals_of(process: ParticipationProcess) -> Any:
    return (
        Goal.objects.filter(guideline__field__process=process)
        .select_related("guideline__field")
        .order_by("guideline__field__position", "guideline__position", "position")
    )


def detail_field(name: str) -> forms.CharField:
    """One of what a measure says beside title and description, as its column has it."""
    column = Measure._meta.get_field(name)
    assert isinstance(column, models.Field)
    is_long = column.max_length is None
    return forms.CharField(
        label=column.verbose_name,
        required=False,
        max_length=2000 if is_long else column.max_length,
        widget=forms.Textarea({"rows": "3", "dir": "auto"}) if is_long else forms.TextInput({"dir": "auto"}),
    )


class _Measure(forms.Form):
    goal = GoalField(Goal.objects.none(), label=_("Ziel"), empty_label=_("bitte wählen"))
    title = LocalisedField(label=_("Titel der Maßnahme"), max_length=200)
    description = LocalisedField(label=_("Beschreibung"), required=False, rows=4)
    responsible = forms.CharField(
        label=_("Zuständig"), required=False, max_length=150, help_text=_("Amt, Einrichtung oder Verein.")
    )

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MeasureDetails.DETAILS:
            self.fields.setdefault(name, detail_field(name))
        self.order_fields(["goal", "title", "description", *MeasureDetails.DETAILS])
        goal = self.fields["goal"]
        assert isinstance(goal, forms.ModelChoiceField)
        goal.queryset = goals_of(process)

    def clean(self) -> dict[str, Any]:
        """The operations take the details as one mapping."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["details"] = {name: cleaned.pop(name) for name in MeasureDetails.DETAILS if name in cleaned}
        return cleaned


class _OverWhatWasSeen(forms.Form):
    """With the edition that the person saw, so that nobody's later change is overwritten unseen."""

    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)


class MeasureForm(_Measure, _OverWhatWasSeen):
    pass


class AdoptForm(_Measure):
    position = forms.IntegerField(
        label=_("Platz unter dem Ziel"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("1 steht oben. Leer: am Ende."),
    )
    reason = forms.CharField(
        label=_("Begründung"), required=False, max_length=2000, widget=forms.Textarea({"rows": "3"})
    )
    prefix = "adopt"


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Begründung"),
        max_length=2000,
        widget=forms.Textarea({"rows": "3"}),
        help_text=_("Sie steht im öffentlichen Protokoll neben dem Vorschlag."),
    )
    prefix = "decline"


class _ProposalField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.item.workshop.series.field.name}: {obj.title} ({obj.get_status_display()})"


class MergeForm(forms.Form):
    into = _ProposalField(
        ProposedMeasure.objects.none(), label=_("Geht auf in"), empty_label=_("bitte wählen")
    )
    reason = forms.CharField(
        label=_("Begründung"), required=False, max_length=2000, widget=forms.Textarea({"rows": "2"})
    )
    prefix = "merge"

    def __init__(self, *args: Any, proposal: ProposedMeasure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.ModelChoiceField)
        into.queryset = (
            ProposedMeasure.objects.filter(
                item__workshop__series__field__process=proposal.item.workshop.process,
                status__in=[ProposedMeasure.Status.PROPOSED, ProposedMeasure.Status.ADOPTED],
            )
            .exclude(pk=proposal.pk)
            .select_related("item__workshop__series__field")
            .order_by("item__workshop__series__field__position", "title", "pk")
        )


def typed(form: forms.Form) -> list[tuple[str, str]]:
    """What somebody typed into a form that can't be carried out any more, with its labels: to copy from."""
    found: list[tuple[str, str]] = []
    for bound in form:
        value: Any = bound.value()
        if isinstance(bound.field, LocalisedField):
            texts = zip(settings.LANGUAGES, value or (), strict=False)
            found += [(f"{bound.label} ({name})", text) for (_code, name), text in texts if text]
        elif isinstance(bound.field, forms.ModelChoiceField):
            with contextlib.suppress(forms.ValidationError):
                found.append((str(bound.label), bound.field.label_from_instance(bound.field.clean(value))))
        elif value:
            found.append((str(bound.label), str(value)))
    return found


class PlanTextForm(forms.Form):
    """A guideline or a goal."""

    text = LocalisedField(label=_("Text"), rows=3, max_length=500)


class PlanTextChangeForm(PlanTextForm, _OverWhatWasSeen):
    pass
