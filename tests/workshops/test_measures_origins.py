"""Where a measure came from, as the public and staff read it."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import Measure, Minutes, ProposedMeasure, SurveyComment, SurveyImport, Workshop
from workshops.operations import proposals

pytestmark = pytest.mark.django_db

PUBLIC = "/integrationsplan/measures/"
STAFF = "/staff/integrationsplan/measures/"


def a_workshop(people: cast.Cast, number: int, *, published: bool = False) -> Workshop:
    series = people.fields[0].series if hasattr(people.fields[0], "series") else None
    workshop = builders.a_workshop(series or builders.a_series(people.fields[0]), number=number)
    if published:
        Minutes.objects.create(
            workshop=workshop,
            status=Minutes.Status.PUBLISHED,
            published_at=timezone.now(),
            published_by=people.sabine,
        )
    return workshop


def a_comment(people: cast.Cast, text: str) -> SurveyComment:
    taken, _created = SurveyImport.objects.get_or_create(
        survey=people.process.survey,
        digest="0" * 64,
        defaults={"source": "limesurvey", "answer_count": 1, "imported_at": timezone.now()},
    )
    return SurveyComment.objects.create(
        survey=people.process.survey, survey_import=taken, field=people.fields[0], text=text
    )


def adopted(people: cast.Cast, proposal: ProposedMeasure) -> Measure:
    goal = builders.a_goal(builders.a_guideline(people.fields[0]))
    return proposals.adopt(proposal, goal=goal, by=people.sabine)


def test_a_measure_leads_to_published_minutes_only_and_counts_the_survey_comments(
    people: cast.Cast,
) -> None:
    proposal = builders.a_proposal(builders.an_agenda_item(a_workshop(people, 1, published=True)))
    merged = builders.a_proposal(builders.an_agenda_item(a_workshop(people, 2)))
    one, other = a_comment(people, "Frau Ohlsen von nebenan"), a_comment(people, "Abends im Turmweg")
    proposal.survey_comments.add(one)
    # What both take up counts once.
    merged.survey_comments.add(one, other)
    adopted(people, proposal)
    proposals.merge(merged, into=proposal, by=people.sabine)
    field = people.fields[0].slug
    for address in (PUBLIC, f"/integrationsplan/{field}/"):
        shown = Client().get(address)
        content, text = shown.content.decode(), pages.text(shown)
        assert (text.count("aus dem 1. Workshop"), text.count("aus dem 2. Workshop")) == (1, 1)
        assert f'href="/integrationsplan/{field}/1/minutes/"' in content
        assert f'href="/integrationsplan/{field}/2/minutes/"' not in content
        assert "greift 2 Kommentare aus der Umfrage auf" in text
        assert "Ohlsen" not in content
        assert "Turmweg" not in content


def test_a_measure_without_survey_comments_says_nothing_of_them(people: cast.Cast) -> None:
    adopted(people, builders.a_proposal(builders.an_agenda_item(a_workshop(people, 1))))
    assert "aus der Umfrage auf" not in pages.text(Client().get(PUBLIC))


def test_the_list_of_staff_shows_what_went_into_a_proposal(client: Client, people: cast.Cast) -> None:
    client.force_login(people.sabine)
    item = builders.an_agenda_item(a_workshop(people, 1), title="Ideen")
    proposal = builders.a_proposal(item, title="Kurse am Abend", item_version=3)
    other = builders.a_proposal(builders.an_agenda_item(a_workshop(people, 2)), title="Abendkurse")
    proposals.merge(other, into=proposal, by=people.sabine)
    shown = client.get(STAFF)
    assert f"darin aufgegangen: Abendkurse ({other.item.workshop})" in pages.text(shown)
    assert f'<a href="{STAFF}{other.pk}/"><bdi dir="auto">Abendkurse</bdi></a>' in shown.content.decode()
    # Its own page leads to the very version of the minutes under which it was captured.
    version = f"/moderation/{item.workshop_id}/items/{item.pk}/versions/?old=3&amp;new=3#compared"
    assert f'href="{version}"' in client.get(f"{STAFF}{proposal.pk}/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_public_page_costs_the_same_for_many_origins(
    people: cast.Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, 1 + count):
        proposal = builders.a_proposal(
            builders.an_agenda_item(a_workshop(people, 2 * number, published=True))
        )
        other = builders.a_proposal(builders.an_agenda_item(a_workshop(people, 2 * number + 1)))
        for each in (proposal, other):
            each.survey_comments.add(a_comment(people, "Abends"))
        adopted(people, proposal)
        proposals.merge(other, into=proposal, by=people.sabine)
    # The process, its fields; guidelines, goals, measures, their proposals, those merged into them, and of
    # both the survey comments.
    with django_assert_num_queries(9):
        Client().get(PUBLIC)
