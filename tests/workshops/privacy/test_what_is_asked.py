"""What citizens are asked: little, each with the reason why, and nothing that reveals origin or status."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.test_roles import PERSONAL, PUBLIC

# Whoever adds a question adds it here, and asks first whether it has to be asked.
ASKED = {
    *("workshops", "name", "email", "organisation", "organisation_kind", "language", "privacy"),
    *("needs", "interpretation_language", "needs_note"),
    *("named", "outcome", "message", "reply_to"),
    *("contact_by", "phone", "postal_address"),
}
# Filled in by the page, or seen by no person.
NOT_ASKED = {"website", "opened"}
# Says by its label what it is for, and leads to the notice (`RegistrationForm`).
SAYS_IT_ITSELF = {"privacy"}
# Origin, residence, faith, age, sex, health: none of it is needed to take part (GDPR Art. 9, Art. 5(1)(c)).
NEVER = re.compile(
    r"staatsang|nationalit|herkunft|herkunftsland|geburt|geschlecht|religi|konfession|aufenthalt|asyl|"
    r"familienstand|beruf|einkommen|ethni|hautfarbe|alter\b|diagnose|krankheit|behinderung",
    re.IGNORECASE,
)


def citizens_forms() -> set[type[forms.BaseForm]]:
    """Each form that the modules of the pages for everyone, and of those behind personal links, know."""
    return {
        found
        for view in _views(get_resolver(), "")
        if (module := inspect.getmodule(inspect.unwrap(view))) is not None
        for _name, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, forms.BaseForm)
    }


def _views(resolver: URLResolver, namespace: str) -> Iterator[Callable[..., Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _views(entry, inside)
        elif isinstance(entry, URLPattern) and f"{namespace}{entry.name}" in {*PUBLIC, *PERSONAL}:
            yield entry.callback


def fields() -> dict[str, forms.Field]:
    return {
        f"{form.__name__}.{name}": field
        for form in citizens_forms()
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if name not in NOT_ASKED
    }


def test_nothing_is_asked_that_nobody_thought_about() -> None:
    assert {name.partition(".")[2] for name in fields()} == ASKED


def test_each_question_says_why_it_is_asked() -> None:
    silent = [
        name
        for name, field in fields().items()
        if not str(field.help_text).strip() and name.partition(".")[2] not in SAYS_IT_ITSELF
    ]
    assert silent == []


def test_no_question_reveals_origin_or_status() -> None:
    revealing = [
        (name, str(words))
        for name, field in fields().items()
        for words in (name, field.label, *(label for _value, label in getattr(field, "choices", ())))
        if NEVER.search(str(words))
    ]
    assert revealing == []
    # The control.
    assert NEVER.search("Ihre Staatsangehörigkeit")
