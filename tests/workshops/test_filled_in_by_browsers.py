"""A browser may fill in what it knows of the reader (WCAG 1.3.5): who finds typing hard types it once."""

import pytest
from django import forms

from workshops.forms.own_contact import NewAddressForm, OwnContactForm
from workshops.forms.public import DetailsForm, NameInRoomForm, RegistrationForm

# The tokens of HTML for what citizens are asked of themselves.
TOKENS: dict[tuple[type[forms.Form], str], str] = {
    (DetailsForm, "name"): "name",
    (DetailsForm, "organisation"): "organization",
    (NameInRoomForm, "name"): "nickname",
    (NewAddressForm, "email"): "email",
    (OwnContactForm, "phone"): "tel",
    (OwnContactForm, "postal_address"): "street-address",
    (RegistrationForm, "name"): "name",
    (RegistrationForm, "email"): "email",
    (RegistrationForm, "organisation"): "organization",
}


@pytest.mark.parametrize(("form", "field"), TOKENS)
def test_a_field_of_ones_own_says_what_belongs_into_it(form: type[forms.Form], field: str) -> None:
    assert form.base_fields[field].widget.attrs.get("autocomplete") == TOKENS[form, field]
