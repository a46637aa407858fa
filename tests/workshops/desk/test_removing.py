"""An item under which something once stood leaves the agenda, never the database."""

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from tests.workshops.desk.test_constraints import broken_by
from workshops.errors import Refusal
from workshops.models import AgendaItem, AgendaItemVersion, ItemPresence, Workshop
from workshops.operations import agendas, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    for title in ("Ankommen", "Ideen", "Ende"):
        builders.an_agenda_item(workshop, title=title)
    return workshop


@pytest.fixture
def murat(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.murat)
    return client


def write_and_empty(item: AgendaItem, people: cast.Cast) -> None:
    minutes.save_item(item, text="Viele Ideen", seen_version=0, by=people.murat)
    minutes.save_item(item, text="", seen_version=1, by=people.murat)


def titles(workshop: Workshop) -> list[str]:
    return [item.title for item in workshop.agenda.all()]


def test_removed_with_its_versions_and_put_back_with_them(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    item = workshop.agenda.get(title="Ideen")
    write_and_empty(item, people)
    ItemPresence.objects.create(item=item, user=people.murat, seen_at=timezone.now())
    page = f"/moderation/{workshop.pk}/agenda/"
    gone = murat.post(f"{page}{item.pk}/remove/", follow=True)
    assert pages.messages(gone) == ["„Ideen“ ist von der Tagesordnung genommen."]
    assert titles(workshop) == ["Ankommen", "Ende"]
    assert [line for line in pages.lines(gone) if line.startswith("Ideen")] == [
        line for line in pages.lines(gone) if line.startswith("Ideen entfernt von Murat Yıldız, ")
    ]
    kept = AgendaItem.with_removed.get(pk=item.pk)
    assert (kept.removed_by, list(kept.presences.all())) == (people.murat, [])

    back = murat.post(f"{page}{item.pk}/restore/", follow=True)
    assert pages.messages(back) == ["„Ideen“ steht wieder auf der Tagesordnung, an letzter Stelle."]
    assert titles(workshop) == ["Ankommen", "Ende", "Ideen"]
    versions = AgendaItemVersion.objects.filter(item=item).values_list("version", "text")
    assert list(versions) == [(1, "Viele Ideen"), (2, "")]
    assert "Entfernte Punkte" not in pages.text(back)


def test_an_item_under_which_nothing_ever_stood_is_deleted(people: cast.Cast, workshop: Workshop) -> None:
    agendas.remove_item(workshop.agenda.get(title="Ende"), by=people.murat)
    assert list(AgendaItem.with_removed.values_list("title", flat=True)) == ["Ankommen", "Ideen"]


def test_no_page_shows_it_and_nothing_is_written_under_it(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    item = workshop.agenda.get(title="Ideen")
    write_and_empty(item, people)
    agendas.remove_item(item, by=people.murat)
    here = f"/moderation/{workshop.pk}/"
    public = f"/{workshop.process.slug}/{workshop.series.field.slug}/{workshop.number}/"
    for address in (here, f"{here}desk/", public):
        answer = murat.get(address)
        assert ("Ankommen" in pages.text(answer), "Ideen" in pages.text(answer)) == (True, False), address
    for address in (f"items/{item.pk}/", f"items/{item.pk}/versions/", f"agenda/{item.pk}/"):
        assert murat.get(here + address).status_code == 404
    with pytest.raises(Refusal) as refused:
        minutes.save_item(item, text="Noch etwas", seen_version=2, by=people.murat)
    assert refused.value.code == "item_removed"
    # Its place is free.
    agendas.add_item(workshop, title="Neu", by=people.murat)
    assert titles(workshop) == ["Ankommen", "Ende", "Neu"]


def test_put_back_twice_is_once_and_a_strangers_item_never(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    item = workshop.agenda.get(title="Ankommen")
    write_and_empty(item, people)
    agendas.remove_item(item, by=people.murat)
    agendas.restore_item(item, by=people.murat)
    agendas.place_item(item, position=1, by=people.murat)
    agendas.restore_item(item, by=people.murat)
    assert titles(workshop) == ["Ankommen", "Ideen", "Ende"]
    elsewhere = builders.an_agenda_item(builders.a_workshop(), removed_at=timezone.now())
    assert murat.post(f"/moderation/{workshop.pk}/agenda/{elsewhere.pk}/restore/").status_code == 404


def test_it_goes_with_its_workshop(people: cast.Cast, workshop: Workshop) -> None:
    item = workshop.agenda.get(title="Ideen")
    write_and_empty(item, people)
    agendas.remove_item(item, by=people.murat)
    workshop.delete()
    assert not AgendaItem.with_removed.exists()
    assert not AgendaItemVersion.objects.exists()


def test_who_removed_it_may_be_deleted(people: cast.Cast, workshop: Workshop) -> None:
    item = workshop.agenda.get(title="Ideen")
    write_and_empty(item, people)
    other = builders.a_user()
    agendas.remove_item(item, by=other)
    other.delete()
    assert AgendaItem.with_removed.get(pk=item.pk).removed_by is None


def test_the_rescue_admin_finds_it(people: cast.Cast, workshop: Workshop) -> None:
    item = workshop.agenda.get(title="Ideen")
    write_and_empty(item, people)
    agendas.remove_item(item, by=people.murat)
    found = admin.site.get_model_admin(AgendaItem).get_queryset(RequestFactory().get("/"))
    assert item.pk in found.values_list("pk", flat=True)


def test_rows_that_can_not_exist(people: cast.Cast, workshop: Workshop) -> None:
    now = timezone.now()
    tries = {
        "nothing_stands_under_a_removed_item": lambda: builders.an_agenda_item(
            workshop, text="Gesagt", removed_at=now
        ),
        "who_removed_an_item_did_so_once": lambda: builders.an_agenda_item(workshop, removed_by=people.murat),
        "one_agenda_item_per_position": lambda: builders.an_agenda_item(workshop, position=1),
    }
    assert {name: broken_by(AgendaItem, make) for name, make in tries.items()} == {
        name: {name} for name in tries
    }
    builders.an_agenda_item(workshop, position=1, removed_at=now)


@pytest.mark.parametrize("count", [1, 3])
def test_the_agenda_page_costs_the_same_for_many_removed(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for item in list(workshop.agenda.all())[:count]:
        write_and_empty(item, people)
        agendas.remove_item(item, by=people.murat)
    with django_assert_num_queries(8):
        murat.get(f"/moderation/{workshop.pk}/agenda/")
