"""Django's own sentences about mistakes, which we say in Leichte Sprache, are still the ones it uses."""

from django import forms
from django.core import validators
from django.utils import translation

from workshops.forms import djangos_words


def said_by(field: forms.Field, typed: str) -> list[str]:
    try:
        field.clean(typed)
    except forms.ValidationError as error:
        return list(error.messages)
    return []


def test_they_are_the_ones_that_django_uses() -> None:
    # Untranslated, as they stand in its code.
    with translation.override(None):
        said = {
            str(forms.Field.default_error_messages["required"]),
            str(validators.MaxValueValidator.message),
            str(validators.MinValueValidator.message),
            str(forms.ChoiceField.default_error_messages["invalid_choice"]),
            str(validators.ProhibitNullCharactersValidator.message),
        }
        assert set(djangos_words.PLAIN) == said
        too_long = said_by(forms.CharField(max_length=2), "abc")
        assert too_long == [djangos_words.COUNTED % {"limit_value": 2, "show_value": 3}]
