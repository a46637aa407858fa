"""What was saved under an item: found again by sitting, compared, taken up again."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import builders, cast, pages
from workshops.models import AgendaItem, AgendaItemVersion
from workshops.operations import minutes

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    begun = timezone.now() - datetime.timedelta(hours=2)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=begun)
    workshop.moderators.add(people.murat)
    return builders.an_agenda_item(workshop)


@pytest.fixture
def murat(people: cast.Cast, client: Client) -> Client:
    client.force_login(people.murat)
    return client


def address(item: AgendaItem, rest: str = "") -> str:
    return f"/moderation/{item.workshop_id}/items/{item.pk}/versions/{rest}"


def write(item: AgendaItem, people: cast.Cast) -> None:
    start = timezone.now() - 60 * MINUTE
    for number, (by, after, text) in enumerate(
        [
            (people.murat, 0, "Viele"),
            (people.murat, 5, "Viele Ideen"),
            (people.murat, 14, "Viele gute Ideen"),
            (people.sabine, 15, "Viele gute Ideen von Amina"),
            (people.murat, 16, "Wenige gute Ideen von Amina"),
            (people.murat, 40, "Wenige Ideen von Amina"),
        ]
    ):
        minutes.save_item(item, text=text, seen_version=number, by=by, now=start + after * MINUTE)


def test_saves_are_grouped_by_author_and_quarter_of_an_hour(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    write(item, people)
    lines = pages.lines(murat.get(address(item)))
    shown = [line for line in lines if line.endswith(("1 Fassung", "3 Fassungen"))]
    # Sabine, who saved in between, doesn't cut what Murat wrote.
    assert [line.split(" · ")[-1] for line in shown] == [
        "Murat Yıldız 1 Fassung",
        "Murat Yıldız 3 Fassungen",
        "Sabine Keller 1 Fassung",
        "Murat Yıldız 1 Fassung",
    ]


def test_a_sitting_is_opened_on_demand_and_only_last_versions_are_offered(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    write(item, people)

    def single(rest: str) -> list[str]:
        return re.findall(r"<p>Fassung (\d+) <span", murat.get(address(item, rest)).content.decode())

    def offered(rest: str) -> list[str]:
        content = murat.get(address(item, rest)).content.decode()
        return re.findall(r'<option value="(\d+)"', content[: content.index('name="new"')])

    assert single("") == []
    assert single("?sitting=5") == single("?sitting=2") == ["5", "3", "2"]
    assert single("?sitting=99") == []
    assert offered("") == ["6", "5", "4", "1"]
    # What is compared at the moment stands there too.
    assert offered("?old=2&new=3") == ["6", "5", "4", "3", "2", "1"]


def test_a_long_evening_makes_no_long_page(
    murat: Client,
    people: cast.Cast,
    item: AgendaItem,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Two people, an hour and a half, a save every three seconds."""
    start = timezone.now() - 90 * MINUTE
    AgendaItemVersion.objects.bulk_create(
        AgendaItemVersion(
            item=item,
            version=number,
            text=f"Text {number}",
            saved_at=start + datetime.timedelta(seconds=3 * number),
            saved_by=(people.murat, people.sabine)[number % 2],
        )
        for number in range(1, 1801)
    )
    AgendaItem.objects.filter(pk=item.pk).update(version=1800)
    for rest in ("", "?sitting=1800", "?sitting=1800&part=3", "?old=900", "?old=900&sitting=900"):
        with django_assert_num_queries(9 if "old" in rest else 8):
            answer = murat.get(address(item, rest))
        assert len(answer.content) < 60_000, rest
    lines = pages.lines(murat.get(address(item)))
    assert len([line for line in lines if re.search(r"\d Fassungen$", line)]) == 12
    # Whoever restores a hundred times gets a second page.
    AgendaItemVersion.objects.filter(version__gt=1).update(restored_from=1)
    page = murat.get(address(item, "?page=2"))
    assert len(page.content) < 60_000
    assert "Seite 2 von 60" in pages.text(page)


def test_two_versions_are_compared_word_by_word(murat: Client, people: cast.Cast, item: AgendaItem) -> None:
    write(item, people)
    minutes.save_item(item, points="<b>Neu</b>", seen_version=6, by=people.murat)
    content = murat.get(address(item, "?old=2&new=7")).content.decode()
    compared = content[content.index('id="compared"') : content.index('id="all"')]
    assert "<del>" in compared
    assert "<ins>" in compared
    assert "&lt;b&gt;" in compared
    words = pages.text(murat.get(address(item, "?old=2&new=7")))
    assert "weggefallen: Viele" in words
    assert "neu: Wenige" in words
    # Nonsense compares nothing.
    assert 'id="compared"' not in murat.get(address(item, "?old=99&new=x")).content.decode()


def test_an_earlier_version_is_taken_up_again_as_a_new_one(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    write(item, people)
    answer = murat.post(address(item, "restore/"), {"version": "2", "seen_version": "6"}, follow=True)
    assert pages.messages(answer) == ["Fassung 2 steht wieder da."]
    item.refresh_from_db()
    last = item.versions.get(version=7)
    assert (item.text, item.version, last.restored_from, last.saved_by) == ("Viele Ideen", 7, 2, people.murat)
    assert item.versions.count() == 7
    assert "Fassung 2 wieder eingesetzt" in pages.text(murat.get(address(item)))
    again = murat.post(address(item, "restore/"), {"version": "2", "seen_version": "7"}, follow=True)
    assert pages.messages(again) == ["Diese Fassung steht schon da."]


def test_a_version_is_not_put_over_what_nobody_has_seen(
    murat: Client, people: cast.Cast, item: AgendaItem
) -> None:
    write(item, people)
    answer = murat.post(address(item, "restore/"), {"version": "2", "seen_version": "5"}, follow=True)
    assert "Inzwischen hat jemand anderes diesen Punkt geändert" in pages.text(answer)
    item.refresh_from_db()
    assert (item.text, item.version) == ("Wenige Ideen von Amina", 6)
    for nonsense in ({}, {"version": "99", "seen_version": "6"}, {"version": "2", "seen_version": "²"}):
        assert murat.post(address(item, "restore/"), nonsense).status_code == 302
    assert item.versions.count() == 6


@pytest.mark.parametrize("count", [1, 30])
def test_many_versions_cost_as_much_as_one(
    murat: Client,
    people: cast.Cast,
    item: AgendaItem,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        minutes.save_item(item, text=f"Text {number}", seen_version=number, by=people.murat)
    with django_assert_num_queries(9):
        murat.get(address(item, "?old=1"))
