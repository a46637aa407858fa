"""Many proposals: compared by a worker, told apart one by one, and never hidden by what is settled."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops import similarity
from workshops.models import AgendaItem, ProposalComparison, ProposedMeasure
from workshops.operations import alike, proposals

pytestmark = pytest.mark.django_db

ADDRESS = "/staff/integrationsplan/measures/similar/"


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    return builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))


@pytest.fixture
def sabine(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.sabine)
    return client


def titles(found: alike.Found) -> list[tuple[str, str]]:
    return [(pair.one.title, pair.other.title) for pair in found.pairs]


def test_pairs_told_apart_or_adopted_take_no_place_from_others(
    people: cast.Cast, item: AgendaItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "MOST_SHOWN", 3)
    same = [builders.a_proposal(item, title="Sprachkurs") for _each in range(4)]
    for one, other in ((0, 1), (0, 2), (0, 3)):
        alike.tell_apart(same[one], same[other], by=people.sabine)
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    for each in same[1:]:
        proposals.adopt(each, goal=goal, by=people.sabine)
    for title in ("Fahrradkurs für Frauen", "Radfahren lernen für Frauen"):
        builders.a_proposal(item, title=title, language="de")

    assert titles(alike.find(people.process)) == [("Fahrradkurs für Frauen", "Radfahren lernen für Frauen")]


def test_when_there_are_more_the_page_says_so(
    sabine: Client, people: cast.Cast, item: AgendaItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(3):
        builders.a_proposal(item, title="Sprachkurs")
    assert "ähnlichsten Paare" not in pages.text(sabine.get(ADDRESS))
    monkeypatch.setattr(alike, "MOST_SHOWN", 2)
    assert "Das sind die 2 ähnlichsten Paare." in pages.text(sabine.get(ADDRESS))
    monkeypatch.setattr(alike, "MOST_SHOWN", 1)
    assert "Das ist das ähnlichste Paar." in pages.text(sabine.get(ADDRESS))


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch, item: AgendaItem) -> list[ProposedMeasure]:
    """More than are compared while the page waits."""
    monkeypatch.setattr(alike, "AT_ONCE", 2)
    return [builders.a_proposal(item, title="Sprachkurs") for _each in range(3)]


def test_a_page_never_compares_many(
    sabine: Client, people: cast.Cast, many: list[ProposedMeasure], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = pages.text(sabine.get(ADDRESS))
    assert "3 Vorschläge werden noch verglichen" in waiting
    assert "sehen einander ähnlich" not in waiting

    assert alike.compare_waiting(now=timezone.now()) == 1
    monkeypatch.setattr(similarity, "suggest", None)
    found = alike.find(people.process)
    assert (len(found.pairs), found.waiting, found.is_cut) == (3, 0, False)
    assert "beide: Sprachkurs" in pages.text(sabine.get(ADDRESS))


def test_what_was_decided_since_is_left_out_and_what_is_new_waits(
    people: cast.Cast, item: AgendaItem, many: list[ProposedMeasure]
) -> None:
    alike.compare_waiting(now=timezone.now())
    proposals.decline(many[0], reason="Zu teuer", by=people.sabine)
    builders.a_proposal(item, title="Sprachkurse")

    found = alike.find(people.process)
    assert ([(pair.one, pair.other) for pair in found.pairs], found.waiting) == ([(many[1], many[2])], 1)
    assert alike.compare_waiting(now=timezone.now()) == 1
    assert (len(alike.find(people.process).pairs), alike.find(people.process).waiting) == (3, 0)


def test_what_holds_is_not_compared_again_until_its_pairs_are_used_up(
    people: cast.Cast, many: list[ProposedMeasure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "MOST_SHOWN", 1)
    monkeypatch.setattr(alike, "MOST_KEPT", 2)
    moments = [alike.compare_waiting(now=timezone.now()) for _twice in range(2)]
    assert (moments, ProposalComparison.objects.get().is_cut) == ([1, 0], True)
    first, *_others = alike.find(people.process).pairs
    alike.tell_apart(first.one, first.other, by=people.sabine)
    assert alike.compare_waiting(now=timezone.now()) == 1
    assert (len(ProposalComparison.objects.get().pairs), ProposalComparison.objects.get().is_cut) == (
        2,
        False,
    )


def test_other_words_of_a_proposal_are_compared_anew(people: cast.Cast, many: list[ProposedMeasure]) -> None:
    alike.compare_waiting(now=timezone.now())
    ProposedMeasure.objects.filter(pk=many[2].pk).update(title="Mehr Sitzbänke")
    assert (alike.compare_waiting(now=timezone.now()), len(alike.find(people.process).pairs)) == (1, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_many_costs_the_same(
    sabine: Client,
    item: AgendaItem,
    many: list[ProposedMeasure],
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _each in range(count):
        builders.a_proposal(item, title="Sprachkurs")
    alike.compare_waiting(now=timezone.now())
    with django_assert_num_queries(8):
        sabine.get(ADDRESS)


# --- a reason on the page of pairs ----------------------------------------------------------------


def test_a_reason_goes_along_with_the_merging_and_is_shown_again_if_that_is_refused(
    sabine: Client, people: cast.Cast, item: AgendaItem
) -> None:
    one, other = (builders.a_proposal(item, title="Sprachkurs") for _each in range(2))
    sent = {"one": one.pk, "other": other.pk, "merge": "1", "reason": " Dasselbe "}
    said = [pages.messages(sabine.post(ADDRESS, sent, follow=True)) for _twice in range(2)]
    assert [(each.reason, each.into) for each in one.decisions.all()] == [("Dasselbe", other)]
    assert said == [
        ["„Sprachkurs“ ist in „Sprachkurs“ aufgegangen."],
        [
            "Über diesen Vorschlag ist schon entschieden: zusammengeführt.",
            "Ihre Begründung war: „Dasselbe“",
        ],
    ]
