"""What staff type to plan. Times are read in the active time zone (the process's)."""

import datetime
from typing import Any

from django import forms
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import DayField, MomentField
from workshops.forms.staff import SPOKEN_LANGUAGES
from workshops.forms.staff_workshop import ModeratorsForm, TimesForm
from workshops.models import ModeratorProfile, ParticipationProcess


class StartTimesField(forms.CharField):
    """Wall-clock times between commas; cleans to times, in order, each once."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        found = set()
        for part in text.replace(";", ",").split(","):
            given = part.strip().removesuffix("Uhr").strip().replace(".", ":")
            if not given:
                continue
            hour, _colon, minute = given.partition(":")
            try:
                found.add(datetime.time(int(hour), int(minute or 0)))
            except ValueError:
                raise forms.ValidationError(
                    _("„%(given)s“ ist keine Uhrzeit. Bitte so angeben: 18:00."),
                    code="no_time",
                    params={"given": part.strip()},
                ) from None
        return sorted(found)


class SeriesForm(forms.Form):
    """An action field's series; cleans to the arguments of `series.configure`."""

    workshop_count = forms.IntegerField(label=_("Anzahl der Workshops"), min_value=1, max_value=200)
    duration_minutes = forms.IntegerField(label=_("Dauer in Minuten"), min_value=15, max_value=720)
    capacity = forms.IntegerField(label=_("Plätze je Workshop"), min_value=1, max_value=10_000)
    waiting_capacity = forms.IntegerField(label=_("Plätze auf der Warteliste"), min_value=0, max_value=10_000)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Wochentage"),
        coerce=int,
        choices=tuple(dates.WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    start_times = StartTimesField(
        label=_("Anfangszeiten"),
        help_text=_("Mit Komma getrennt, z. B. „10:00, 18:00“. Sie gelten auch nach der Zeitumstellung."),
    )
    first_on = DayField(label=_("Frühester Tag"))
    last_on = DayField(label=_("Spätester Tag"))
    min_gap_days = forms.IntegerField(
        label=_("Mindestabstand in Tagen"),
        min_value=0,
        max_value=365,
        help_text=_("Zwischen zwei Workshops dieses Handlungsfelds. 7 heißt: höchstens einer je Woche."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Sprachen der Moderation"),
        choices=SPOKEN_LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Wer leitet, muss alle angekreuzten sprechen. Leer: gleichgültig."),
    )


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """Rules that hold for all series."""

    class Meta:
        model = ParticipationProcess
        fields = ("parallel_rooms", "may_use_school_holidays")
        help_texts = {
            "parallel_rooms": _(
                "So viele Videokonferenzen dürfen zur selben Zeit laufen, solange es keine Videoräume gibt."
            )
        }


class BlockedDayForm(forms.Form):
    day = DayField(label=_("Tag"))
    reason = forms.CharField(label=_("Grund"), max_length=120, help_text=_("Zum Beispiel: Stadtfest."))


class AbsenceForm(forms.Form):
    """When a moderator can't; cleans to `moderator` (profile), `starts_at` and `ends_at`."""

    moderator = forms.ModelChoiceField(ModeratorProfile.objects.none(), label=_("Moderation"))
    starts_at = MomentField(label=_("von"))
    ends_at = MomentField(label=_("bis"))

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["moderator"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = (
            process.moderators.filter(user__is_active=True)
            .select_related("user")
            .order_by("user__name", "pk")
        )


class MoveForm(TimesForm, ModeratorsForm):
    """Another time and other moderators for a draft."""


class PublishForm(forms.Form):
    """Only shown when the proposal breaks rules."""

    accept_conflicts = forms.BooleanField(label=_("Ich habe die Hinweise gelesen und nehme sie hin."))
