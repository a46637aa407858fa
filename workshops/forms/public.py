"""What citizens type: registration, needs, details, an address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workshops.forms.figures import machine_readable
from workshops.forms.guarding import GuardedForm
from workshops.models import LocalisedText, Need, OrganisationKind, is_address

# [(name of the field, [(id of the workshop, how it is called)])]
# Named by field, in the languages that the town has for it.
WorkshopChoices = Sequence[tuple[LocalisedText, Sequence[tuple[int, Any]]]]

# A name is read out and put into mails: no line breaks, no markup, no addresses to click,
# nothing that turns the rest of the line around (bidi embeddings, overrides and isolates).
plain_name = RegexValidator(
    r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069<>\[\]{}\\]|://|www\.",
    _("Bitte nur Buchstaben und übliche Satzzeichen, keine Adressen von Internetseiten."),
    inverse_match=True,
)


class WorkshopsField(forms.MultipleChoiceField):
    """Ids of workshops. Which of them may be chosen is the operation's to say, with its reason."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdigit() and len(str(value)) < 19

    def clean(self, value: Any) -> Any:
        return [int(one) for one in super().clean(value)]


class NeedsForm(forms.Form):
    """What someone needs to take part."""

    needs = forms.MultipleChoiceField(
        label=_("Was brauchen Sie, um gut teilnehmen zu können?"),
        help_text=_(
            "Wir fragen, damit wir es rechtzeitig organisieren. Nur Moderation und Verwaltung sehen es."
        ),
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    interpretation_language = forms.CharField(
        label=_("Dolmetschen in welche Sprache?"),
        help_text=_(
            "Damit wir das Dolmetschen organisieren. Nur wenn Sie „Dolmetschen“ gewählt haben, zum Beispiel: "
            "Arabisch."
        ),
        max_length=60,
        validators=[plain_name],
        required=False,
    )
    needs_note = forms.CharField(
        label=_("Möchten Sie uns dazu etwas sagen?"),
        help_text=_(
            "Damit wir uns vorbereiten können. Bitte keine Angaben zu Ihrer Gesundheit oder Herkunft."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if Need.INTERPRETATION in cleaned.get("needs", []) and not cleaned.get("interpretation_language"):
            self.add_error(
                "interpretation_language", _("Bitte nennen Sie die Sprache, in die wir dolmetschen sollen.")
            )
        return cleaned


# Rooms cut longer ones off in their lists of people.
LONGEST_NAME_IN_ROOM = 60


class NameInRoomForm(forms.Form):
    """Under which name somebody goes into the video conference."""

    name = forms.CharField(
        label=_("Ihr Name im Raum"),
        help_text=_(
            "Alle im Raum lesen diesen Namen. Ein Vorname oder ein Spitzname genügt. "
            "Leer: der Name aus Ihrer Anmeldung."
        ),
        required=False,
        max_length=LONGEST_NAME_IN_ROOM,
        validators=[plain_name],
        # Their own choice, and not the whole name that a browser knows.
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class OrganisationKindField(forms.ChoiceField):
    """To be counted only: whoever doesn't say it is counted without."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Was für eine Einrichtung ist das?"),
            choices=[("", _("keine Angabe")), *OrganisationKind.choices],
            required=False,
            **kwargs,
        )


class DetailsForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Damit die Moderation weiß, wer dabei ist. Ein Vorname oder ein Spitzname genügt."),
        max_length=150,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = forms.CharField(
        label=_("Verein, Einrichtung oder Firma"),
        help_text=_("Nur wenn Sie für andere sprechen: damit alle wissen, für wen."),
        max_length=150,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        required=False,
    )
    organisation_kind = OrganisationKindField(
        help_text=_("Nur wenn Sie für andere sprechen. Wir zählen damit, wen wir erreicht haben.")
    )
    language = forms.ChoiceField(
        label=_("Sprache unserer E-Mails an Sie"),
        help_text=_("Damit Sie verstehen, was wir Ihnen schreiben."),
        choices=settings.LANGUAGES,
    )


_NO_ADDRESS = _("Diese Adresse ist nicht vollständig. Beispiel: name@beispiel.de")


def _refuse_unreachable(address: str) -> None:
    if not is_address(address):
        raise ValidationError(_NO_ADDRESS, code="invalid")


class AddressField(forms.EmailField):
    """An address that mail can go to and that we can keep."""

    default_validators = [_refuse_unreachable]

    def to_python(self, value: Any) -> Any:
        return super().to_python(machine_readable(value) if isinstance(value, str) else value)


def _email_field(why: Any) -> AddressField:
    return AddressField(
        label=_("E-Mail-Adresse"),
        help_text=why,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        error_messages={"invalid": _NO_ADDRESS},
    )


class WorkshopsForm(NeedsForm):
    """One page, several workshops."""

    workshops = WorkshopsField(
        label=_("Welche Workshops möchten Sie besuchen?"),
        help_text=_("Sie können mehrere auswählen, wenn sie nicht zur selben Zeit stattfinden."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens einen Workshop aus.")},
    )
    field_order: Iterable[str] | None = ("workshops",)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        choices: WorkshopChoices | Callable[[], WorkshopChoices],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["workshops"].choices = choices  # type: ignore[attr-defined]


class RegistrationForm(GuardedForm, DetailsForm, WorkshopsForm):
    """Registration without an account."""

    email = _email_field(
        _("Dorthin schicken wir die Bestätigung und den Link zum Workshop. Sie wird nicht veröffentlicht.")
    )
    privacy = forms.BooleanField(
        label=_("Ich habe die Datenschutzhinweise gelesen und bin einverstanden."),
        error_messages={"required": _("Ohne Ihr Einverständnis dürfen wir Ihre Angaben nicht speichern.")},
    )
    field_order = (
        *("workshops", "name", "email", "language", "organisation", "organisation_kind"),
        *("needs", "interpretation_language", "needs_note", "privacy"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        choices: WorkshopChoices | Callable[[], WorkshopChoices],
        privacy_url: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, choices=choices, **kwargs)
        self.fields["language"].initial = get_language()
        self.fields["privacy"].help_text = format_html(
            '<a href="{}">{}</a>', privacy_url, _("Datenschutzhinweise lesen")
        )


class AddressForm(GuardedForm):
    """An address to send the personal link to."""

    email = _email_field(
        _("Ist die Adresse bei uns bekannt, schicken wir Ihren persönlichen Link dorthin, sonst nichts.")
    )
