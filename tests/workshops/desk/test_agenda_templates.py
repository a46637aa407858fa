"""Agendas to begin with: kept, appended, changed by staff."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.errors import Refusal
from workshops.models import AgendaTemplate, Workshop
from workshops.operations import agenda_templates
from workshops.operations.agenda_templates import Point

pytestmark = pytest.mark.django_db

POINTS = [Point("Ankommen", 15), Point("Ideen")]


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def template(people: cast.Cast) -> AgendaTemplate:
    return agenda_templates.create(people.process, name="Kurz", points=POINTS, by=people.sabine)


def agenda(workshop: Workshop) -> list[tuple[str, int | None]]:
    return list(workshop.agenda.order_by("position").values_list("title", "minutes_planned"))


def test_an_agenda_is_kept_and_begins_another_workshop(
    people: cast.Cast, workshop: Workshop, client: Client
) -> None:
    client.force_login(people.murat)
    builders.an_agenda_item(workshop, title="Ankommen", minutes_planned=15, text="Gesagt")
    builders.an_agenda_item(workshop, title="Ideen")
    saved = client.post(
        f"/moderation/{workshop.pk}/agenda/templates/save/", {"template-name": " Kurz "}, follow=True
    )
    assert pages.messages(saved) == ["Die Tagesordnung ist als Vorlage aufgehoben."]
    kept = AgendaTemplate.objects.get()
    assert (kept.name, agenda_templates.points_of(kept)) == ("Kurz", POINTS)
    other = builders.a_workshop(builders.a_series(people.fields[1]))
    other.moderators.add(people.murat)
    applied = client.post(f"/moderation/{other.pk}/agenda/templates/{kept.pk}/apply/", {"desk": "1"})
    assert applied["Location"] == f"/moderation/{other.pk}/desk/"
    assert agenda(other) == [("Ankommen", 15), ("Ideen", None)]
    assert not other.agenda.written().exists()
    # Once more appends.
    client.post(f"/moderation/{other.pk}/agenda/templates/{kept.pk}/apply/")
    assert [title for title, _minutes in agenda(other)] == ["Ankommen", "Ideen"] * 2


def test_a_name_that_is_taken_and_an_empty_agenda_are_refused(
    people: cast.Cast, workshop: Workshop, template: AgendaTemplate, client: Client
) -> None:
    client.force_login(people.murat)
    address = f"/moderation/{workshop.pk}/agenda/templates/save/"
    empty = client.post(address, {"template-name": "Neu"})
    assert pages.errors(empty) == [
        "Name der Vorlage – Die Tagesordnung ist noch leer: Es gibt nichts aufzuheben."
    ]
    builders.an_agenda_item(workshop)
    taken = client.post(address, {"template-name": "Kurz"})
    assert pages.errors(taken) == [
        "Name der Vorlage – So heißt schon eine andere Vorlage. Bitte einen anderen Namen wählen."
    ]
    assert 'value="Kurz"' in taken.content.decode()
    assert AgendaTemplate.objects.count() == 1


def test_staff_write_a_point_a_line(people: cast.Cast, client: Client) -> None:
    client.force_login(people.sabine)
    address = f"/staff/{people.process.slug}/settings/agendas/"
    typed = {"name": "Lang", "points": "Ankommen | 15\r\n\r\n  Ideen \r\nAusblick|5"}
    answer = client.post(f"{address}new/", typed, follow=True)
    assert pages.messages(answer) == ["Die Vorlage ist gespeichert."]
    kept = AgendaTemplate.objects.get()
    expected = [Point("Ankommen", 15), Point("Ideen"), Point("Ausblick", 5)]
    assert agenda_templates.points_of(kept) == expected
    for wrong, sentence in (
        ("Ankommen | lang", "Zeile 1: Bitte die Dauer in Minuten angeben, zum Beispiel 15."),
        ("Gut\n| 5", "Zeile 2: Bitte einen Titel mit höchstens 200 Zeichen angeben."),
    ):
        refused = client.post(f"{address}new/", {"name": "Falsch", "points": wrong})
        assert pages.errors(refused) == [f"Tagesordnungspunkte – {sentence}"]
        assert wrong.split("\n")[0] in refused.content.decode()
    deleted = client.post(f"{address}{kept.pk}/delete/", follow=True)
    assert pages.messages(deleted) == ["Die Vorlage „Lang“ ist gelöscht."]
    assert not AgendaTemplate.objects.exists()


def test_nobodys_later_change_is_overwritten_unseen(
    people: cast.Cast, template: AgendaTemplate, client: Client
) -> None:
    client.force_login(people.sabine)
    address = f"/staff/{people.process.slug}/settings/agendas/{template.pk}/"
    later = [Point("Später")]
    agenda_templates.change(template, name="Kurz", points=later, seen=POINTS, by=people.sabine)
    typed = {"name": "Kurz", "points": "Meins", "seen": "Ankommen | 15\nIdeen"}
    refused = client.post(address, typed)
    assert "Inzwischen hat jemand anderes diese Vorlage geändert" in pages.errors(refused)[0]
    assert "Später" in pages.lines(refused)
    assert agenda_templates.points_of(template) == later


def test_an_unusable_template_is_refused(people: cast.Cast, template: AgendaTemplate) -> None:
    for points, code in (([], "no_points"), ([Point("x")] * 61, "too_many_points")):
        with pytest.raises(Refusal) as refused:
            agenda_templates.create(people.process, name="Neu", points=points, by=people.sabine)
        assert refused.value.code == code


def test_staff_put_a_templates_points_in_order(
    people: cast.Cast, template: AgendaTemplate, client: Client
) -> None:
    """By drag or keyboard (reorder.js), and by buttons."""
    points = [Point("Ankommen", 15), Point("Ideen"), Point("Ausblick")]
    agenda_templates.change(template, name="Kurz", points=points, seen=POINTS, by=people.sabine)

    def address(title: str) -> str:
        item = template.items.get(title=title)
        return f"/staff/{people.process.slug}/settings/agendas/items/{item.pk}/move/"

    def order() -> list[str]:
        return [point.title for point in agenda_templates.points_of(template)]

    client.force_login(people.sabine)
    placed = client.post(address("Ankommen"), {"position": "3"})
    assert (placed.status_code, order()) == (200, ["Ideen", "Ausblick", "Ankommen"])
    moved = client.post(address("Ankommen"), {"up": ""}, follow=True)
    assert pages.messages(moved) == ["„Ankommen“ ist verschoben."]
    assert order() == ["Ideen", "Ankommen", "Ausblick"]
    # Rewritten meanwhile: its rows are other ones, and a script is told so in words.
    old = address("Ideen")
    agenda_templates.change(
        template, name="Kurz", points=POINTS, seen=agenda_templates.points_of(template), by=people.sabine
    )
    gone = client.post(old, {"position": "2"}, headers={"Accept": "application/json"})
    assert gone.json()["sentence"] == "Diese Vorlage wurde inzwischen geändert. Bitte die Seite neu laden."
    assert order() == ["Ankommen", "Ideen"]
    elsewhere = agenda_templates.create(builders.a_process(), name="Fremd", points=POINTS, by=people.sabine)
    foreign = f"/staff/{people.process.slug}/settings/agendas/items/{elsewhere.items.all()[0].pk}/move/"
    assert client.post(foreign, {"up": ""}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_many(
    people: cast.Cast, client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(people.sabine)
    for number in range(count):
        agenda_templates.create(people.process, name=f"Vorlage {number}", points=POINTS, by=people.sabine)
    with django_assert_num_queries(5):
        client.get(f"/staff/{people.process.slug}/settings/agendas/")
