"""On pages in Leichte Sprache mistakes are said in Leichte Sprache, Django's own sentences among them."""

import pytest
from django.utils import translation

from workshops.forms import djangos_words


@pytest.mark.parametrize("sentence", djangos_words.PLAIN)
def test_django_s_sentences_have_easy_words(sentence: str) -> None:
    with translation.override("de"):
        german = translation.gettext(sentence)
    with translation.override("de-simple"):
        easy = translation.gettext(sentence)
    assert easy not in (german, sentence)


def test_how_much_is_too_long_is_said_in_easy_words() -> None:
    counted = {"limit_value": 150, "show_value": 151}
    with translation.override("de"):
        german = djangos_words.COUNTED % counted
    with translation.override("de-simple"):
        easy = djangos_words.COUNTED % counted
    assert easy != german
    assert "150" in easy
