"""What staff type about a campaign: its words, its audience, its moment, a list of addresses."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.audiences import Audience, Standing
from notifications.invitations import unknown_placeholders
from notifications.models import InvitationCampaign
from workshops.forms.days import DayField, MomentField
from workshops.forms.localised import LocalisedField
from workshops.models import ActionField, LocalisedText, ParticipationProcess, Workshop

# A choice's value and what stands beside it; nested under a heading.
Choices = list[tuple[str, Any]]


class _OfProcess(forms.Form):
    """A form whose choices are the process's own rows: named `field:3` or `workshop:17`."""

    def __init__(
        self, *args: Any, process: ParticipationProcess, workshops: Sequence[Workshop], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.process_fields = list(process.fields.all())
        self.workshops = list(workshops)

    def _subjects(self, everything: object, heading: object) -> Choices:
        return [
            ("", everything),
            (str(heading), [(f"field:{field.pk}", str(field.name)) for field in self.process_fields]),
            (
                str(_("Ein Workshop")),
                [(f"workshop:{one.pk}", f"{one} ({one.local_start:%d.%m.%Y})") for one in self.workshops],
            ),
        ]

    def _found(self, value: str) -> tuple[ActionField | None, Workshop | None]:
        kind, _colon, key = value.partition(":")
        if kind == "field":
            return next(one for one in self.process_fields if str(one.pk) == key), None
        if kind == "workshop":
            return None, next(one for one in self.workshops if str(one.pk) == key)
        return None, None


class CampaignForm(_OfProcess):
    name = forms.CharField(
        label=_("Name der Aktion"),
        max_length=120,
        help_text=_("Nur für die Verwaltung, z. B. „Erste Einladung“."),
    )
    about = forms.ChoiceField(
        label=_("Worum geht es?"),
        required=False,
        help_text=_("Danach richten sich die Platzhalter und die Adressen im Text."),
    )
    subject = LocalisedField(label=_("Betreff"), max_length=150)
    text = LocalisedField(label=_("Text"), rows=10, max_length=10_000)
    fallback = forms.ChoiceField(
        label=_("Was geschieht mit Menschen, in deren Sprache Sie nichts schreiben?"),
        choices=InvitationCampaign.Fallback.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = self._subjects(_("um den ganzen Beteiligungsprozess"), _("Ein Handlungsfeld"))

    @staticmethod
    def kept(campaign: InvitationCampaign) -> dict[str, Any]:
        """The campaign as the form's initial values."""
        about = f"field:{campaign.field_id}" if campaign.field_id else ""
        about = f"workshop:{campaign.workshop_id}" if campaign.workshop_id else about
        return {
            "name": campaign.name,
            "about": about,
            "subject": campaign.subject,
            "text": campaign.text,
            "fallback": campaign.fallback,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["field"], cleaned["workshop"] = self._found(cleaned.pop("about", ""))
        for name in ("subject", "text"):
            texts: LocalisedText = cleaned.get(name) or LocalisedText()
            for text in texts.values():
                for unknown in unknown_placeholders(text, with_workshop=cleaned["workshop"] is not None):
                    self.add_error(
                        name,
                        forms.ValidationError(
                            _("Diesen Platzhalter gibt es hier nicht: %(name)s"),
                            code="unknown_placeholder",
                            params={"name": unknown},
                        ),
                    )
        return cleaned


class AudienceForm(_OfProcess):
    """Choices that narrow; whoever ticks nothing means everyone."""

    marks_optional = False
    # In pairs, as they stand beside each other.
    field_order = ("fields_of_interest", "languages", "standing", "standing_for", "has_organisation")

    fields_of_interest = forms.TypedMultipleChoiceField(
        label=_("Wer sich dafür interessiert"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Menschen, die uns selbst gesagt haben, welche Handlungsfelder sie interessieren."),
    )
    standing = forms.MultipleChoiceField(
        label=_("Anmeldung"),
        choices=[
            (Standing.NOT_REGISTERED.value, _("noch nicht angemeldet")),
            (Standing.REGISTERED.value, _("mit Platz angemeldet")),
            (Standing.WAITING.value, _("auf der Warteliste")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    standing_for = forms.ChoiceField(label=_("… und zwar für"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Sprache"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    has_organisation = forms.BooleanField(
        label=_("nur Menschen, die für eine Organisation sprechen"), required=False
    )
    organisation_search = forms.CharField(label=_("Organisation suchen"), required=False, max_length=200)
    organisations = forms.MultipleChoiceField(
        label=_("Nur diese Organisationen"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lists = forms.TypedMultipleChoiceField(
        label=_("Adresslisten"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    without_organisations = forms.BooleanField(
        label=_("Keine Organisation wählen: Gemeint sind alle, auf die die übrige Auswahl passt"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        process: ParticipationProcess,
        organisations: Sequence[str],
        organisation_count: int,
        lists: Sequence[tuple[int, str]],
        is_gone: bool = False,
        **kwargs: Any,
    ) -> None:
        """`is_gone`: organisations were chosen that nobody is of; whoever saves then says what is meant."""
        super().__init__(*args, process=process, **kwargs)
        if not is_gone:
            del self.fields["without_organisations"]
        if len(organisations) < organisation_count:
            self.fields["organisation_search"].help_text = ngettext(
                "Es gibt %(all)d Organisation, zum Ankreuzen stehen hier %(shown)d: ohne Suche die mit den "
                "meisten Menschen. Die übrigen finden Sie mit einem Teil ihres Namens. Was angekreuzt ist, "
                "bleibt stehen.",
                "Es gibt %(all)d Organisationen, zum Ankreuzen stehen hier %(shown)d: ohne Suche die mit den "
                "meisten Menschen. Die übrigen finden Sie mit einem Teil ihres Namens. Was angekreuzt ist, "
                "bleibt stehen.",
                organisation_count,
            ) % {"all": organisation_count, "shown": len(organisations)}
        else:
            del self.fields["organisation_search"]
        choices: dict[str, Choices] = {
            "fields_of_interest": [(str(field.pk), str(field.name)) for field in self.process_fields],
            "standing_for": self._subjects(_("irgendeinen Workshop"), _("Alle Workshops zu")),
            "organisations": [(name, name) for name in organisations],
            "lists": [(str(key), name) for key, name in lists],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
            if not offered:
                # Nothing to choose from: no empty frame on the page.
                del self.fields[name]

    @staticmethod
    def kept(audience: Audience) -> dict[str, Any]:
        """The audience as the form's initial values."""
        standing_for = f"field:{audience.series}" if audience.series else ""
        return {
            "fields_of_interest": list(audience.fields),
            "standing": list(audience.standing),
            "standing_for": f"workshop:{audience.workshop}" if audience.workshop else standing_for,
            "languages": list(audience.languages),
            "has_organisation": audience.has_organisation,
            "organisations": list(audience.organisations),
            "lists": list(audience.lists),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        # Nobody was meant; what is left of the choices would silently mean many more than ever were chosen.
        is_silent = not said.get("organisations") and not said.get("without_organisations")
        if "save" in self.data and "without_organisations" in self.fields and is_silent:
            self.add_error(
                "without_organisations",
                forms.ValidationError(
                    _(
                        "Bitte wählen Sie Organisationen, oder kreuzen Sie dies hier an: Sonst bekäme die "
                        "Einladung ein größerer Kreis, als je gewählt war."
                    ),
                    code="organisations_gone",
                ),
            )
        return said

    def audience(self) -> Audience:
        """Of a valid form."""
        said = self.cleaned_data
        series, workshop = self._found(said["standing_for"] if said["standing"] else "")
        return Audience(
            fields=tuple(sorted(said.get("fields_of_interest", []))),
            standing=tuple(sorted(said["standing"])),
            series=series.pk if series else None,
            workshop=workshop.pk if workshop else None,
            has_organisation=said["has_organisation"],
            organisations=tuple(sorted(said.get("organisations", []))),
            languages=tuple(sorted(said["languages"])),
            lists=tuple(sorted(said.get("lists", []))),
        )


class MomentForm(forms.Form):
    """In the process's zone, which is the active one."""

    moment = MomentField(label=_("Wann soll die Einladung hinausgehen?"))


class ContactListForm(forms.Form):
    file = forms.FileField(
        label=_("Datei (CSV oder Excel)"),
        help_text=_(
            "In der ersten Zeile stehen die Überschriften. Nötig ist „E-Mail“; erkannt werden auch „Name“, "
            "„Organisation“ und „Sprache“."
        ),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


class ConsentForm(forms.Form):
    """Who vouches is whoever is signed in."""

    name = forms.CharField(
        label=_("Name der Liste"), max_length=120, help_text=_("Zum Beispiel „Sommerfest 2026“.")
    )
    consent_source = forms.CharField(
        label=_("Woher stammt die Einwilligung?"),
        max_length=300,
        help_text=_("Zum Beispiel „Liste am Stand beim Sommerfest, mit Unterschrift; liegt im Ordner 3“."),
    )
    agreed_on = DayField(label=_("Wann haben die Menschen eingewilligt?"))
    fields_of_interest = forms.ModelMultipleChoiceField(
        ActionField.objects.none(),
        label=_("Für welche Handlungsfelder haben sie Interesse angegeben?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nur, wenn sie das selbst gesagt haben. Danach können Sie später auswählen."),
    )
    is_sure = forms.BooleanField(
        label=_("Diese Menschen haben zugestimmt, von uns per E-Mail eingeladen zu werden."),
        error_messages={"required": _("Ohne Einwilligung dürfen wir niemanden einladen.")},
    )

    def __init__(self, *args: Any, process: ParticipationProcess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["fields_of_interest"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = process.fields.all()
