"""What staff type about documents: which one they want, and how all of them look."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from workshops import dates
from workshops.models import Document, Licence, ParticipationProcess, PlanVersion, Workshop

Variant = Document.Variant


class DocumentForm(forms.Form):
    """`subject` says what the document is about in one choice, so that no two fields can disagree."""

    subject = forms.ChoiceField(label=_("Dokument"))
    format = forms.ChoiceField(
        label=_("Format"), choices=Document.Format.choices, initial=Document.Format.PDF
    )
    language = forms.ChoiceField(label=_("Sprache"), choices=settings.LANGUAGES)
    version = forms.ChoiceField(
        label=_("Stand des Plans"),
        required=False,
        help_text=_("Für den Plan, die Kurzfassung und einzelne Handlungsfelder."),
    )

    def __init__(
        self,
        *args: Any,
        process: ParticipationProcess,
        with_minutes: list[Workshop],
        to_invite_to: list[Workshop],
        versions: list[PlanVersion],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        groups: list[Any] = [
            (Variant.PLAN.value, Variant.PLAN.label),
            (Variant.COUNCIL.value, Variant.COUNCIL.label),
        ]
        for variant, rows in (
            (Variant.FIELD, [(field.pk, str(field)) for field in process.fields.all()]),
            (Variant.MINUTES, [(each.pk, _named(each, process)) for each in with_minutes]),
            (Variant.INVITATION, [(each.pk, _named(each, process)) for each in to_invite_to]),
        ):
            if rows:
                groups.append((variant.label, [(f"{variant.value}:{pk}", name) for pk, name in rows]))
        self.fields["subject"].choices = groups  # type: ignore[attr-defined]
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            ("", _("wie er jetzt ist")),
            *((str(version.pk), _version(version)) for version in versions),
        ]

    def clean(self) -> dict[str, Any]:
        """With `variant`, and the keys `field`, `workshop` and `plan_version` of rows, or None."""
        data: dict[str, Any] = super().clean() or {}
        if "subject" in data:
            name, _colon, pk = data["subject"].partition(":")
            data["variant"] = Variant(name)
            data["field"] = int(pk) if name == Variant.FIELD else None
            data["workshop"] = int(pk) if name in (Variant.MINUTES, Variant.INVITATION) else None
            is_of_plan = data["workshop"] is None
            data["plan_version"] = int(data["version"]) if data.get("version") and is_of_plan else None
        return data


def _named(workshop: Workshop, process: ParticipationProcess) -> str:
    return f"{workshop} · {dates.day_text(workshop.starts_at, process)}"


def _version(version: PlanVersion) -> str:
    name = _now("Fassung %(number)d") % {"number": version.number}
    return f"{name}: {version.label}" if version.label else name


class BrandingForm(forms.Form):
    colour = forms.CharField(
        label=_("Farbe der Stadt"),
        required=False,
        max_length=7,
        help_text=_(
            "Für Flächen, Links, Schaltflächen und Linien, zum Beispiel #1f6f54. Sie muss dunkel genug sein: "
            "Wir prüfen das beim Speichern. Leer: unser Blau."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    logo = forms.FileField(
        label=_("Logo oder Wappen"),
        required=False,
        help_text=_("PNG oder JPEG, höchstens 500 kB. Steht oben auf jeder Seite und jedem Dokument."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    remove_logo = forms.BooleanField(label=_("Das Logo entfernen"), required=False)
    logo_text = forms.CharField(
        label=_("Was das Logo zeigt"),
        required=False,
        max_length=150,
        help_text=_("Lesen Screenreader vor, zum Beispiel „Wappen der Stadt Hechingen“."),
    )
    licence = forms.ChoiceField(
        label=_("Lizenz der offenen Daten"),
        choices=Licence.choices,
        help_text=_("Unter ihr darf jede und jeder die Maßnahmen weiterverwenden."),
    )

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_logo:
            del self.fields["remove_logo"]
