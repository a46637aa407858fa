"""Staff through HTTP: alike proposals side by side, merged either way, told apart, and taken apart again."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import AgendaItem, NotAlike, ProposedMeasure, SurveyComment, User
from workshops.operations import alike, proposals

pytestmark = pytest.mark.django_db

ADDRESS = "/staff/integrationsplan/measures/similar/"


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    return builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))


@pytest.fixture
def two(people: cast.Cast, item: AgendaItem) -> tuple[ProposedMeasure, ProposedMeasure]:
    there = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[1])))
    one = builders.a_proposal(item, title="Sprachkurse am Abend", language="de")
    builders.a_proposal(item, title="Mehr Sitzbänke", language="de")
    return one, builders.a_proposal(there, title="Evening language courses", language="en")


def pairs(people: cast.Cast) -> list[tuple[ProposedMeasure, ProposedMeasure]]:
    return [(pair.one, pair.other) for pair in alike.find(people.process).pairs]


@pytest.mark.parametrize("address", [ADDRESS])
def test_the_page_is_for_staff_only(client: Client, people: cast.Cast, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"
    statuses = []
    for user in (people.stranger, people.murat, people.sabine):
        client.force_login(user)
        statuses.append(client.get(address).status_code)
    assert statuses == [403, 403, 200]


def test_two_that_mean_the_same_stand_side_by_side_with_the_reason(
    sabine: Client, people: cast.Cast, two: tuple[ProposedMeasure, ProposedMeasure]
) -> None:
    assert pairs(people) == [two]
    shown = pages.text(sabine.get(ADDRESS))
    assert "dasselbe in einer anderen Sprache: Sprachkurse – language courses" in shown
    assert "Mehr Sitzbänke" not in shown


@pytest.mark.parametrize("kept", [0, 1])
def test_either_goes_into_the_other_and_comes_back(
    sabine: Client, people: cast.Cast, two: tuple[ProposedMeasure, ProposedMeasure], kept: int
) -> None:
    gone, stays = two[1 - kept], two[kept]
    answer = sabine.post(ADDRESS, {"one": gone.pk, "other": stays.pk, "merge": "1"}, follow=True)
    assert pages.messages(answer) == [f"„{gone.title}“ ist in „{stays.title}“ aufgegangen."]
    gone.refresh_from_db()
    assert (gone.merged_into, pairs(people)) == (stays, [])
    undo = f"/staff/integrationsplan/measures/{gone.pk}/undo/"
    answer = sabine.post(undo, {"unmerge": "1"}, follow=True)
    assert pages.messages(answer) == [f"„{gone.title}“ steht wieder für sich."]
    shown = pages.text(answer)
    assert f"Aufgegangen in {stays.title}" in shown
    assert "Rückgängig gemacht:" in shown
    assert pairs(people) == [two]


def test_what_was_told_apart_is_not_suggested_again(
    sabine: Client, people: cast.Cast, two: tuple[ProposedMeasure, ProposedMeasure]
) -> None:
    for one, other in (two, two[::-1]):
        sabine.post(ADDRESS, {"one": one.pk, "other": other.pk, "apart": "1"})
    assert [(each.one, each.other, each.said_by) for each in NotAlike.objects.all()] == [
        (*two, people.sabine)
    ]
    assert pairs(people) == []


def test_a_reopened_proposal_says_so_and_a_refusal_is_a_sentence(
    sabine: Client, people: cast.Cast, two: tuple[ProposedMeasure, ProposedMeasure]
) -> None:
    proposals.decline(two[0], reason="Kein Geld", by=people.sabine)
    undo = f"/staff/integrationsplan/measures/{two[0].pk}/undo/"
    said = [pages.messages(sabine.post(undo, {"reopen": "1"}, follow=True)) for _twice in range(2)]
    assert said == [
        ["„Sprachkurse am Abend“ ist wieder offen."],
        ["Über diesen Vorschlag ist nicht entschieden."],
    ]
    answers = [sabine.post(ADDRESS, {"one": "x", "other": two[1].pk}), sabine.get(undo)]
    assert [answer.status_code for answer in answers] == [404, 405]


def test_the_page_of_a_proposal_names_version_comments_and_details(
    sabine: Client, people: cast.Cast, item: AgendaItem
) -> None:
    AgendaItem.objects.filter(pk=item.pk).update(version=3)
    made = proposals.propose(item, title="Kurse", details={"cost": "5.000 Euro"}, by=people.murat)
    assert (made.item_version, made.cost) == (3, "5.000 Euro")
    shown = pages.text(sabine.get(f"/staff/integrationsplan/measures/{made.pk}/"))
    assert "Fassung 3" in shown
    assert "5.000 Euro" in shown
    assert not SurveyComment.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_many(
    sabine: Client, item: AgendaItem, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count + 1):
        builders.a_proposal(item, title="Sprachkurs", description=str(number))
    with django_assert_num_queries(7):
        sabine.get(ADDRESS)


def test_a_pair_has_one_order_and_is_told_apart_once(
    people: cast.Cast, two: tuple[ProposedMeasure, ProposedMeasure]
) -> None:
    def write(one: ProposedMeasure, other: ProposedMeasure, by: User = people.sabine) -> None:
        with transaction.atomic():
            NotAlike.objects.create(one=one, other=other, said_at=timezone.now(), said_by=by)

    write(*two)
    for pair in (two, two[::-1], (two[0], two[0])):
        with pytest.raises(IntegrityError):
            write(*pair)
