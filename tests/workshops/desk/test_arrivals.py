"""What the browser keeps until the server has it: the server says what has arrived, and to whom it may."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast
from workshops.models import AgendaItem
from workshops.operations import minutes
from workshops.operations.merging import Attempt

pytestmark = pytest.mark.django_db

EDITOR, OTHER = "ab12" * 4, "cd34" * 4


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop)


def said(client: Client, *of: str) -> object:
    return client.get("/moderation/arrivals/", {"of": of}, headers={"Accept": "application/json"}).json()


def test_what_arrived_of_each_open_page_is_said_with_what_stands_there(
    people: cast.Cast, item: AgendaItem, client: Client
) -> None:
    client.force_login(people.murat)
    for number, words in ((3, "Eins"), (5, "Zwei")):
        minutes.save_item(
            item,
            text=words,
            seen_version=item.version,
            attempt=Attempt(EDITOR, number),
            by=people.murat,
        )
    minutes.save_item(item, points="Punkt", seen_version=item.version, by=people.sabine)
    assert said(client, f"{item.pk}.{EDITOR}", f"{item.pk}.{OTHER}", "x.y", "") == {
        "items": {str(item.pk): {"text": "Zwei", "points": "Punkt", "agreements": ""}},
        "attempts": {f"{item.pk}.{EDITOR}": 5},
    }


def test_nobody_learns_of_an_item_that_others_lead(
    people: cast.Cast, item: AgendaItem, client: Client
) -> None:
    minutes.save_item(item, text="x", seen_version=0, attempt=Attempt(EDITOR, 1), by=people.murat)
    nothing: dict[str, object] = {"items": {}, "attempts": {}}
    client.force_login(builders.a_moderator(people.process))
    assert said(client, f"{item.pk}.{EDITOR}") == nothing
    client.force_login(people.stranger)
    assert said(client, f"{item.pk}.{EDITOR}") == {"state": "forbidden"}
    client.logout()
    assert said(client, f"{item.pk}.{EDITOR}") == {"state": "signed_out"}


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_many(
    people: cast.Cast,
    item: AgendaItem,
    client: Client,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(people.sabine)
    items = [builders.an_agenda_item(item.workshop) for _each in range(count)]
    with django_assert_num_queries(4):
        said(client, *(f"{each.pk}.{EDITOR}" for each in items))


def test_the_next_page_names_the_open_page_whose_words_are_saved_once(
    people: cast.Cast, item: AgendaItem, client: Client
) -> None:
    client.force_login(people.murat)
    address = f"/moderation/{item.workshop_id}/items/{item.pk}/"
    typed = {"text": "Text", "seen_version": "0", "editor": EDITOR, "attempt": "7"}
    saved = client.post(address, typed, follow=True).content.decode()
    assert f'<span hidden data-arrived="{EDITOR}.7"></span>' in saved
    assert "data-arrived" not in client.get(address).content.decode()
    # Also if it was there already; not what is refused, nor a name that is none.
    again = client.post(address, {**typed, "attempt": "8"}, follow=True).content.decode()
    assert f'data-arrived="{EDITOR}.8"' in again
    refused = client.post(address, {**typed, "text": "x" * 50_001, "attempt": "9"}).content.decode()
    assert "data-arrived" not in refused
    agenda = f"/moderation/{item.workshop_id}/agenda/"
    added = client.post(agenda, {"title": "Neu", "draft": EDITOR}, follow=True).content.decode()
    assert f'data-arrived="{EDITOR}.0"' in added
    strange = client.post(agenda, {"title": "Noch", "draft": '"><b>'}, follow=True).content.decode()
    assert "data-arrived" not in strange
