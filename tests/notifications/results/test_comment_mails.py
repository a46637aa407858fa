"""Whoever leads a workshop hears of comments: once a day, and not if all are answered by then."""

import datetime
from typing import Any

import pytest
import time_machine

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.notifications.results.about import came, in_review
from tests.notifications.results.test_overdue_mails import DAY, Deliver, text_to
from workshops.models import MinutesComment, Registration, User
from workshops.operations import attendance, contributions, minutes, priorities
from workshops.operations.contributions import Said

LEADING = "murat@hechingen.example"


@pytest.fixture
def hans(stage: Stage) -> Registration:
    stage.workshop.moderators.add(stage.cast.murat)
    User.objects.filter(is_staff=True).exclude(pk=stage.cast.sabine.pk).update(is_active=False)
    in_review(stage, days=14)
    return came(stage, stage.registered(stage.cast.hans))


def say(stage: Stage, registration: Registration, text: str) -> MinutesComment:
    item = stage.workshop.agenda.first() or builders.an_agenda_item(stage.workshop, text="Ja", version=1)
    (comment,) = contributions.comment(registration, said=[Said(item.pk, 1, text)])
    return comment


def at(clock: time_machine.Traveller, stage: Stage, hour: int, *, days: int = 0) -> datetime.datetime:
    local = NOW.astimezone(stage.cast.process.zone) + days * DAY
    moment = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    clock.move_to(moment)
    return moment


def owed() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.filter(kind=Kind.MINUTES_COMMENTED).select_related("user").order_by("pk")
    return [(row.user.email, row.status, row.outcome_code) for row in rows if row.user]


def test_comments_of_a_day_are_one_mail_at_five(
    stage: Stage, hans: Registration, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    at(clock, stage, 9, days=1)
    say(stage, hans, "Eins.")
    at(clock, stage, 15, days=1)
    say(stage, hans, "Zwei.")
    assert delivered() == []
    at(clock, stage, 17, days=1)
    mails = delivered()
    text = text_to(LEADING, mails)
    assert "zum Protokoll dieses Workshops sind 2 Rückmeldungen offen." in text
    assert f"/moderation/{stage.workshop.pk}/comments/" in text
    assert "Eins" not in text
    at(clock, stage, 18, days=1)
    say(stage, hans, "Drei.")
    assert delivered() == []
    at(clock, stage, 17, days=2)
    assert len(delivered()) == 1
    assert owed() == [(LEADING, "sent", "dot_2xx")] * 2


def test_what_is_answered_by_then_is_not_told(
    stage: Stage, hans: Registration, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    at(clock, stage, 9, days=1)
    contributions.answer(say(stage, hans, "Eins."), text="Danke.", by=stage.cast.murat)
    at(clock, stage, 17, days=1)
    delivered()
    assert owed() == [(LEADING, "skipped", "nothing_to_tell")]


def test_who_no_longer_leads_it_is_not_told_and_where_nobody_does_staff_are(
    stage: Stage, hans: Registration, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    at(clock, stage, 9, days=1)
    say(stage, hans, "Eins.")
    stage.workshop.moderators.clear()
    say(stage, hans, "Zwei.")
    at(clock, stage, 17, days=1)
    delivered()
    assert owed() == [
        (LEADING, "skipped", "not_a_moderator"),
        ("sabine@hechingen.example", "sent", "dot_2xx"),
    ]


@pytest.mark.parametrize("kind", [Kind.MINUTES_IN_REVIEW, Kind.PRIORITIES_OPEN])
def test_who_is_unticked_and_ticked_again_gets_the_mail_after_all(
    kind: Kind, stage: Stage, hans: Registration, delivered: Deliver, clock: Any
) -> None:
    """The first row was skipped meanwhile, and its key is taken."""
    workshop, murat = stage.workshop, stage.cast.murat
    clock.move_to(workshop.ends_at + DAY)
    if kind == Kind.MINUTES_IN_REVIEW:
        builders.an_agenda_item(workshop, text="Gesagt", version=1)
        minutes.reopen(workshop, by=murat)
        minutes.submit(workshop, by=murat)
    else:
        item = builders.an_agenda_item(workshop)
        builders.a_proposal(item)
        builders.a_proposal(item)
        priorities.open_(workshop, by=murat, points_each=5)

    def rows() -> list[tuple[str, str]]:
        return list(Delivery.objects.filter(kind=kind).values_list("status", "outcome_code"))

    attendance.mark(workshop, came=[], did_not_come=[hans.pk], by=murat)
    delivered()
    assert rows() == [("skipped", "registration_changed")]
    attendance.mark(workshop, came=[hans.pk], did_not_come=[], by=murat)
    assert [mail.recipients[0] for mail in delivered()] == ["hans@example.org"]
    assert rows() == [("sent", "dot_2xx")]
