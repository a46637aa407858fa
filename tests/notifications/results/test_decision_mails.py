"""What became of the proposals, once a day to those who asked: each decision once, none that was undone."""

import datetime
import zoneinfo
from collections.abc import Callable

import pytest
import time_machine

from notifications import results_clock
from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.notifications.results.about import came
from tests.notifications.results.test_review_mails import fates, recipients, text_of
from tests.smtp_sink import Received
from workshops.models import AgendaItem, ProposedMeasure, Registration
from workshops.operations import contributions, decisions, proposals

Deliver = Callable[[], list[Received]]
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """In the town, in July."""
    return datetime.datetime(2020, 7, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def item(stage: Stage) -> AgendaItem:
    """Of a workshop in which Hans was, and wishes to hear from the first of July on."""
    registration = came(stage, stage.registered(stage.cast.hans))
    contributions.agree(registration, named=False, outcome=True, now=at(1, 8))
    return builders.an_agenda_item(stage.workshop)


def decide(item: AgendaItem, title: str, when: datetime.datetime) -> ProposedMeasure:
    """Through the operation: what staff's page calls is what the mail reads."""
    proposal = builders.a_proposal(item, title=title)
    proposals.decline(proposal, reason=f"Weil {title}.", by=builders.a_staff_member(), now=when)
    return proposal


def tick(clock: time_machine.Traveller, when: datetime.datetime) -> int:
    clock.move_to(when)
    return results_clock.tell_decisions(now=when)


def told(mail: Received) -> list[str]:
    return [line.partition(":")[0] for line in text_of(mail).splitlines() if line.endswith(": abgelehnt")]


def test_a_day_s_decisions_come_in_one_mail_in_the_late_afternoon(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    decide(item, "Bus", at(2, 9))
    decide(item, "Bahn", at(2, 16, 59))
    assert [tick(clock, at(2, 12)), tick(clock, at(2, 17, 4))] == [0, 0]
    assert [tick(clock, at(2, 17, 5)), tick(clock, at(2, 17, 10)), tick(clock, at(2, 22))] == [1, 0, 0]
    (mail,) = delivered()
    assert told(mail) == ["Bus", "Bahn"]
    assert "Begründung: Weil Bus." in text_of(mail)


def test_each_decision_is_told_once_and_at_most_one_mail_a_day(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    decide(item, "Bus", at(2, 9))
    tick(clock, at(2, 18))
    delivered()
    # Decided after that day's mail: it waits for the next one.
    decide(item, "Bahn", at(2, 18, 30))
    assert tick(clock, at(2, 19)) == 0
    assert tick(clock, at(3, 16)) == 0
    tick(clock, at(3, 18))
    (mail,) = delivered()
    assert told(mail) == ["Bahn"]
    assert tick(clock, at(4, 18)) == 0


def test_a_day_on_which_nothing_ran_is_made_up_for(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    decide(item, "Bus", at(2, 9))
    decide(item, "Bahn", at(3, 9))
    assert tick(clock, at(4, 17, 30)) == 1
    (mail,) = delivered()
    assert told(mail) == ["Bus", "Bahn"]


def test_what_is_undone_before_the_mail_goes_is_not_told(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    first, second = decide(item, "Bus", at(2, 9)), decide(item, "Bahn", at(2, 10))
    tick(clock, at(2, 18))
    decisions.reopen(first, by=stage.cast.sabine, now=at(2, 18))
    (mail,) = delivered()
    assert told(mail) == ["Bahn"]

    third = decide(item, "Rad", at(3, 9))
    tick(clock, at(3, 18))
    for each in (second, third):
        decisions.reopen(each, by=stage.cast.sabine, now=at(3, 18))
    assert delivered() == []
    assert fates(Kind.PROPOSALS_DECIDED)[1:] == [("hans@example.org", "skipped", "nothing_to_tell")]


def test_only_those_who_asked_hear_and_only_from_then_on(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    amina = came(stage, stage.registered(stage.cast.amina))
    absent = stage.registered(builders.a_participant(stage.cast.process, email="fern@example.org"))
    contributions.agree(absent, named=False, outcome=True, now=at(2, 12))
    decide(item, "Bus", at(2, 9))
    tick(clock, at(2, 18))
    assert recipients(delivered()) == ["hans@example.org"]

    contributions.agree(amina, named=False, outcome=True, now=at(3, 8))
    decide(item, "Bahn", at(3, 9))
    tick(clock, at(3, 18))
    mails = {mail.recipients[0]: text_of(mail) for mail in delivered()}
    assert sorted(mails) == ["amina@example.org", "fern@example.org", "hans@example.org"]
    assert {("Bahn" in text, "Bus" in text) for text in mails.values()} == {(True, False)}


def test_who_takes_the_wish_back_hears_nothing_more(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    decide(item, "Bus", at(2, 9))
    tick(clock, at(2, 18))
    contributions.agree(Registration.objects.get(), named=False, outcome=False)
    assert delivered() == []
    decide(item, "Bahn", at(3, 9))
    assert tick(clock, at(3, 18)) == 0


def test_one_mail_tells_of_all_workshops_of_a_person_and_of_no_other(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    second = builders.a_workshop(stage.workshop.series)
    builders.a_registration(second, stage.cast.hans, wants_outcome_at=NOW)
    for each, title in (
        (item, "Bus"),
        (builders.an_agenda_item(second), "Bahn"),
        (builders.an_agenda_item(builders.a_workshop(stage.workshop.series)), "Flug"),
    ):
        decide(each, title, at(2, 9))
    assert tick(clock, at(2, 18)) == 1
    (mail,) = delivered()
    assert told(mail) == ["Bus", "Bahn"]


def test_what_becomes_of_a_proposal_that_took_up_theirs_is_told(
    stage: Stage, item: AgendaItem, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    elsewhere = builders.an_agenda_item(builders.a_workshop(stage.workshop.series))
    into = builders.a_proposal(elsewhere, title="Nachtbus")
    theirs = builders.a_proposal(item, title="Bus")
    proposals.merge(theirs, into=into, by=stage.cast.sabine, now=at(1, 7))
    proposals.decline(into, reason="Zu teuer.", by=stage.cast.sabine, now=at(2, 10))
    tick(clock, at(2, 18))
    (mail,) = delivered()
    assert told(mail) == ["Nachtbus"]


def test_the_afternoon_is_that_of_the_town(
    stage: Stage, item: AgendaItem, clock: time_machine.Traveller
) -> None:
    stage.cast.process.time_zone = "America/New_York"
    stage.cast.process.save(update_fields=["time_zone"])
    decide(item, "Bus", at(2, 9))
    assert [tick(clock, at(2, 18)), tick(clock, at(2, 23, 5))] == [0, 1]
    assert Delivery.objects.get().planned_at == at(2, 23)
