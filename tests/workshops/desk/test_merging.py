"""What goes together by itself when two write under one item, and what only they can decide."""

import itertools
from typing import NamedTuple

import pytest

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import AgendaItem
from workshops.operations import minutes
from workshops.operations.merging import Attempt, Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    """With one version of all three parts."""
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    minutes.save_item(item, text="t", points="p", agreements="a", seen_version=0, by=people.sabine)
    return item


class Case(NamedTuple):
    theirs: str  # None: left alone
    mine: str
    kept: str | None  # None: a conflict


TABLE = [
    Case("base", "base", "base"),
    Case("theirs", "base", "theirs"),
    Case("base", "mine", "mine"),
    Case("same", "same", "same"),
    Case("theirs", "mine", None),
    Case("", "base", ""),
    Case("base", "", ""),
    Case("", "mine", None),
    Case("theirs", "", None),
]


@pytest.mark.parametrize(("one", "other"), list(itertools.product(TABLE, repeat=2)))
def test_each_part_is_compared_with_what_its_writer_saw(people: cast.Cast, one: Case, other: Case) -> None:
    item = builders.an_agenda_item(builders.a_workshop(builders.a_series(people.fields[0])))
    minutes.save_item(item, text="base", points="base", seen_version=0, by=people.sabine)
    minutes.save_item(item, text=one.theirs, points=other.theirs, seen_version=1, by=people.sabine)
    before = item.version
    conflicts = [
        Conflict(part, mine=case.mine, theirs=case.theirs)
        for part, case in (("text", one), ("points", other))
        if case.kept is None
    ]
    try:
        minutes.save_item(item, text=one.mine, points=other.mine, seen_version=1, by=people.murat)
    except Refusal as refusal:
        assert (refusal.code, refusal.details["conflicts"]) == ("edited_meanwhile", conflicts)
        item.refresh_from_db()
        assert (item.text, item.points, item.version) == (one.theirs, other.theirs, before)
    else:
        assert conflicts == []
        item.refresh_from_db()
        assert (item.text, item.points) == (one.kept, other.kept)
        assert item.versions.count() == item.version


def test_parts_that_are_left_out_stay(item: AgendaItem, people: cast.Cast) -> None:
    assert minutes.save_item(item, points="p2", seen_version=1, by=people.murat)
    assert (item.text, item.points, item.agreements) == ("t", "p2", "a")
    last = item.versions.get(version=2)
    assert (last.text, last.points, last.agreements, last.saved_by) == ("t", "p2", "a", people.murat)
    assert not minutes.save_item(item, seen_version=2, by=people.murat)


def test_each_part_may_have_been_seen_at_another_version(item: AgendaItem, people: cast.Cast) -> None:
    minutes.save_item(item, text="t2", points="p2", seen_version=1, by=people.sabine)
    with pytest.raises(Refusal) as refused:
        minutes.save_item(
            item, text="t3", points="p3", seen_version={"text": 2, "points": 1}, by=people.murat
        )
    assert [conflict.part for conflict in refused.value.details["conflicts"]] == ["points"]
    assert refused.value.details["texts"] == {"text": "t3", "points": "p2\np3", "agreements": "a"}


def test_an_editor_knows_again_what_it_saved_without_an_answer(item: AgendaItem, people: cast.Cast) -> None:
    first = minutes.save_item(item, text="eins", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 1))
    second = minutes.save_item(
        item, text="eins zwei", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 2)
    )
    assert (first, second, item.text) == (True, True, "eins zwei")
    # Another tab of the same person isn't the same editor.
    with pytest.raises(Refusal) as refused:
        minutes.save_item(item, text="drei", seen_version=1, by=people.murat, attempt=Attempt("tab-2", 1))
    assert refused.value.code == "edited_meanwhile"


def test_someone_elses_change_between_ones_own_is_a_conflict(item: AgendaItem, people: cast.Cast) -> None:
    minutes.save_item(item, text="eins", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 1))
    minutes.save_item(item, text="eins Sabine", seen_version=2, by=people.sabine)
    with pytest.raises(Refusal) as refused:
        minutes.save_item(
            item, text="eins zwei", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 2)
        )
    conflict = Conflict("text", mine="eins zwei", theirs="eins Sabine")
    assert refused.value.details["conflicts"] == [conflict]
    # Nothing typed since one's own save: theirs is simply newer.
    assert not minutes.save_item(
        item, text="eins", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 3)
    )
    assert item.text == "eins Sabine"


def test_what_arrives_after_a_later_attempt_changes_nothing(item: AgendaItem, people: cast.Cast) -> None:
    minutes.save_item(item, text="neu", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 5))
    with pytest.raises(Refusal) as refused:
        minutes.save_item(item, text="alt", seen_version=1, by=people.murat, attempt=Attempt("tab-1", 4))
    assert refused.value.code == "overtaken"
    item.refresh_from_db()
    assert (item.text, item.version) == ("neu", 2)


def test_a_version_that_nobody_knows_is_no_base(item: AgendaItem, people: cast.Cast) -> None:
    with pytest.raises(Refusal):
        minutes.save_item(item, text="anders", seen_version=7, by=people.murat)
    # An item that was written before versions were kept.
    AgendaItem.objects.filter(pk=item.pk).update(version=3)
    item.versions.all().delete()
    assert minutes.save_item(item, text="anders", seen_version=3, by=people.murat)
