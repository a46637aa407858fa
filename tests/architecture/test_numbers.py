"""A number in an address that no row of ours can have is an address that is not there, no error of ours."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter

from tests.architecture.addresses import Address, World, all_addresses, world
from workshops.links import Scope
from workshops.views.numbers import MOST_DIGITS, RowNumber

pytestmark = pytest.mark.django_db

ROWS = frozenset(("pk", "workshop", "registration", "channel", "recording", "number"))


def converters() -> dict[str, set[type]]:
    """Of the house's own patterns, by the name of the part."""
    found: dict[str, set[type]] = {}

    def walk(resolver: URLResolver) -> None:
        for entry in resolver.url_patterns:
            for name, converter in entry.pattern.converters.items():
                found.setdefault(name, set()).add(type(converter))
            if isinstance(entry, URLResolver) and entry.app_name != "admin":
                walk(entry)
            else:
                assert isinstance(entry, (URLPattern, URLResolver))

    walk(get_resolver())
    return found


def test_every_row_in_an_address_has_as_many_digits_as_a_key_can_hold() -> None:
    kinds = converters()
    assert {name: kinds[name] for name in ROWS} == {name: {RowNumber} for name in ROWS}
    # The one that is left counts the parts of a mail, in a list in memory.
    assert {name for name, found in kinds.items() if IntConverter in found} <= {"index"}


def test_no_address_breaks_on_a_number_that_is_too_large() -> None:
    place = world()
    client = Client()
    client.force_login(place.people.sabine)
    token = place.token(Scope.CONTRIBUTE)
    addresses = [each for each in all_addresses() if each.parts & ROWS and ":" in each.name]
    assert len(addresses) > 50
    answers: dict[str, set[int]] = {}
    for address in addresses:
        for digits in (MOST_DIGITS, MOST_DIGITS + 1, 25):
            answers.setdefault(address.name, set()).update(
                client.get(path).status_code for path in huge(address, place, token, digits)
            )
    too_much = {name: found for name, found in answers.items() if not found <= {404, 405, 302}}
    assert too_much == {}


def huge(address: Address, place: World, token: str, digits: int) -> list[str]:
    """The address with a large number in place of each of its rows, one after the other."""
    marks = {name: 10**17 + number for number, name in enumerate(sorted(address.parts & ROWS))}
    path = place.path(address, **marks, **({"token": token} if "token" in address.parts else {}))
    real = {name: str(place.parts.get(name, "1")) for name in marks}
    found = []
    for name in marks:
        one = path
        for other, mark in marks.items():
            one = one.replace(str(mark), "9" * digits if other == name else real[other])
        found.append(one)
    return found
