"""Content in several languages: one JSON field `{language: text}`, read in the reader's language."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class LocalisedText(dict[str, str]):
    """`{language: text}` that prints itself in the active language, else in German, else in any."""

    def shown_language(self, language: str | None = None) -> str:
        """The language of the text that `in_language` gives: it may be a fallback, and pages say so."""
        wanted: str = language or get_language() or settings.LANGUAGE_CODE
        for code in (wanted, settings.LANGUAGE_CODE, *self):
            if self.get(code):
                return str(code)
        return wanted

    def in_language(self, language: str | None = None) -> str:
        return self.get(self.shown_language(language), "")

    def without_gaps(self) -> "LocalisedText":
        """As it is kept: "is there a text?" is then the same as "is there a key?"."""
        return LocalisedText({code: text for code, text in self.items() if text})

    def __str__(self) -> str:
        return self.in_language()

    def __bool__(self) -> bool:
        return any(self.values())


def localised(text: "str | dict[str, str]", /) -> LocalisedText:
    """A German text, or `{language: text}`, as a value for a `LocalisedTextField`."""
    return LocalisedText({settings.LANGUAGE_CODE: text} if isinstance(text, str) else text)


def _only_texts(value: Any) -> None:
    if not isinstance(value, dict) or not all(
        isinstance(code, str) and isinstance(text, str) for code, text in value.items()
    ):
        raise ValidationError(_("Erwartet wird ein Text je Sprache."), code="not_localised")


class LocalisedTextField(models.JSONField):
    default_validators = [_only_texts]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> LocalisedText:
        return LocalisedText(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Any:
        return LocalisedText(value) if isinstance(value, dict) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = localised(value)
        clean = LocalisedText(value or {}).without_gaps()
        setattr(model_instance, self.attname, clean)
        return clean
