"""Registration without an account, through HTTP: the form."""

import datetime
import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from tests import builders
from tests.workshops.registering import errors_of, send, typed
from workshops import lists
from workshops.models import (
    Participant,
    ParticipationProcess,
    Registration,
    Workshop,
    localised,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def test_the_form_offers_what_is_open_by_field(client: Client, workshop: Workshop) -> None:
    series = workshop.series
    builders.a_registration(workshop)
    full = builders.a_workshop(series, capacity=1, waiting_capacity=0)
    builders.a_registration(full)
    builders.a_workshop(series, registration_closes_at=timezone.now() - DAY)
    builders.a_workshop(series, status="draft")
    other = builders.a_workshop(builders.a_series(builders.a_field(workshop.process)), capacity=3)

    response = client.get(f"/{workshop.process.slug}/register/?workshop={other.pk}")

    form = response.context["form"]
    assert [
        (str(group), [pk for pk, _label in choices]) for group, choices in form.fields["workshops"].choices
    ] == [
        ("Handlungsfeld 1", [workshop.pk]),
        ("Handlungsfeld 2", [other.pk]),
    ]
    page = response.content.decode()
    assert "nur noch Warteliste" in page
    assert "noch 3 Plätze" in page
    assert f'value="{other.pk}" id="id_workshops_1_0" checked' in page
    assert f'href="/{workshop.process.slug}/privacy/"' in page


def test_nothing_on_screen_tells_whether_an_address_is_known(
    client: Client, process: ParticipationProcess
) -> None:
    series = builders.a_series(builders.a_field(process))
    workshop = builders.a_workshop(series)
    known = builders.a_participant(process, email="amina@example.org")
    builders.a_registration(workshop, known)

    answers = []
    for email in ("amina@example.org", "niemand@example.org", "AMINA@example.org "):
        response = send(client, process, typed(workshop, email=email))
        page = client.get(response.headers["Location"])
        answers.append((response.status_code, response.headers["Location"], page.content))
    assert answers[0] == answers[1] == answers[2]
    assert sorted(workshop.registrations.values_list("status", flat=True)) == ["confirmed", "pending"]


def test_mistakes_stand_at_the_field_and_in_the_summary_and_typing_is_kept(
    client: Client, workshop: Workshop
) -> None:
    response = send(
        client,
        workshop.process,
        typed(email="amina@", name="", needs=["interpretation"], needs_note="Hallo", privacy=""),
    )

    assert errors_of(response) == {
        "workshops": ["Bitte wählen Sie mindestens einen Workshop aus."],
        "name": ["Dieses Feld ist zwingend erforderlich."],
        "email": ["Diese Adresse ist nicht vollständig. Beispiel: name@beispiel.de"],
        "interpretation_language": ["Bitte nennen Sie die Sprache, in die wir dolmetschen sollen."],
        "privacy": ["Ohne Ihr Einverständnis dürfen wir Ihre Angaben nicht speichern."],
    }
    page = response.content.decode()
    assert '<a href="#id_email">' in page
    assert 'value="amina@"' in page
    assert "Hallo</textarea>" in page
    assert Participant.objects.count() == 0


def test_two_at_the_same_time_are_named_at_once(client: Client, workshop: Workshop) -> None:
    other = builders.a_workshop(workshop.series, starts_at=workshop.starts_at)
    response = send(client, workshop.process, typed(workshop, other))

    assert errors_of(response) == {
        "workshops": [
            "„Handlungsfeld 1: Workshop 1“ und „Handlungsfeld 1: Workshop 2“ finden zur selben Zeit statt. "
            "Bitte wählen Sie einen davon."
        ]
    }
    page = response.content.decode()
    assert page.count(" checked") == 3  # both workshops and the privacy notice
    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "cancelled", "cancelled_at": timezone.now()}, "wurde abgesagt"),
        (
            {"registration_closes_at": timezone.now()},
            "Die Anmeldung für „Handlungsfeld 1: Workshop 2“ ist beendet.",
        ),
        ({"capacity": 1, "waiting_capacity": 0}, "ist ausgebucht, auch die Warteliste ist voll."),
    ],
)
def test_a_workshop_that_ended_meanwhile_says_so_at_the_field(
    client: Client, workshop: Workshop, fields: dict[str, Any], sentence: str
) -> None:
    gone = builders.a_workshop(workshop.series, **fields)
    if gone.is_published:
        builders.a_registration(gone)

    response = send(client, workshop.process, typed(gone))

    ((name, (error,)),) = errors_of(response).items()
    assert name == "workshops"
    assert sentence in error
    assert error.replace("„", "&bdquo;") or error in response.content.decode()


@pytest.mark.parametrize(
    "name", ["<b>Amina</b>", "[Gewinn](http://evil.example)", "www.evil.example", "A\nB: c"]
)
def test_a_name_that_would_be_markup_or_a_link_is_refused(
    client: Client, workshop: Workshop, name: str
) -> None:
    response = send(client, workshop.process, typed(workshop, name=name))
    assert list(errors_of(response)) == ["name"]


@pytest.mark.parametrize("turn", ["\u202a", "\u202e", "\u2066", "\u2069"])
def test_a_name_that_turns_the_line_around_is_refused(client: Client, workshop: Workshop, turn: str) -> None:
    turned = {"name": f"Amina {turn}gpj.", "organisation": f"{turn}Verein", "interpretation_language": turn}
    response = send(client, workshop.process, typed(workshop, **turned))
    assert list(errors_of(response)) == ["name", "organisation", "interpretation_language"]


@pytest.mark.parametrize("name", ["أمينة حداد", "Nguyễn Thị Ánh", "می\u200cنا", "O’Neill-Šimić"])
def test_a_name_of_any_script_is_taken(client: Client, workshop: Workshop, name: str) -> None:
    send(client, workshop.process, typed(workshop, name=name))
    assert [person.name for person in Participant.objects.all()] == [name]


@pytest.mark.parametrize(
    "email",
    [
        "İ@example.org",
        "ä@example.org",
        f"{'a' * 250}@example.org",
        f"a@{('ß' * 50 + '.') * 4}de",
        "a\0@example.org",
    ],
)
def test_an_address_that_cannot_be_kept_or_reached_is_refused(
    client: Client, workshop: Workshop, email: str
) -> None:
    response = send(client, workshop.process, typed(workshop, email=email))
    assert list(errors_of(response)) == ["email"]
    assert not Participant.objects.exists()


def test_for_whom_somebody_comes_is_chosen_from_a_list_or_left_open(
    client: Client, workshop: Workshop
) -> None:
    other = send(client, workshop.process, typed(workshop, organisation_kind="Sekte"))
    assert list(errors_of(other)) == ["organisation_kind"]
    for email, kind in (("amina@example.org", "club"), ("ida@example.org", "")):
        send(client, workshop.process, typed(workshop, email=email, organisation_kind=kind))
        assert Participant.objects.get(email=email).organisation_kind == kind


@pytest.mark.parametrize(
    "typed_in", ["\u200famina1@example.org", "\u202aamina1@example.org\u202c", "amina١@example.org"]
)
def test_an_address_is_taken_as_phones_of_right_to_left_scripts_paste_and_type_it(
    client: Client, workshop: Workshop, typed_in: str
) -> None:
    send(client, workshop.process, typed(workshop, email=typed_in))
    assert Participant.objects.filter(email="amina1@example.org").exists()


def test_a_need_ticked_twice_is_one(client: Client, workshop: Workshop) -> None:
    send(client, workshop.process, typed(workshop, needs=["phone", "captions", "phone"]))
    assert workshop.registrations.get().needs == ["phone", "captions"]


def test_workshop_ids_that_are_none_are_no_bug(client: Client, workshop: Workshop) -> None:
    for value in ("abc", "-1", "9" * 30, "٣"):
        response = send(client, workshop.process, typed() | {"workshops": [value]})
        assert list(errors_of(response)) == ["workshops"]
    response = send(client, workshop.process, typed() | {"workshops": ["999999"]})
    assert errors_of(response) == {"workshops": ["Einen der gewählten Workshops gibt es nicht."]}


def test_an_old_link_to_the_form_leads_to_the_workshop_that_says_why(
    client: Client, workshop: Workshop
) -> None:
    gone = builders.a_workshop(workshop.series, status="cancelled", cancelled_at=timezone.now())
    path = f"/{workshop.process.slug}/register/"
    response = client.get(f"{path}?workshop={workshop.pk}&workshop={gone.pk}")
    assert response.headers["Location"] == f"/{workshop.process.slug}/handlungsfeld-1/{gone.number}/"
    assert "Dieser Workshop wurde abgesagt." in client.get(response.headers["Location"]).content.decode()
    for harmless in (workshop.pk, 999999, "abc"):
        assert client.get(f"{path}?workshop={harmless}").status_code == 200


def test_without_an_open_workshop_the_page_says_so(client: Client) -> None:
    process = builders.a_process()
    page = client.get(f"/{process.slug}/register/").content.decode()
    assert "Im Moment kann man sich für keinen Workshop anmelden." in page


def test_the_page_speaks_the_language_of_its_address(client: Client, workshop: Workshop) -> None:
    page = client.get(f"/en/{workshop.process.slug}/register/").content.decode()
    assert '<html lang="en" dir="ltr">' in page
    assert "Action field 1" in page
    assert '<option value="en" selected>' in page


def test_what_the_form_names_in_german_only_says_so(client: Client, workshop: Workshop) -> None:
    field = workshop.field
    field.name = localised("Bildung und Sprache")
    field.save()
    workshop.title = localised("Abendkurse")
    workshop.save()
    address = f"/ar/{workshop.process.slug}/register/"
    page = client.get(address).content.decode()

    for name in ("Bildung und Sprache", "Abendkurse"):
        assert f'<bdi lang="de" dir="ltr">{name}</bdi>' in page
    assert page.count("choices__group") == 1
    assert re.search(r'role="group" aria-labelledby="([\w-]+)"><p class="choices__group" id="\1">', page)
    with translation.override("ar"):
        names = [lists.language_named("de")]
        assert render_to_string("_fallbacks.html", {"names": names}) in page
    german = client.get(address.removeprefix("/ar")).content.decode()
    assert '<bdi lang="de"' not in german
