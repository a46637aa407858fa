"""Published minutes say what became of each proposal, and of which one only if the public may read it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import AgendaItem, Document, Minutes, ProposedMeasure, Workshop, localised
from workshops.operations import document_making, documents, proposals

pytestmark = pytest.mark.django_db


def an_evening(people: cast.Cast, field: int, *, published: bool) -> AgendaItem:
    starts_at = timezone.now() - datetime.timedelta(days=3)
    workshop = builders.a_workshop(
        builders.a_series(people.fields[field]),
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(hours=2),
    )
    if published:
        Minutes.objects.create(
            workshop=workshop,
            status=Minutes.Status.PUBLISHED,
            published_at=timezone.now(),
            published_by=people.sabine,
        )
    return builders.an_agenda_item(workshop)


def page_of(workshop: Workshop) -> str:
    return f"/integrationsplan/{workshop.field.slug}/{workshop.number}/minutes/"


def merged(people: cast.Cast, item: AgendaItem, root: ProposedMeasure) -> None:
    proposals.merge(builders.a_proposal(item, title="Alpha"), into=root, by=people.sabine)


@pytest.mark.parametrize("published", [True, False])
def test_a_merged_proposal_leads_to_the_measure_and_to_public_minutes_only(
    people: cast.Cast, *, published: bool
) -> None:
    here, there = an_evening(people, 0, published=True), an_evening(people, 1, published=published)
    root = builders.a_proposal(there, title="Beta")
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    measure = proposals.adopt(root, goal=goal, title=localised("Gamma"), by=people.sabine)
    merged(people, here, root)

    shown = Client().get(page_of(here.workshop))
    text = pages.text(shown)
    assert "Steht im Plan als: Gamma" in text
    assert f'href="/integrationsplan/measures/#measure-{measure.pk}"' in shown.content.decode()
    assert ("Aufgegangen in: Beta" in text, "Beta" in text) == (published, published)

    wish = documents.Wish(Document.Variant.MINUTES, Document.Format.HTML, "de", workshop=here.workshop)
    document = documents.request(people.process, wish=wish, by=people.sabine)
    with translation.override("de"):
        paper = document_making.make(document, lambda percent: None).decode()
    assert ("Steht im Plan als" in paper, "Gamma" in paper, "Beta" in paper) == (True, True, published)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_many(
    people: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    here, there = an_evening(people, 0, published=True), an_evening(people, 1, published=True)
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    for _each in range(count):
        root = builders.a_proposal(there)
        proposals.adopt(root, goal=goal, by=people.sabine)
        merged(people, here, root)
    client = Client()
    with django_assert_num_queries(6):
        client.get(page_of(here.workshop))
