"""Every component of the design system on one page, for those who write pages."""

import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from workshops.permissions import staff_only


class SampleForm(forms.Form):
    """One field of each kind, so that the field templates can be looked at and tested."""

    name = forms.CharField(label=_("Name"), max_length=20)
    email = forms.EmailField(label=_("E-Mail-Adresse"), help_text=_("Dorthin schicken wir die Bestätigung."))
    language = forms.ChoiceField(label=_("Sprache"), choices=[("de", "Deutsch"), ("en", "English")])
    contact = forms.ChoiceField(
        label=_("Wie sollen wir Sie erreichen?"),
        choices=[("mail", _("Per E-Mail")), ("phone", _("Per Telefon"))],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=_("Was brauchen Sie, um gut teilnehmen zu können?"),
        choices=[("sign", _("Gebärdensprache")), ("captions", _("Untertitel"))],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Warum fragen wir das? Damit wir eine Dolmetscherin bestellen können."),
        required=False,
    )
    day = forms.DateField(
        label=_("Tag"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    remarks = forms.CharField(label=_("Bemerkung"), widget=forms.Textarea, required=False)
    privacy = forms.BooleanField(label=_("Ich habe die Datenschutzhinweise gelesen und stimme zu."))


class GroupedForm(forms.Form):
    """Choices under headings, each in a frame of its own."""

    days = forms.MultipleChoiceField(
        label=_("Termine"),
        choices=[(_("Juli 2020"), [("7", _("dienstags 18 Uhr")), ("9", _("samstags 10 Uhr"))])],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["7"],
    )


class FurtherForm(forms.Form):
    """Many choices stand in columns; fields as wide as what is typed there; a file."""

    weekdays = forms.MultipleChoiceField(
        label=_("Tag"),
        choices=[
            ("1", _("Mo")),
            ("2", _("Di")),
            ("3", _("Mi")),
            ("4", _("Do")),
            ("5", _("Fr")),
            ("6", _("Sa")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    begin = forms.TimeField(label=_("Beginn"), widget=forms.TimeInput(attrs={"type": "time"}), required=False)
    seats = forms.IntegerField(label=_("Plätze"), required=False)
    file = forms.FileField(label=_("Datei"), required=False)


@staff_only
def styleguide(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(_("Stand: geladen"))
    context = {
        "form": SampleForm(),
        "grouped_form": GroupedForm(prefix="grouped"),
        "further_form": FurtherForm(prefix="further"),
        # Sent empty, to show mistakes as a reader would see them.
        "refused_form": SampleForm({"email": "anna@"}, prefix="refused"),
        # The week of the calendar shown.
        "monday": datetime.date(2020, 7, 6),
        "hues": range(1, 7),
        "seats": [(20, 4), (20, 17), (20, 20)],
        "chart": [(_("dienstags 18 Uhr"), 92), (_("samstags 10 Uhr"), 61), (_("freitags 16 Uhr"), 28)],
    }
    return render(request, "styleguide.html", context)
