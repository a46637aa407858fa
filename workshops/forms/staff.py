"""What staff type: the process, its fields, the people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshops.forms.localised import LocalisedField
from workshops.models import ActionField, ParticipationProcess, User

# The Länder (ISO 3166-2:DE): public and school holidays depend on them.
SUBDIVISIONS = (
    ("BW", _("Baden-Württemberg")),
    ("BY", _("Bayern")),
    ("BE", _("Berlin")),
    ("BB", _("Brandenburg")),
    ("HB", _("Bremen")),
    ("HH", _("Hamburg")),
    ("HE", _("Hessen")),
    ("MV", _("Mecklenburg-Vorpommern")),
    ("NI", _("Niedersachsen")),
    ("NW", _("Nordrhein-Westfalen")),
    ("RP", _("Rheinland-Pfalz")),
    ("SL", _("Saarland")),
    ("SN", _("Sachsen")),
    ("ST", _("Sachsen-Anhalt")),
    ("SH", _("Schleswig-Holstein")),
    ("TH", _("Thüringen")),
)

# Those in which a moderator can lead; beside the site's languages, the commonest in German towns.
SPOKEN_LANGUAGES = (
    ("de", _("Deutsch")),
    ("en", _("Englisch")),
    ("ar", _("Arabisch")),
    ("fa", _("Persisch (Farsi, Dari)")),
    ("fr", _("Französisch")),
    ("it", _("Italienisch")),
    ("ku", _("Kurdisch")),
    ("pl", _("Polnisch")),
    ("ro", _("Rumänisch")),
    ("ru", _("Russisch")),
    ("sq", _("Albanisch")),
    ("ti", _("Tigrinisch")),
    ("tr", _("Türkisch")),
    ("uk", _("Ukrainisch")),
)


class LinesField(forms.CharField):
    """One entry a line; cleans to a list without empty lines."""

    widget = forms.Textarea(attrs={"rows": "3"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class ProcessForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """A new process: what it can't do without."""

    name = LocalisedField(label=_("Name"), max_length=150)

    class Meta:
        model = ParticipationProcess
        fields = ("name", "slug", "town", "contact_email")
        help_texts = {
            "slug": _("Steht in jeder Adresse, z. B. „integrationsplan“. Später nicht mehr änderbar."),
            "contact_email": _("Bürgerinnen und Bürger sehen diese Adresse und können sich dorthin wenden."),
        }


class ProcessDetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    asked_by_law = frozenset({"contact_phone"})

    name = LocalisedField(label=_("Name"), max_length=150)
    introduction = LocalisedField(
        label=_("Einführung"),
        required=False,
        rows=4,
        help_text=_(
            "Steht oben auf der öffentlichen Seite: Worum geht es, und was passiert mit den Ergebnissen?"
        ),
    )
    partners = LinesField(label=_("Partner"), required=False, help_text=_("Einer je Zeile."))
    subdivision = forms.ChoiceField(label=_("Bundesland"), choices=SUBDIVISIONS)
    imprint = LocalisedField(label=_("Impressum"), required=False, rows=6)

    class Meta:
        model = ParticipationProcess
        fields = (
            "name",
            "town",
            "introduction",
            "partners",
            "contact_email",
            "contact_phone",
            "imprint",
            "time_zone",
            "subdivision",
            "parallel_rooms",
            "hold_hours",
            "promotion_ends_hours",
            "opens_minutes",
            "opens_minutes_moderators",
            "may_record",
            "review_days",
            "points_each",
            "invitations_need_release",
            "is_public",
        )
        help_texts = {
            "is_public": _("Sonst sehen nur Sie und Ihre Kolleginnen und Kollegen die Seiten."),
            "invitations_need_release": _(
                "Wer den Text zuletzt geschrieben hat, kann ihn dann nicht selbst freigeben."
            ),
            "review_days": _(
                "So lange können alle, die da waren, Rückmeldungen geben, bevor es veröffentlicht wird."
            ),
            "points_each": _(
                "So viele Punkte verteilen alle, die da waren, auf die Vorschläge ihres Handlungsfelds."
            ),
            "may_record": _(
                "Erst dann lassen sich einzelne Workshops aufzeichnen; alle müssen es vorher wissen."
            ),
            "parallel_rooms": _(
                "So viele Videokonferenzen dürfen zur selben Zeit laufen, solange es keine Videoräume gibt."
            ),
            "hold_hours": _(
                "So lange hält eine unbestätigte Anmeldung ihren Platz, vor nahen Terminen kürzer."
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        everyone, leading = cleaned.get("opens_minutes"), cleaned.get("opens_minutes_moderators")
        if everyone is not None and leading is not None and leading < everyone:
            self.add_error(
                "opens_minutes_moderators",
                _("Die Moderation kommt nicht später hinein als die Teilnehmenden."),
            )
        return cleaned


class PrivacyNoticeForm(forms.Form):
    text = LocalisedField(label=_("Datenschutzhinweise"), rows=14)


class ActionFieldForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    name = LocalisedField(label=_("Name"), max_length=150)
    description = LocalisedField(label=_("Beschreibung"), required=False, rows=4)

    class Meta:
        model = ActionField
        fields = ("name", "slug", "description")
        help_texts = {"slug": _("Steht in der Adresse der Seite, z. B. „bildung-und-sprache“.")}


class ModeratorForm(forms.Form):
    """A moderator's name, and what planning needs to know."""

    name = forms.CharField(label=_("Name"), max_length=150)
    fields_led = forms.ModelMultipleChoiceField(
        ActionField.objects.none(),
        label=_("Handlungsfelder"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nur für diese Handlungsfelder wird die Person eingeplant."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Sprachen"),
        choices=SPOKEN_LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        initial=["de"],
        help_text=_("In diesen Sprachen kann die Person einen Workshop leiten."),
    )

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["fields_led"]
        assert isinstance(choices, forms.ModelMultipleChoiceField)
        choices.queryset = process.fields.all()


class InvitationForm(ModeratorForm):
    email = forms.EmailField(label=_("E-Mail-Adresse"))
    language = forms.ChoiceField(
        label=_("Sprache der Einladung"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    field_order = ("name", "email", "fields_led", "languages", "language")


class ColleagueForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    # Not the model's: an address that already has an account may become a colleague's.
    email = forms.EmailField(label=_("E-Mail-Adresse"))

    class Meta:
        model = User
        fields = ("name",)

    field_order = ("name", "email")
