"""Each line of the list of mistakes leads to an input that is there."""

import re

from django import forms
from django.template.loader import render_to_string

from workshops.forms.localised import LocalisedField


class _Everything(forms.Form):
    text = forms.CharField()
    choice = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
    grouped = forms.MultipleChoiceField(
        choices=[("Eins", [("a", "A")]), ("Zwei", [("b", "B")])], widget=forms.CheckboxSelectMultiple
    )
    select = forms.ChoiceField(choices=[("Eins", [("a", "A")])])
    several = LocalisedField()
    tick = forms.BooleanField()


def test_every_mistake_leads_to_an_input() -> None:
    form = _Everything({})
    html = render_to_string("django/forms/div.html", {"form": form, "fields": [], "errors": form.errors})
    summary = re.search(r'<div class="error-summary".*?</div>', html, re.S)
    assert summary is not None
    targets = re.findall(r'href="#([^"]+)"', summary.group(0))
    assert targets == [
        *("id_text", "id_choice_0", "id_grouped_0_0", "id_select", "id_several_0", "id_tick"),
    ]
    inputs = "".join(str(form[name]) for name in form.fields)
    assert [target for target in targets if f'id="{target}"' not in inputs] == []


def test_a_choice_of_nothing_still_has_an_address() -> None:
    class Empty(forms.Form):
        choice = forms.MultipleChoiceField(choices=[], widget=forms.CheckboxSelectMultiple)

    html = render_to_string("_error_summary.html", {"form": Empty({})})
    assert re.findall(r'href="#([^"]+)"', html) == ["id_choice_group"]
