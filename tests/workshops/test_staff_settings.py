"""What the process says of itself, and its action fields."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.errors import Refusal
from workshops.models import ActionField, ParticipationProcess, localised
from workshops.operations import processes

pytestmark = pytest.mark.django_db

SETTINGS = "/staff/integrationsplan/settings/"
GIVEN: dict[str, Any] = {
    "name_de": "Integrationsplan Hechingen",
    "name_ar": "خطة الاندماج",
    "town": "Hechingen",
    "introduction_de": "Reden Sie mit.",
    "partners": "Zollernalbkreis\n\n Caritas ",
    "contact_email": "integration@hechingen.example",
    "contact_phone": "07471 930-0",
    "imprint_de": "Stadt Hechingen, Marktplatz 1",
    "time_zone": "Europe/Berlin",
    "subdivision": "BW",
    "parallel_rooms": "2",
    "hold_hours": "12",
    "promotion_ends_hours": "3",
    "opens_minutes": "20",
    "opens_minutes_moderators": "60",
    "may_record": "on",
    "review_days": "10",
    "points_each": "4",
    "is_public": "on",
}


@pytest.fixture
def people(client: Client) -> cast.Cast:
    people = cast.gather()
    client.force_login(people.sabine)
    return people


def after(client: Client, path: str, data: Mapping[str, Any] | None = None) -> list[str]:
    return pages.messages(client.post(path, data or {}, follow=True))


def names(process: ParticipationProcess) -> list[str]:
    return [str(field) for field in ActionField.objects.filter(process=process)]


def test_details_are_saved_as_typed(client: Client, people: cast.Cast) -> None:
    assert after(client, SETTINGS, GIVEN)[0] == "Die Angaben sind gespeichert."
    process = ParticipationProcess.objects.get(pk=people.process.pk)
    assert (process.name, process.introduction, process.partners, process.imprint) == (
        {"de": "Integrationsplan Hechingen", "ar": "خطة الاندماج"},
        {"de": "Reden Sie mit."},
        ["Zollernalbkreis", "Caritas"],
        {"de": "Stadt Hechingen, Marktplatz 1"},
    )
    assert (process.parallel_rooms, process.hold_hours, process.promotion_ends_hours) == (2, 12, 3)
    assert (process.opens_minutes, process.opens_minutes_moderators, process.may_record) == (20, 60, True)
    assert (process.review_days, process.points_each) == (10, 4)


def test_impossible_details_are_refused_by_name(client: Client, people: cast.Cast) -> None:
    wrong = GIVEN | {"time_zone": "Europe/Hechingen", "hold_hours": "0", "name_de": ""}
    assert pages.errors(client.post(SETTINGS, wrong)) == [
        "Name – Bitte geben Sie den deutschen Text an.",
        "Zeitzone – Diese Zeitzone ist nicht bekannt.",
        "Bedenkzeit bis zur Bestätigung (Stunden) – Dieser Wert muss größer oder gleich 1 sein.",
    ]
    people.process.refresh_from_db()
    assert people.process.hold_hours == 24


def test_the_room_never_opens_later_for_those_who_lead(client: Client, people: cast.Cast) -> None:
    wrong = GIVEN | {"opens_minutes": "30", "opens_minutes_moderators": "29"}
    assert pages.errors(client.post(SETTINGS, wrong)) == [
        "… für die Moderation so viele Minuten vor Beginn – "
        "Die Moderation kommt nicht später hinein als die Teilnehmenden."
    ]
    assert after(client, SETTINGS, wrong | {"opens_minutes_moderators": "30"})[0] == (
        "Die Angaben sind gespeichert."
    )


def test_a_new_process_opens_its_rooms_a_quarter_of_an_hour_before_and_records_nothing(
    people: cast.Cast,
) -> None:
    process = processes.create(
        slug="klimaplan",
        by=people.sabine,
        name=localised("Klimaplan"),
        town="Hechingen",
        contact_email="klima@hechingen.example",
    )
    process.refresh_from_db()
    assert (process.opens_minutes, process.opens_minutes_moderators, process.may_record) == (15, 45, False)


def test_another_privacy_notice_is_another_version(client: Client, people: cast.Cast) -> None:
    path = f"{SETTINGS}privacy/"
    assert after(client, path, {"text_de": "Wir speichern Name und Adresse."}) == [
        "Fassung 2 der Datenschutzhinweise gilt ab jetzt. Wer sich neu anmeldet, stimmt ihr zu."
    ]
    assert after(client, path, {"text_de": "Wir speichern Name und Adresse."}) == [
        "Der Text ist unverändert; die Fassung bleibt."
    ]
    people.process.refresh_from_db()
    assert (people.process.privacy_notice, people.process.privacy_version) == (
        {"de": "Wir speichern Name und Adresse."},
        2,
    )


def test_a_field_is_added_last_and_its_address_is_its_own(client: Client, people: cast.Cast) -> None:
    path = f"{SETTINGS}fields/new/"
    given = {"name_de": "Gesundheit", "slug": "gesundheit", "description_de": "Ärzte und Pflege"}
    assert after(client, path, given) == ["Das Handlungsfeld ist gespeichert."]
    field = people.process.fields.get(slug="gesundheit")
    assert (field.position, field.description) == (5, {"de": "Ärzte und Pflege"})
    assert pages.errors(client.post(path, given)) == [
        "Kurzadresse – Diese Kurzadresse hat schon ein anderes Handlungsfeld."
    ]
    assert pages.errors(client.post(path, given | {"slug": "register"})) == [
        "Kurzadresse – Diese Kurzadresse ist vergeben. Bitte eine andere wählen."
    ]


def test_a_field_is_renamed_and_keeps_its_place(client: Client, people: cast.Cast) -> None:
    field = people.fields[1]
    given = {"name_de": "Arbeit", "name_en": "Work", "slug": "arbeit"}
    assert after(client, f"{SETTINGS}fields/{field.pk}/", given) == ["Das Handlungsfeld ist gespeichert."]
    field.refresh_from_db()
    assert (field.name, field.slug, field.position) == ({"de": "Arbeit", "en": "Work"}, "arbeit", 2)


def test_fields_change_places_one_step_at_a_time(client: Client, people: cast.Cast) -> None:
    first, second, third, fourth = names(people.process)
    path = f"{SETTINGS}fields/{people.fields[2].pk}/move/"
    assert after(client, path, {"direction": "up"}) == ["Die Reihenfolge ist geändert."]
    assert names(people.process) == [first, third, second, fourth]
    after(client, path, {"direction": "down"})
    assert names(people.process) == [first, second, third, fourth]
    top = f"{SETTINGS}fields/{people.fields[0].pk}/move/"
    assert after(client, top, {"direction": "up"}) == []
    assert names(people.process) == [first, second, third, fourth]


def test_an_order_must_name_each_field_once(people: cast.Cast) -> None:
    order = [field.pk for field in people.fields]
    for wrong in (order[:3], [*order, order[0]], [*order[:3], builders.a_field().pk]):
        with pytest.raises(Refusal, match="not_all_fields"):
            processes.reorder_fields(people.process, order=wrong, by=people.sabine)
    processes.reorder_fields(people.process, order=order[::-1], by=people.sabine)
    assert list(people.process.fields.values_list("pk", "position")) == [
        (pk, position) for position, pk in enumerate(order[::-1], start=1)
    ]


def test_only_an_unused_field_is_deleted(client: Client, people: cast.Cast) -> None:
    builders.a_series(people.fields[0])
    used, unused = (f"{SETTINGS}fields/{field.pk}/delete/" for field in people.fields[:2])
    assert after(client, used) == [
        "Zu diesem Handlungsfeld gibt es schon Antworten, Workshops oder Leitlinien. Es bleibt."
    ]
    assert after(client, unused) == ["Das Handlungsfeld ist gelöscht."]
    assert list(people.process.fields.all()) == [people.fields[0], *people.fields[2:]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_fields_needs_a_fixed_number_of_queries(
    client: Client, people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    process = builders.a_process(slug="klimaplan")
    for number in range(count):
        builders.a_field(process, name=localised(f"Feld {number}"))
    with django_assert_num_queries(4):
        response = client.get("/staff/klimaplan/settings/fields/")
    found = pages.lines(response)
    assert [line for line in found if line.startswith("Feld ")] == [
        f"Feld {number}" for number in range(count)
    ]
