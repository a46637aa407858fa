"""Public pages go compressed; what holds a secret never does (docs/adr/0046)."""

import gzip
import random
import re
import time
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from config.middleware import COMPRESSED
from tests import builders, cast
from tests.architecture.addresses import all_addresses
from workshops import links
from workshops.forms import guarding
from workshops.links import Scope
from workshops.models import Measure, localised

pytestmark = pytest.mark.django_db
LIMIT = 60 * 1024
PAGES = ("", "calendar/", "measures/", "plan/", "progress/", "search/?q=Sprache", "imprint/", "privacy/")
REGISTER = "/integrationsplan/register/"


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


def words(seed: int) -> str:
    """Thirty of three hundred, so that compression finds what it finds in prose."""
    chance = random.Random(seed)
    syllables = ["bil", "dung", "kurs", "sprach", "stadt", "rat", "woh", "nen", "ar", "beit", "ge", "lich"]
    known = ["".join(random.Random(each).choices(syllables, k=3)) for each in range(300)]
    return " ".join(chance.choices(known, k=30))


def asked(path: str, client: Client | None = None) -> Any:
    response = (client or Client()).get(path, headers={"accept-encoding": "gzip, br"})
    assert response.status_code == 200, path
    return response


def is_small(response: Any) -> bool:
    return bool(response.headers.get("Content-Encoding") == "gzip")


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_is_compressed_and_the_same(people: cast.Cast, page: str) -> None:
    path = f"/ar/integrationsplan/{page}"
    small, plain = asked(path), Client().get(path)
    assert is_small(small)
    assert gzip.decompress(small.content) == plain.content
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("language", ["", "/ar", "/uk"])
@pytest.mark.parametrize("page", ["measures", "progress"])
def test_200_measures_cost_less_than_60_kilobytes_on_the_wire(
    people: cast.Cast, language: str, page: str
) -> None:
    for number, field in enumerate(people.fields):
        guideline = builders.a_guideline(field, position=number + 1)
        goal = builders.a_goal(guideline)
        for each in range(200 // len(people.fields)):
            builders.a_measure(
                goal,
                title=localised(
                    {"de": f"Sprachkurs {number}-{each} am Abend", "ar": f"دورة لغة {number}-{each}"}
                ),
                description=localised({"de": words(number * 1000 + each)}),
            )
    assert Measure.objects.count() == 200
    answer = asked(f"{language}/integrationsplan/{page}/")
    assert is_small(answer)
    # Styles, scripts and the town's logo come to less than 30 (tests/browser/test_first_load.py).
    weight = len(answer.content)
    assert weight < LIMIT / 2


def test_what_the_browser_has_is_not_sent_again(people: cast.Cast) -> None:
    first = asked("/integrationsplan/")
    again = Client().get(
        "/integrationsplan/",
        headers={"accept-encoding": "gzip", "if-none-match": first.headers["ETag"]},
    )
    assert again.status_code == 304


def test_what_holds_a_secret_is_not_compressed(people: cast.Cast) -> None:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    seat = builders.a_registration(workshop, people.amina)
    link = links.make(people.amina, Scope.JOIN, registration=seat)
    staff, known = Client(), Client()
    staff.force_login(people.sabine)
    known.cookies["csrftoken"] = "x" * 32
    for client, path in (
        (Client(), "/integrationsplan/my-link/"),
        (Client(), "/integrationsplan/accessibility/"),
        (Client(), "/accounts/login/"),
        (Client(), f"/join/{links.token_of(link)}/"),
        (staff, "/integrationsplan/"),
        (staff, "/staff/integrationsplan/"),
        (known, "/integrationsplan/"),
        (staff, REGISTER),
        (known, REGISTER),
    ):
        assert not is_small(asked(path, client)), path


def test_no_compressed_page_has_a_form_that_is_sent(people: cast.Cast) -> None:
    for page in PAGES:
        html = Client().get(f"/integrationsplan/{page}").content.decode()
        assert re.findall(r'<form[^>]*method="post"|csrfmiddlewaretoken', html) == [], page


def test_the_empty_registration_is_compressed_and_holds_nothing_but_its_time(people: cast.Cast) -> None:
    builders.a_workshop(builders.a_series(people.fields[0]))
    answer = asked(f"{REGISTER}?workshop=17")
    assert is_small(answer)
    html = gzip.decompress(answer.content).decode()
    assert "csrfmiddlewaretoken" not in html
    # Anybody's: a time and its signature, of no person and no session.
    (hidden,) = re.findall(r'<input type="hidden"[^>]*>', html)
    (stamp,) = re.findall(r'name="opened" value="([^"]+)"', hidden)
    assert abs(signing.loads(stamp, salt=guarding._SALT) - time.time()) < 60
    assert not answer.cookies


def test_an_answer_to_what_was_typed_is_not_compressed(people: cast.Cast) -> None:
    builders.a_workshop(builders.a_series(people.fields[0]))
    refused = Client().post(REGISTER, {"name": "Amina Haddad"}, headers={"accept-encoding": "gzip"})
    assert "Amina Haddad" in refused.content.decode()
    assert not is_small(refused)


def test_each_of_them_is_a_page_of_ours_without_a_token() -> None:
    parts = {address.name: address.parts for address in all_addresses()}
    assert parts.keys() >= COMPRESSED
    assert [name for name in COMPRESSED if "token" in parts[name]] == []
