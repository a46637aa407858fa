"""Staff: in which languages a process offers its own texts."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

_OTHERS = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


class ContentLanguagesForm(forms.Form):
    """Cleans to codes in the order of the settings, German first."""

    marks_optional = False

    content_languages = forms.MultipleChoiceField(
        label=_("Neben Deutsch brauchen wir unsere Texte in:"),
        help_text=_("Oberfläche und E-Mails gibt es immer in allen Sprachen."),
        choices=_OTHERS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_content_languages(self) -> list[str]:
        chosen = self.cleaned_data["content_languages"]
        return [settings.LANGUAGE_CODE, *(code for code, _name in _OTHERS if code in chosen)]
