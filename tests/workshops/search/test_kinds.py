"""Proposals, guidelines and goals are found too; each hit says in which language it is."""

import importlib
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from tests import builders, cast
from workshops import search
from workshops.models import (
    AgendaItem,
    Goal,
    Guideline,
    Measure,
    Minutes,
    ProposedMeasure,
    Workshop,
    localised,
)
from workshops.models.searchable import Searchable

pytestmark = pytest.mark.django_db

PAGE = "/integrationsplan/search/"


def links(client: Client, question: str, prefix: str = "") -> list[str]:
    content = client.get(prefix + PAGE, {"q": question}).content.decode()
    return re.findall(r'<h3 class="small"><a href="([^"]*)"', content)


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    workshop = builders.a_workshop(builders.a_series(people.fields[0]))
    workshop.moderators.add(people.murat)
    found = builders.an_agenda_item(workshop, title="Verkehr", text="x", version=1)
    builders.a_proposal(found, title="Nachtbus einrichten", description="Jeden **Samstag**")
    return found


def publish(workshop: Workshop, people: cast.Cast) -> None:
    Minutes.objects.create(
        workshop=workshop, status="published", published_at=timezone.now(), published_by=people.sabine
    )


@pytest.mark.parametrize("question", ["Nachtbusse", "Samstag", "Bus"])
def test_a_proposal_is_found_once_its_minutes_are_published_and_leads_to_its_item(
    client: Client, people: cast.Cast, item: AgendaItem, question: str
) -> None:
    assert links(client, question) == []
    publish(item.workshop, people)
    assert links(client, question) == [
        f"/integrationsplan/bildung-und-sprache/{item.workshop.number}/minutes/#item-{item.pk}"
    ]


def test_whoever_leads_the_workshop_finds_its_proposals_before(
    client: Client, people: cast.Cast, item: AgendaItem
) -> None:
    for person, found in (
        (people.stranger, []),
        (people.murat, [f"/moderation/{item.workshop.pk}/items/{item.pk}/"]),
        (people.sabine, [f"/moderation/{item.workshop.pk}/items/{item.pk}/"]),
    ):
        client.force_login(person)
        assert links(client, "Nachtbus") == found


def test_guidelines_and_goals_are_found_where_the_plan_shows_them(client: Client, people: cast.Cast) -> None:
    guideline = builders.a_guideline(people.fields[0], text=localised("Fahrradfreundliche Stadt"))
    goal = builders.a_goal(guideline, text=localised({"de": "Sichere Radwege", "en": "Safe cycle paths"}))
    builders.a_goal(text=localised("Radwege einer anderen Stadt"))
    plan = "/integrationsplan/measures/"

    assert links(client, "Rad") == [f"{plan}#goal-{goal.pk}"]
    assert links(client, "fahrrad") == [f"{plan}#guideline-{guideline.pk}"]
    assert links(client, "cycle", "/en") == [f"/en{plan}#goal-{goal.pk}"]
    content = client.get(plan).content.decode()
    assert f'id="goal-{goal.pk}"' in content and f'id="guideline-{guideline.pk}"' in content


def test_easy_language_is_found_by_its_stems(client: Client, people: cast.Cast) -> None:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    measure = builders.a_measure(
        goal, title=localised("x"), description=localised({"de-simple": "Es gibt viele Schwimmbäder."})
    )
    assert links(client, "Schwimmbad") == [f"/integrationsplan/measures/#measure-{measure.pk}"]


def test_a_hit_says_in_which_language_title_and_text_are(client: Client, people: cast.Cast) -> None:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    builders.a_measure(
        goal,
        title=localised({"de": "Radwege", "ar": "مسارات الدراجات"}),
        description=localised({"de": "Mehr Radwege", "en": "More cycle paths"}),
    )
    german = client.get(PAGE, {"q": "Radwege"}).content.decode()
    english = client.get(f"/en{PAGE}", {"q": "Radwege"}).content.decode()
    arabic = client.get(f"/ar{PAGE}", {"q": "cycle"}).content.decode()

    assert '"><mark>Radwege</mark></a>' in german and "<p>Mehr <mark>Radwege</mark></p>" in german
    assert '" lang="de" dir="ltr"><mark>Radwege</mark></a>' in english
    assert '<p lang="de" dir="ltr">Mehr <mark>Radwege</mark></p>' in english
    assert ">مسارات الدراجات</a>" in arabic
    assert '<p lang="en" dir="ltr">More <mark>cycle</mark> paths</p>' in arabic


def test_a_hit_in_minutes_leaves_the_direction_to_the_text(
    client: Client, people: cast.Cast, item: AgendaItem
) -> None:
    publish(item.workshop, people)
    assert 'dir="auto"><mark>Verkehr</mark></a>' in client.get(PAGE, {"q": "verkehr"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_proposals_and_goals_cost_the_same_for_one_and_three(
    client: Client,
    people: cast.Cast,
    item: AgendaItem,
    count: int,
    django_assert_num_queries: Any,
) -> None:
    publish(item.workshop, people)
    for number in range(count):
        guideline = builders.a_guideline(people.fields[0], text=localised(f"Nachtbusse {number}"))
        builders.a_goal(guideline, text=localised("Nachtbusse"))
        if number:
            builders.a_proposal(item, title=f"Nachtbus {number}")
    with django_assert_num_queries(10):  # the process; titles of six kinds; the rows of three
        client.get(PAGE, {"q": "Nachtbus"})


def test_what_was_there_before_the_columns_is_found_after_the_migration(
    people: cast.Cast, item: AgendaItem
) -> None:
    guideline = builders.a_guideline(people.fields[0], text=localised("Nachtbusse"))
    builders.a_measure(
        builders.a_goal(guideline, text=localised("Nachtbusse")), title=localised("Nachtbusse")
    )
    found = (Workshop, AgendaItem, ProposedMeasure, Measure, Goal, Guideline)
    before = {model: list(model.objects.values_list("pk", "search")) for model in found}
    assert {*Searchable.__subclasses__()} - {*found} == {type(people.fields[0])}
    for model in found:
        model.objects.update(search="")

    module = importlib.import_module("workshops.migrations.0032_search_all_anew")
    module.fill(apps, None)

    assert {model: list(model.objects.values_list("pk", "search")) for model in found} == before
    asked = search.terms("Bus")
    assert [
        search.matching(model.objects.all(), asked).count()
        for model in (ProposedMeasure, Measure, Goal, Guideline)
    ] == [1, 1, 1, 1]
