"""Moderators see their own workshops, and who takes part in them."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import AgendaItem, Minutes, ProposedMeasure, Workshop
from workshops.operations import minutes

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def workshop(people: cast.Cast) -> Workshop:
    """Murat's; it ended an hour ago."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=timezone.now() - 3 * HOUR)
    workshop.moderators.add(people.murat)
    return workshop


@pytest.fixture
def item(workshop: Workshop) -> AgendaItem:
    return builders.an_agenda_item(workshop, title="Ideen sammeln")


@pytest.fixture
def murat(client: Client, people: cast.Cast) -> Client:
    client.force_login(people.murat)
    return client


def page_of(workshop: Workshop, rest: str = "") -> str:
    return f"/moderation/{workshop.pk}/{rest}"


def item_page(item: AgendaItem) -> str:
    return page_of(item.workshop, f"items/{item.pk}/")


# --- whose pages ----------------------------------------------------------------------------------


def test_moderators_see_their_own_workshops_only(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    series = workshop.series
    upcoming = builders.a_workshop(series, number=2)
    upcoming.moderators.add(people.murat)
    draft = builders.a_workshop(series, number=3, status=Workshop.Status.DRAFT)
    draft.moderators.add(people.murat)
    builders.a_workshop(series, number=4)  # somebody else's
    text = murat.get("/moderation/").content.decode()
    assert re.findall(r'<h3><a href="/moderation/(\d+)/">', text) == [str(upcoming.pk), str(workshop.pk)]


@pytest.mark.parametrize(
    "rest",
    ["", "participants/", "agenda/", "items/{item}/", "items/{item}/versions/", "minutes/publish/"],
)
def test_another_moderators_workshop_is_not_found(
    client: Client, people: cast.Cast, item: AgendaItem, rest: str
) -> None:
    address = page_of(item.workshop, rest.format(item=item.pk))
    other = builders.a_moderator(people.process)
    statuses = []
    for user in (None, people.stranger, other, people.murat, people.sabine):
        if user:
            client.force_login(user)
        statuses.append(client.get(address).status_code)
    assert statuses == [302, 403, 404, 200, 200]


def test_an_item_of_another_workshop_is_not_found_under_ones_own(
    murat: Client, workshop: Workshop, people: cast.Cast
) -> None:
    foreign = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[1])))
    proposal = builders.a_proposal(foreign)
    statuses = [
        murat.get(page_of(workshop, f"items/{foreign.pk}/")).status_code,
        murat.post(page_of(workshop, f"agenda/{foreign.pk}/remove/")).status_code,
        murat.get(page_of(workshop, f"proposals/{proposal.pk}/")).status_code,
        murat.post(page_of(workshop, f"proposals/{proposal.pk}/withdraw/")).status_code,
    ]
    assert statuses == [404] * 4
    assert ProposedMeasure.objects.count() == 1


# --- participants ---------------------------------------------------------------------------------


def test_the_list_shows_names_and_needs_but_no_address(murat: Client, workshop: Workshop) -> None:
    # From the day after on nobody sees needs any more.
    now = timezone.now()
    Workshop.objects.filter(pk=workshop.pk).update(starts_at=now, ends_at=now + datetime.timedelta(hours=2))
    process = workshop.process
    builders.a_registration(
        workshop,
        builders.a_participant(process, name="Amina", organisation="Verein", email="amina@secret.example"),
        needs=["interpretation", "captions"],
        interpretation_language="Arabisch",
        needs_note="Untertitel groß",
    )
    builders.a_registration(workshop, builders.a_participant(process, name="Wartende"), status="waiting")
    builders.a_registration(workshop, builders.a_participant(process, name="Weg"), status="cancelled")
    elsewhere = builders.a_workshop(workshop.series, number=2)
    builders.a_registration(elsewhere, builders.a_participant(process, name="Woanders"))
    response = murat.get(page_of(workshop, "participants/"))
    assert "no-store" in response.headers["Cache-Control"]
    text = pages.text(response)
    assert "@" not in text
    assert "secret.example" not in response.content.decode()
    assert [name in text for name in ("Amina", "Verein", "Wartende", "Weg", "Woanders")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert "Dolmetschen (Arabisch), Untertitel" in text
    assert "Untertitel groß" in text


def test_ticks_are_saved_and_ticks_of_others_stay(
    murat: Client, people: cast.Cast, workshop: Workshop
) -> None:
    one, two, three = (builders.a_registration(workshop) for _each in range(3))
    address = page_of(workshop, "participants/")
    murat.post(address, {"came": [one.pk, two.pk]})
    # This page was made before anyone was ticked.
    response = murat.post(address, {"came": [three.pk]}, follow=True)
    assert pages.messages(response) == ["2 Einträge gespeichert.", "1 Eintrag gespeichert."]
    content = response.content.decode()
    assert re.findall(r'name="came" value="(\d+)"[^>]* checked', content) == [
        str(each.pk) for each in (one, two, three)
    ]
    murat.post(address, {"came": [two.pk, three.pk], "was": [one.pk, two.pk, three.pk]})
    assert list(workshop.registrations.filter(has_attended=True)) == [two, three]


def test_ticks_that_are_no_numbers_change_nothing(murat: Client, workshop: Workshop) -> None:
    registration = builders.a_registration(workshop)
    for hostile in ("²", "-1", "1e3", "9" * 40, "x"):
        assert murat.post(page_of(workshop, "participants/"), {"came": [hostile]}).status_code == 302
    registration.refresh_from_db()
    assert not registration.has_attended


# --- query counts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_workshops_costs_the_same_for_many(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    Minutes.objects.create(workshop=workshop)
    for number in range(2, 2 * count):
        ahead = timezone.now() + (1 if number % 2 else -1) * number * 24 * HOUR
        other = builders.a_workshop(workshop.series, number=number, starts_at=ahead)
        other.moderators.add(people.murat)
    with django_assert_num_queries(6):
        murat.get("/moderation/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_workshop_costs_the_same_for_many_items(
    murat: Client,
    people: cast.Cast,
    workshop: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _each in range(count):
        item = builders.an_agenda_item(workshop)
        minutes.save_item(item, text="Text", seen_version=0, by=people.murat)
        for _proposal in range(count):
            builders.a_proposal(item)
        builders.a_registration(workshop)
    with django_assert_num_queries(8):
        murat.get(page_of(workshop))
    # With the removed items, to be put back.
    with django_assert_num_queries(8):
        murat.get(page_of(workshop, "agenda/"))
    with django_assert_num_queries(8):
        murat.get(page_of(workshop, "participants/"))
    with django_assert_num_queries(9):
        murat.get(item_page(item))
    with django_assert_num_queries(8):
        murat.get(item_page(item) + "versions/")
