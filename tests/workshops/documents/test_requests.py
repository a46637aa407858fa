"""Wishes and what becomes of them: asked for once, claimed once, taken over, given up, forgotten."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import Document
from workshops.operations import attendance, contributions, documents, participants
from workshops.operations.documents import Wish

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 27, 18, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
Variant, Format = Document.Variant, Document.Format
PLAN = Wish(Variant.PLAN, Format.ODT, "de")


def asked(people: cast.Cast, wish: Wish = PLAN, *, at: datetime.datetime = NOW) -> Document:
    return documents.request(people.process, wish=wish, by=people.sabine, now=at)


def made(document: Document, tell: Callable[[int], None]) -> bytes:
    tell(50)
    return b"a file"


def test_the_same_wish_within_a_minute_is_one(people: cast.Cast) -> None:
    first = asked(people)
    again = asked(people, at=NOW + 0.9 * MINUTE)
    other = asked(people, Wish(Variant.PLAN, Format.PDF, "de"), at=NOW)
    arabic = asked(people, Wish(Variant.PLAN, Format.ODT, "ar"), at=NOW)
    later = asked(people, at=NOW + 1.1 * MINUTE)
    assert [each.pk == first.pk for each in (again, other, arabic, later)] == [True, False, False, False]


def test_a_document_that_is_made_is_not_the_same(people: cast.Cast) -> None:
    """Somebody read it, mended a word and asked again."""
    first = asked(people)
    documents.run_waiting(make=made, now=NOW)
    assert asked(people, at=NOW + 0.5 * MINUTE).pk != first.pk


def test_a_wish_that_failed_is_not_the_same(people: cast.Cast) -> None:
    first = asked(people)
    Document.objects.update(problem="failed", finished_at=NOW)
    assert asked(people).pk != first.pk


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(Variant.COUNCIL, Format.CSV, "de"), "not_in_this_format"),
        (Wish(Variant.PLAN, Format.ODT, "xx"), "unknown_language"),
    ],
)
def test_what_cannot_be_made_is_refused(people: cast.Cast, wish: Wish, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(people, wish)
    assert refused.value.code == code
    assert not Document.objects.exists()


def test_what_belongs_to_another_process_is_refused(people: cast.Cast) -> None:
    with pytest.raises(Refusal) as refused:
        asked(people, Wish(Variant.FIELD, Format.ODT, "de", field=builders.a_field()))
    assert refused.value.code == "not_of_this_process"


def test_nobody_fills_the_server_with_wishes(people: cast.Cast) -> None:
    for place in range(documents.MOST_WAITING):
        asked(people, at=NOW + place * 2 * MINUTE)
    with pytest.raises(Refusal) as refused:
        asked(people, at=NOW + 100 * MINUTE)
    assert refused.value.code == "too_many"


def test_a_sweep_makes_what_waits_and_says_how_far_it_is(people: cast.Cast) -> None:
    document = asked(people)
    seen: list[tuple[int, bool]] = []

    def make(claimed: Document, tell: Callable[[int], None]) -> bytes:
        tell(40)
        row = Document.objects.get(pk=document.pk)
        seen.append((row.progress, row.lease_until == NOW + documents.LEASE))
        return b"a file"

    assert documents.run_waiting(make=make, now=NOW) == 1
    document.refresh_from_db()
    assert seen == [(40, True)]
    assert (bytes(document.content or b""), document.problem, document.progress) == (b"a file", "", 100)
    assert (document.lease_until, document.attempts) == (None, 1)
    assert documents.run_waiting(make=make, now=NOW + MINUTE) == 0


def test_a_dead_workers_document_is_taken_over_when_its_lease_has_run_out(people: cast.Cast) -> None:
    document = asked(people)
    dead = documents.claim(document.pk, now=NOW)
    assert documents.claim(document.pk, now=NOW + MINUTE) is None
    late = documents.claim(document.pk, now=NOW + documents.LEASE)
    assert dead is not None
    assert late is not None
    documents.work(late, make=made)
    # The first one wasn't dead after all: it changes nothing any more.
    documents.work(dead, make=lambda _document, _tell: b"another file")
    document.refresh_from_db()
    assert bytes(document.content or b"") == b"a file"


def test_what_kills_each_worker_is_given_up(people: cast.Cast) -> None:
    document = asked(people)
    moments = [NOW + place * documents.LEASE for place in range(4)]
    claims = [documents.claim(document.pk, now=moment) is not None for moment in moments]
    document.refresh_from_db()
    assert claims == [True, True, True, False]
    assert (document.problem, document.finished_at) == ("gave_up", moments[3])


def test_a_failure_says_why_and_the_next_document_is_made(people: cast.Cast) -> None:
    broken, empty, good = (
        asked(people, Wish(Variant.PLAN, kind, "de")) for kind in (Format.ODT, Format.PDF, Format.HTML)
    )

    def make(document: Document, tell: Callable[[int], None]) -> bytes:
        if document.format == Format.ODT:
            raise RuntimeError("a bug")
        if document.format == Format.PDF:
            raise Refusal("nothing_in_it", documents.PROBLEMS["nothing_in_it"])
        return b"a file"

    assert documents.run_waiting(make=make, now=NOW) == 3
    found = {each.pk: each.problem for each in Document.objects.all()}
    assert found == {broken.pk: "failed", empty.pk: "nothing_in_it", good.pk: ""}
    assert {problem for problem in found.values() if problem} <= set(documents.PROBLEMS)


def test_another_try_takes_the_place_of_what_failed(people: cast.Cast) -> None:
    document = asked(people)
    Document.objects.update(problem="failed", finished_at=NOW)
    document.refresh_from_db()
    again = documents.request_again(document, by=people.sabine, now=NOW)
    assert list(Document.objects.values_list("pk", "problem")) == [(again.pk, "")]


def test_a_deleted_document_does_not_come_back_with_its_worker(people: cast.Cast) -> None:
    document = asked(people)
    claimed = documents.claim(document.pk, now=NOW)
    assert claimed is not None
    documents.delete(document, by=people.sabine)
    documents.work(claimed, make=made)
    assert not Document.objects.exists()


def test_documents_are_kept_for_two_weeks(people: cast.Cast) -> None:
    old, young = (asked(people, at=NOW - datetime.timedelta(days=days)) for days in (14, 13))
    assert documents.discard_old(now=NOW) == 1
    assert list(Document.objects.values_list("pk", flat=True)) == [young.pk]
    assert old.pk != young.pk


def test_a_worker_that_is_asked_to_end_leaves_the_rest(people: cast.Cast) -> None:
    asked(people)
    assert documents.run_waiting(make=made, now=NOW, is_stopping=lambda: True) == 0
    assert Document.objects.unfinished().count() == 1


@pytest.fixture
def named(people: cast.Cast) -> Any:
    """Amina came, agreed to be named, and minutes were made as a document."""
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=NOW - 3 * 60 * MINUTE)
    registration = builders.a_registration(
        workshop,
        people.amina,
        has_attended=True,
        attendance_source="ticked",
        named_in_minutes_at=timezone.now(),
    )
    asked(people, Wish(Variant.MINUTES, Format.ODT, "de", workshop=workshop))
    asked(people, Wish(Variant.INVITATION, Format.ODT, "de", workshop=workshop))
    return registration


def test_minutes_that_name_somebody_go_with_that_person(people: cast.Cast, named: Any) -> None:
    participants.erase(people.amina)
    assert list(Document.objects.values_list("variant", flat=True)) == ["invitation"]


def test_minutes_that_name_somebody_go_with_the_consent(people: cast.Cast, named: Any) -> None:
    contributions.agree(named, named=True, outcome=True)
    assert Document.objects.count() == 2
    contributions.agree(named, named=False, outcome=True)
    assert list(Document.objects.values_list("variant", flat=True)) == ["invitation"]


def test_minutes_that_name_somebody_go_when_that_person_is_ticked_off(people: cast.Cast, named: Any) -> None:
    def mark(came: list[int], did_not_come: list[int]) -> list[str]:
        attendance.mark(named.workshop, came=came, did_not_come=did_not_come, by=people.sabine)
        return sorted(Document.objects.values_list("variant", flat=True))

    other = builders.a_registration(named.workshop, has_attended=True, attendance_source="ticked")
    # Nobody who is named: the file stays right.
    assert mark([], [other.pk]) == ["invitation", "minutes"]
    assert mark([named.pk, other.pk], []) == ["invitation", "minutes"]
    assert mark([], [named.pk]) == ["invitation"]
