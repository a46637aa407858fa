"""What people call themselves is text on every page, never a link; and forms say what a name may be."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast, pages
from workshops import links
from workshops.models import Minutes, Participant, PersonalLink, Registration, Workshop

pytestmark = pytest.mark.django_db

NAME = "<b>Gewinn</b> [evil](http://evil.example/a) www.evil.example eva@evil.example"
SENTENCE = "Bitte nur Buchstaben und übliche Satzzeichen, keine Adressen von Internetseiten."
Scope = PersonalLink.Scope


@pytest.fixture
def people() -> cast.Cast:
    return cast.gather()


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def evil(workshop: Workshop) -> Registration:
    person = builders.a_participant(workshop.process, name=NAME, organisation=NAME, email="eve@example.org")
    return builders.a_registration(workshop, person)


def assert_inert(response: Any) -> None:
    content = response.content.decode()
    assert response.status_code == 200
    # Control: the name stands there.
    assert "&lt;b&gt;Gewinn&lt;/b&gt; [evil](http://evil.example/a)" in content
    assert "<b>Gewinn" not in content
    addresses = re.findall(r'\s(?:href|src|action|formaction|hx-\w+)="([^"]*)"', content)
    assert [address for address in addresses if "evil" in address] == []


@pytest.mark.parametrize("who", ["sabine", "murat"])
def test_on_pages_of_staff_and_moderators(
    people: cast.Cast, workshop: Workshop, evil: Registration, who: str
) -> None:
    client = Client()
    client.force_login(getattr(people, who))
    slug, pk = workshop.process.slug, workshop.pk
    paths = {
        "sabine": [
            f"/staff/{slug}/workshops/{pk}/",
            f"/staff/{slug}/workshops/{pk}/participants/{evil.pk}/cancel/",
            f"/staff/{slug}/participants/{evil.participant_id}/contact/",
        ],
        "murat": [f"/moderation/{pk}/participants/", f"/moderation/{pk}/desk/"],
    }[who]
    for path in paths:
        assert_inert(client.get(path))


def test_on_their_own_pages(evil: Registration) -> None:
    person = evil.participant
    token = links.token_of(links.make(person, Scope.MANAGE))
    for page in ("", "details/"):
        assert_inert(Client().get(f"/my/{token}/{page}"))


def test_on_the_page_that_asks_to_confirm(workshop: Workshop) -> None:
    unproven = builders.a_participant(workshop.process, name=NAME, verified_at=None)
    builders.a_registration(workshop, unproven, status="pending")
    token = links.token_of(links.make(unproven, Scope.CONFIRM))
    assert_inert(Client().get(f"/confirm/{token}/"))


def test_in_published_minutes(people: cast.Cast, workshop: Workshop, evil: Registration) -> None:
    now = timezone.now()
    Registration.objects.update(has_attended=True, attendance_source="ticked", named_in_minutes_at=now)
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=now, published_by=people.sabine
    )
    path = f"/{workshop.process.slug}/{workshop.field.slug}/{workshop.number}/minutes/"
    assert_inert(Client().get(path))


@pytest.mark.parametrize("column", ["name", "organisation"])
@pytest.mark.parametrize(
    "typed",
    ["<b>Amina</b>", "[Gewinn](http://evil.example)", "www.evil.example", "http://evil", "a\\b", "{x}"],
)
def test_the_form_says_what_a_name_may_be_and_keeps_it(workshop: Workshop, column: str, typed: str) -> None:
    form = {"workshops": [workshop.pk], "name": "Amina", "email": "a@example.org", "language": "de"}
    response = Client().post(f"/{workshop.process.slug}/register/", form | {"privacy": "on", column: typed})
    label = {"name": "Name", "organisation": "Verein, Einrichtung oder Firma"}[column]
    assert pages.errors(response) == [f"{label} – {SENTENCE}"]
    assert response.context["form"][column].value() == typed
    assert not Participant.objects.filter(email="a@example.org").exists()
