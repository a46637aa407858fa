"""Decisions that were told and are undone; and what a merging comes to."""

from collections.abc import Callable

import time_machine

from notifications.models import Kind
from tests import builders
from tests.notifications.conftest import Stage
from tests.notifications.results.test_decision_mails import at, decide, item, tick, told
from tests.notifications.results.test_review_mails import fates, text_of
from tests.smtp_sink import Received
from workshops.models import AgendaItem, ProposedMeasure
from workshops.operations import decisions, proposals

__all__ = ["item"]

Deliver = Callable[[], list[Received]]


def again(proposal: ProposedMeasure) -> ProposedMeasure:
    return ProposedMeasure.objects.get(pk=proposal.pk)


def test_a_told_decision_that_is_undone_is_told_once_with_its_day(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    proposal = decide(item, "Bus", at(2, 9))
    tick(clock, at(2, 18))
    assert [told(mail) for mail in delivered()] == [["Bus"]]

    decisions.reopen(again(proposal), by=stage.cast.sabine, now=at(3, 10))
    assert [tick(clock, at(3, 16)), tick(clock, at(3, 18))] == [0, 1]
    (mail,) = delivered()
    text = text_of(mail)
    assert "diese Entscheidungen, von denen wir Ihnen geschrieben haben, gelten nicht mehr:" in text
    assert "Bus: „abgelehnt“ vom Donnerstag, 2. Juli 2020" in text
    assert "ist entschieden:" not in text
    assert tick(clock, at(4, 18)) == 0


def test_decided_otherwise_both_stand_in_one_mail(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    proposal = decide(item, "Bus", at(2, 9))
    tick(clock, at(2, 18))
    delivered()
    decisions.reopen(again(proposal), by=stage.cast.sabine, now=at(3, 10))
    goal = builders.a_goal(builders.a_guideline(stage.workshop.series.field))
    proposals.adopt(again(proposal), goal=goal, by=stage.cast.sabine, now=at(3, 11))
    tick(clock, at(3, 18))
    (mail,) = delivered()
    text = text_of(mail)
    assert text.index("Bus: angenommen") < text.index("Diese Entscheidungen, von denen wir")
    assert text.index("Diese Entscheidungen, von denen wir") < text.index("Bus: „abgelehnt“ vom")


def test_what_was_never_told_is_not_taken_back(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    first, second = decide(item, "Bus", at(2, 9)), decide(item, "Bahn", at(2, 10))
    tick(clock, at(2, 18))
    # Undone between the mail's hour and the moment when it is sent.
    decisions.reopen(first, by=stage.cast.sabine, now=at(2, 18))
    clock.move_to(at(2, 18, 30))
    assert [told(mail) for mail in delivered()] == [["Bahn"]]
    tick(clock, at(3, 18))
    assert delivered() == []
    assert fates(Kind.PROPOSALS_DECIDED)[1:] in ([], [("hans@example.org", "skipped", "nothing_to_tell")])

    decisions.reopen(again(second), by=stage.cast.sabine, now=at(4, 10))
    tick(clock, at(4, 18))
    (mail,) = delivered()
    assert ("Bahn: „abgelehnt“" in text_of(mail), "Bus" in text_of(mail)) == (True, False)


def test_whoever_s_proposal_went_into_an_adopted_one_reads_the_measure(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    elsewhere = builders.an_agenda_item(builders.a_workshop(stage.workshop.series))
    goal = builders.a_goal(builders.a_guideline(stage.workshop.series.field))
    into, theirs = builders.a_proposal(elsewhere, title="Nachtbus"), builders.a_proposal(item, title="Bus")
    proposals.adopt(into, goal=goal, by=stage.cast.sabine, now=at(2, 10))
    tick(clock, at(2, 18))
    assert delivered() == []

    proposals.merge(theirs, into=into, by=stage.cast.sabine, now=at(4, 10))
    tick(clock, at(4, 18))
    (mail,) = delivered()
    text = text_of(mail)
    assert ("Bus: zusammengeführt" in text, "Im Plan steht er als: Nachtbus" in text) == (True, True)
