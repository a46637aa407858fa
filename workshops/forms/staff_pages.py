"""What staff type for the obligatory pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.forms.days import DayField
from workshops.forms.localised import LocalisedField
from workshops.models import PublicPages

_DEFAULT = _("Leer: Es steht ein allgemeiner Text da.")


class PublicPagesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    reason = LocalisedField(label=_("Warum wir das machen"), required=False, rows=4, help_text=_DEFAULT)
    who = LocalisedField(label=_("Wer mitmachen kann"), required=False, rows=4, help_text=_DEFAULT)
    outlook = LocalisedField(label=_("Wie es weitergeht"), required=False, rows=4, help_text=_DEFAULT)
    checked_on = DayField(label=_("Zuletzt geprüft am"), required=False)
    known_limits = LocalisedField(
        label=_("Was noch nicht barrierefrei ist"),
        required=False,
        rows=5,
        help_text=_("Steht zusätzlich zu dem, was wir selbst wissen. Eine Zeile je Punkt."),
    )
    sign_transcript = LocalisedField(
        label=_("Text zum Video"),
        required=False,
        rows=8,
        help_text=_("Was im Video gebärdet wird, zum Lesen daneben. Ohne ihn fehlt das Video anderen."),
    )

    class Meta:
        model = PublicPages
        fields = (
            *("reason", "who", "outlook"),
            *("provider", "represented_by", "postal_address", "responsible", "vat_id"),
            "protection_officer",
            *("conformity", "checked_on", "checked_by", "known_limits", "enforcement_body"),
            *("easy_text", "sign_video", "sign_transcript"),
        )
        widgets = {
            "postal_address": forms.Textarea(attrs={"rows": 3}),
            "responsible": forms.Textarea(attrs={"rows": 3}),
            "protection_officer": forms.Textarea(attrs={"rows": 4}),
            "enforcement_body": forms.Textarea(attrs={"rows": 4}),
            "easy_text": forms.Textarea(attrs={"rows": 10, "lang": "de-simple"}),
            "sign_video": forms.TextInput(attrs={"dir": "ltr", "inputmode": "url"}),
        }
        help_texts = {
            "provider": _("Leer: „Stadt …“ mit dem Namen aus den Einstellungen."),
            "represented_by": _("Zum Beispiel: Bürgermeisterin Maria Muster."),
            "responsible": _("Name und Anschrift einer Person (§ 18 Abs. 2 MStV)."),
            "vat_id": _("Nur wenn die Stadt eine hat."),
            "protection_officer": _("Name oder Amt, Anschrift, E-Mail-Adresse oder Telefon."),
            "enforcement_body": _(
                "Name in der ersten Zeile. Leer: die Stelle des Landes, wenn wir sie kennen."
            ),
            "easy_text": _("Kurze Sätze, eine Aussage je Satz. Steht vor unserem allgemeinen Text."),
            "sign_video": _(
                "Eine eigene Datei (.mp4 oder .webm) auf einem Server der Stadt, kein Videodienst: Niemand "
                "sonst soll erfahren, wer zusieht."
            ),
        }

    # May be entered later, but the law asks for them: `operations.public_pages.missing` names the empty ones.
    asked_by_law = frozenset(
        ("represented_by", "postal_address", "responsible", "protection_officer", "checked_on")
    )

    # Which fields stand together; each group is a part of one of the public pages.
    GROUPS = (
        (_("Überblick"), ("reason", "who", "outlook")),
        (_("Impressum"), ("provider", "represented_by", "postal_address", "responsible", "vat_id")),
        (_("Datenschutz"), ("protection_officer",)),
        (
            _("Barrierefreiheit"),
            ("conformity", "checked_on", "checked_by", "known_limits", "enforcement_body"),
        ),
        (_("Leichte Sprache"), ("easy_text",)),
        (_("Gebärdensprache"), ("sign_video", "sign_transcript")),
    )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]
