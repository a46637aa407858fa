"""Rows are put at a place: by the operation, and by the address that reorder.js posts to."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import AgendaItem, Minutes, Workshop
from workshops.operations import agendas

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    for title in "ABCD":
        builders.an_agenda_item(workshop, title=title)
    return workshop


def order(workshop: Workshop) -> str:
    return "".join(workshop.agenda.order_by("position").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("title", "position", "expected"),
    [
        ("A", 1, "ABCD"),
        ("A", 2, "BACD"),
        ("A", 4, "BCDA"),
        ("A", 99, "BCDA"),
        ("D", 1, "DABC"),
        ("D", 0, "DABC"),
        ("D", 3, "ABDC"),
        ("C", 2, "ACBD"),
        ("B", 3, "ACBD"),
    ],
)
def test_a_row_takes_its_place_and_the_others_close_up(
    workshop: Workshop, people: cast.Cast, title: str, position: int, expected: str
) -> None:
    agendas.place_item(workshop.agenda.get(title=title), position=position, by=people.murat)
    assert order(workshop) == expected
    assert list(workshop.agenda.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_gaps_left_by_removed_rows_do_not_disturb(workshop: Workshop, people: cast.Cast) -> None:
    agendas.remove_item(workshop.agenda.get(title="B"), by=people.murat)
    agendas.place_item(workshop.agenda.get(title="D"), position=2, by=people.murat)
    assert order(workshop) == "ADC"
    assert list(workshop.agenda.order_by("position").values_list("position", flat=True)) == [1, 3, 4]


def test_a_removed_row_moves_nothing(workshop: Workshop, people: cast.Cast) -> None:
    gone = workshop.agenda.get(title="B")
    AgendaItem.objects.filter(pk=gone.pk).delete()
    agendas.place_item(gone, position=1, by=people.murat)
    assert order(workshop) == "ACD"


def test_published_minutes_keep_their_order(workshop: Workshop, people: cast.Cast) -> None:
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=timezone.now(), published_by=people.sabine
    )
    with pytest.raises(Refusal) as refused:
        agendas.place_item(workshop.agenda.get(title="A"), position=2, by=people.murat)
    assert (refused.value.code, order(workshop)) == ("minutes_published", "ABCD")


def test_the_address_answers_a_script(workshop: Workshop, people: cast.Cast, client: Client) -> None:
    client.force_login(people.murat)
    address = f"/moderation/{workshop.pk}/agenda/{workshop.agenda.get(title='A').pk}/move/"
    answer = client.post(address, {"position": "3"})
    clock = timezone.localtime(workshop.starts_at, workshop.process.zone).strftime("%H:%M")
    # The times in the new order: without lengths only the first is known.
    assert (answer.status_code, answer.json()) == (
        200,
        {"labels": [clock, "", "", ""], "current": None},
    )
    assert order(workshop) == "BCAD"
    for nonsense in ("", "-1", "eins", "٣", "99999"):
        assert client.post(address, {"position": nonsense}).status_code == 400
    # Without a script the buttons do it.
    assert client.post(address, {"up": ""}).status_code == 302
    assert order(workshop) == "BACD"
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=timezone.now(), published_by=people.sabine
    )
    refused = client.post(address, {"position": "1"})
    assert (refused.status_code, list(refused.json())) == (409, ["sentence"])
    assert order(workshop) == "BACD"
