"""Proposed measures: captured in the minutes, put in other words, withdrawn."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests import builders, cast
from workshops.errors import Refusal
from workshops.models import AgendaItem, Minutes, ProposedMeasure, User
from workshops.operations import proposals

pytestmark = pytest.mark.django_db

NOW = timezone.now()

Status = ProposedMeasure.Status


@pytest.fixture
def sabine(people: cast.Cast) -> User:
    return people.sabine


@pytest.fixture
def item(people: cast.Cast) -> AgendaItem:
    past = timezone.now() - datetime.timedelta(hours=3)
    workshop = builders.a_workshop(builders.a_series(people.fields[0]), starts_at=past)
    return builders.an_agenda_item(workshop)


@pytest.fixture
def proposal(item: AgendaItem) -> ProposedMeasure:
    return builders.a_proposal(item, title="Kurse am Abend", description="Mit Kinderbetreuung")


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as excinfo:
        action()
    assert excinfo.value.sentence
    return excinfo.value.code


def test_a_proposal_is_captured_with_its_origin(item: AgendaItem, people: cast.Cast) -> None:
    made = proposals.propose(
        item, title=" Kurse \n am Abend", description="Zeile\r\n zwei ", by=people.murat, now=NOW
    )
    kept = ProposedMeasure.objects.get()
    assert (kept, kept.item, kept.title, kept.description, kept.created_by, kept.created_at, kept.status) == (
        made,
        item,
        "Kurse am Abend",
        "Zeile\n zwei",
        people.murat,
        NOW,
        Status.PROPOSED,
    )


def test_capturing_the_same_twice_is_once(item: AgendaItem, sabine: User) -> None:
    made = [proposals.propose(item, title="Kurse", description=text, by=sabine) for text in ("", "", "mehr")]
    assert made[0] == made[1] != made[2]
    assert ProposedMeasure.objects.count() == 2


def test_nothing_is_captured_without_title_or_after_publication(
    item: AgendaItem, proposal: ProposedMeasure, sabine: User
) -> None:
    assert code_of(lambda: proposals.propose(item, title=" ", by=sabine)) == "no_title"
    Minutes.objects.create(
        workshop=item.workshop, status=Minutes.Status.PUBLISHED, published_at=NOW, published_by=sabine
    )
    actions: list[Callable[[], object]] = [
        lambda: proposals.propose(item, title="Neu", by=sabine),
        lambda: _change(proposal, title="Anders", by=sabine),
        lambda: proposals.withdraw(proposal, by=sabine),
    ]
    assert [code_of(action) for action in actions] == ["minutes_published"] * 3
    assert list(ProposedMeasure.objects.values_list("title", flat=True)) == ["Kurse am Abend"]


def _change(proposal: ProposedMeasure, **fields: Any) -> None:
    fields.setdefault("title", proposal.title)
    fields.setdefault("description", proposal.description)
    fields.setdefault("seen_title", proposal.title)
    fields.setdefault("seen_description", proposal.description)
    proposals.change(proposal, **fields)


def test_a_proposal_changes_its_words_while_undecided(proposal: ProposedMeasure, sabine: User) -> None:
    _change(proposal, title="Kurse am Morgen", by=sabine)
    proposal.refresh_from_db()
    assert (proposal.title, proposal.description) == ("Kurse am Morgen", "Mit Kinderbetreuung")
    proposals.decline(proposal, reason="Gibt es schon.", by=sabine)
    assert code_of(lambda: _change(proposal, title="Anders", by=sabine)) == "already_decided"
    assert code_of(lambda: proposals.withdraw(proposal, by=sabine)) == "already_decided"


def test_a_change_over_words_that_one_has_not_seen_is_refused_with_both(
    proposal: ProposedMeasure, sabine: User
) -> None:
    _change(proposal, description="Mit Betreuung und Tee", by=sabine)
    with pytest.raises(Refusal) as excinfo:
        _change(proposal, title="Anders", seen_description="Mit Kinderbetreuung", by=sabine)
    assert (excinfo.value.code, excinfo.value.details) == (
        "edited_meanwhile",
        {"title": "Kurse am Abend", "description": "Mit Betreuung und Tee"},
    )


def test_a_proposal_is_withdrawn_unless_another_went_into_it(
    item: AgendaItem, proposal: ProposedMeasure, sabine: User
) -> None:
    other = builders.a_proposal(item)
    proposals.merge(other, into=proposal, by=sabine)
    assert code_of(lambda: proposals.withdraw(proposal, by=sabine)) == "others_went_into_it"
    lone = builders.a_proposal(item)
    same = ProposedMeasure.objects.select_related("item__workshop").get(pk=lone.pk)
    proposals.withdraw(lone, by=sabine)
    assert code_of(lambda: proposals.withdraw(same, by=sabine)) == "withdrawn"
    assert set(ProposedMeasure.objects.all()) == {proposal, other}
