"""One labelled input a language, for texts that a `LocalisedTextField` keeps."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from workshops.models import LocalisedText

CODES = tuple(code for code, _name in settings.LANGUAGES)


class LocalisedInput(forms.MultiWidget):
    """Inputs named `<name>_<language>`, each labelled and marked with its language and direction."""

    template_name = "workshops/widgets/localised.html"
    use_fieldset = True

    def __init__(self, *, rows: int = 0, max_length: int | None = None) -> None:
        limits = {} if max_length is None else {"maxlength": str(max_length)}
        super().__init__(
            {
                code: forms.Textarea({"lang": code, "dir": _direction(code), "rows": str(rows), **limits})
                if rows
                else forms.TextInput({"lang": code, "dir": _direction(code), **limits})
                for code in CODES
            }
        )

    def decompress(self, value: Any) -> list[str]:
        texts = value if isinstance(value, dict) else {}
        return [texts.get(code, "") for code in CODES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for subwidget, (code, language) in zip(
            context["widget"]["subwidgets"], settings.LANGUAGES, strict=True
        ):
            subwidget["label"] = language
            subwidget["language"] = code
        # German and what is written stand open; with nine languages the rest would bury the form.
        first, *others = context["widget"]["subwidgets"]
        context["widget"]["shown"] = [first, *(each for each in others if each["value"])]
        context["widget"]["more"] = [each for each in others if not each["value"]]
        return context


class LocalisedField(forms.MultiValueField):
    """Cleans to a `LocalisedText` without empty languages. If it is required, the German text is.

    `rows` > 0 gives text areas; `max_length` counts characters for each language.
    """

    widget: type[LocalisedInput] = LocalisedInput

    def __init__(
        self, *, required: bool = True, rows: int = 0, max_length: int | None = None, **kwargs: Any
    ) -> None:
        parts = [
            forms.CharField(
                required=required and code == settings.LANGUAGE_CODE,
                max_length=max_length,
                error_messages={"incomplete": _("Bitte geben Sie den deutschen Text an.")},
            )
            for code in CODES
        ]
        kwargs.setdefault("widget", LocalisedInput(rows=rows, max_length=max_length))
        super().__init__(parts, required=required, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> LocalisedText:
        return LocalisedText({code: text for code, text in zip(CODES, data_list, strict=False) if text})


def _direction(code: str) -> str:
    return "rtl" if get_language_info(code)["bidi"] else "ltr"
