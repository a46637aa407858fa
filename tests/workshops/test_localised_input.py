"""Texts in several languages: one labelled input each, in the language's own direction."""

import re

import pytest
from django import forms

from workshops.forms.localised import CODES, LocalisedField
from workshops.models import LocalisedText


class NameForm(forms.Form):
    name = LocalisedField(label="Name", max_length=20)
    note = LocalisedField(label="Hinweis", required=False, rows=2)


def tags(markup: str, name: str) -> list[str]:
    return [" ".join(tag.split()) for tag in re.findall(rf"<{name}\b[^>]*>", markup)]


def test_each_language_has_its_own_labelled_input_and_what_is_written_stands_open() -> None:
    form = NameForm(initial={"name": LocalisedText({"de": "Umfrage", "ar": "استبيان"})})
    open_part, folded = str(form["name"]).split("<details>")
    arabic = CODES.index("ar")
    assert tags(open_part, "label") == [
        '<label class="small" for="id_name_0" lang="de">',
        f'<label class="small" for="id_name_{arabic}" lang="ar">',
    ]
    assert tags(open_part, "input") == [
        '<input type="text" name="name_de" value="Umfrage" lang="de" dir="ltr" maxlength="20" required '
        'id="id_name_0">',
        '<input type="text" name="name_ar" value="استبيان" lang="ar" dir="rtl" maxlength="20" '
        f'id="id_name_{arabic}">',
    ]
    assert tags(folded, "input") == [
        f'<input type="text" name="name_{code}" lang="{code}" dir="ltr" maxlength="20" id="id_name_{index}">'
        for index, code in enumerate(CODES)
        if code not in ("de", "ar")
    ]
    assert f"Weitere Sprachen ({len(CODES) - 2})" in folded
    assert tags(str(form["note"]), "textarea") == [
        f'<textarea name="note_{code}" cols="40" rows="2" lang="{code}" '
        f'dir="{"rtl" if code == "ar" else "ltr"}" id="id_note_{index}">'
        for index, code in enumerate(CODES)
    ]


def test_only_filled_languages_are_kept() -> None:
    form = NameForm({"name_de": " Umfrage ", "name_en": "", "name_ar": "استبيان", "note_en": "Note"})
    assert form.is_valid()
    assert form.cleaned_data == {
        "name": {"de": "Umfrage", "ar": "استبيان"},
        "note": {"en": "Note"},
    }
    assert isinstance(form.cleaned_data["name"], LocalisedText)


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({}, ["Dieses Feld ist zwingend erforderlich."]),
        ({"name_en": "Survey"}, ["Bitte geben Sie den deutschen Text an."]),
        (
            {"name_de": "x" * 21},
            [
                "Bitte sicherstellen, dass der Wert aus höchstens 20 Zeichen besteht. "
                "(Er besteht aus 21 Zeichen.)"
            ],
        ),
    ],
)
def test_a_required_text_needs_its_german_words(given: dict[str, str], errors: list[str]) -> None:
    assert NameForm(given).errors == {"name": errors}


def test_an_unchanged_text_is_no_change() -> None:
    initial = {"name": LocalisedText({"de": "Umfrage"})}
    assert NameForm({"name_de": "Umfrage"}, initial=initial).changed_data == []
    assert NameForm({"name_de": "Fragebogen"}, initial=initial).changed_data == ["name"]
