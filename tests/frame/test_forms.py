"""What the field templates give every form: label, help and error tied to their field."""

import re

from django import forms

CHOICES = [("a", "Erstens"), ("b", "Zweitens")]


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie in der Einladung.")
    note = forms.CharField(label="Notiz", required=False)
    kind = forms.ChoiceField(label="Art", choices=CHOICES, widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Ich stimme zu", help_text="Jederzeit widerrufbar.")


def _html(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]*>)\s*", r"\1", text)).strip()


def test_a_field_points_to_its_help_and_its_error() -> None:
    field = _html(Sample({})["name"].as_field_group())
    assert field == (
        '<div class="field field--error"><label class="field__label" for="id_name">Name</label>'
        '<div class="field__help" id="id_name_helptext">Wie in der Einladung.</div>'
        '<ul class="field__error errorlist" id="id_name_error">'
        "<li>Dieses Feld ist zwingend erforderlich.</li></ul>"
        '<input type="text" name="name" required aria-invalid="true"'
        ' aria-describedby="id_name_helptext id_name_error" id="id_name"></div>'
    )


def test_only_optional_fields_are_marked() -> None:
    fields = {field.name: "(freiwillig)" in field.as_field_group() for field in Sample()}
    assert fields == {"name": False, "note": True, "kind": False, "agreed": False}


def test_a_filter_form_marks_nothing() -> None:
    class Filter(Sample):
        marks_optional = False

    assert "(freiwillig)" not in str(Filter())


def test_a_group_of_choices_is_a_fieldset_with_legend_and_error() -> None:
    group = _html(Sample({})["kind"].as_field_group())
    assert group.startswith(
        '<fieldset class="field field--error" id="id_kind_group" tabindex="-1"'
        ' aria-describedby="id_kind_error">'
        '<legend class="field__label">Art</legend>'
    )
    assert '<label for="id_kind_0"><input type="radio" name="kind" value="a"' in group


def test_a_lone_checkbox_stands_before_its_label() -> None:
    row = _html(Sample()["agreed"].as_field_group())
    assert row.index('type="checkbox"') < row.index("Ich stimme zu") < row.index("Jederzeit widerrufbar.")
    assert 'aria-describedby="id_agreed_helptext"' in row


def test_the_summary_links_each_mistake_to_the_first_control_of_its_field() -> None:
    summary = Sample({"name": "Anna"}).render()
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', summary) == [
        ("#id_kind_0", "Art – Dieses Feld ist zwingend erforderlich."),
        ("#id_agreed", "Ich stimme zu – Dieses Feld ist zwingend erforderlich."),
    ]


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert "error-summary" not in Sample().render()
    assert "error-summary" not in Sample({"name": "Anna", "kind": "a", "agreed": "on"}).render()
