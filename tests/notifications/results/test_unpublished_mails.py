"""Minutes that were read and not published, and minutes that were taken back: they are asked for anew."""

import datetime

import pytest
import time_machine
from django.test import Client

from notifications.models import Delivery
from tests import builders, pages
from tests.notifications.conftest import Stage
from tests.notifications.results.test_overdue_mails import DAY, SECOND, Deliver, owed, text_to, tick
from workshops.models import ParticipationProcess, User
from workshops.operations import minutes

LEADING = "murat@hechingen.example"
STAFF = "sabine@hechingen.example"


@pytest.fixture
def review_ends_at(stage: Stage, clock: time_machine.Traveller) -> datetime.datetime:
    """Murat submitted the minutes a day after the end, for a review of seven days."""
    workshop = stage.workshop
    workshop.moderators.add(stage.cast.murat)
    User.objects.filter(is_staff=True).exclude(pk=stage.cast.sabine.pk).update(is_active=False)
    builders.an_agenda_item(workshop, text="Gesagt", version=1)
    clock.move_to(workshop.ends_at + DAY)
    found = minutes.submit(workshop, by=stage.cast.murat)
    assert found.review_ends_at is not None
    return found.review_ends_at


def test_their_publication_is_asked_for_after_three_days_and_of_staff_after_ten(
    stage: Stage, review_ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    counts = [
        tick(clock, review_ends_at + wait)
        for wait in (-SECOND, 3 * DAY - SECOND, 3 * DAY, 4 * DAY, 10 * DAY - SECOND)
    ]
    assert (counts, owed()) == ([0, 0, 1, 0, 0], [LEADING])
    mails = delivered()
    text = text_to(LEADING, mails)
    assert mails[0].message["Subject"].startswith("Bitte veröffentlichen: Protokoll zu ")
    assert "Bitte veröffentlichen Sie es: Alle, die dabei waren, warten darauf." in text
    assert f"/moderation/{stage.workshop.pk}/minutes/publish/" in text
    assert [tick(clock, review_ends_at + wait) for wait in (10 * DAY, 11 * DAY)] == [1, 0]
    assert "ist durchgesehen, aber noch nicht veröffentlicht" in text_to(STAFF, delivered())


def test_without_a_review_it_is_asked_for_from_the_submission_on(
    stage: Stage, review_ends_at: datetime.datetime, clock: time_machine.Traveller
) -> None:
    minutes.reopen(stage.workshop, by=stage.cast.sabine)
    submitted = minutes.submit(stage.workshop, by=stage.cast.sabine, review_days=0).submitted_at
    assert submitted is not None
    assert [tick(clock, submitted + 3 * DAY - SECOND), tick(clock, submitted + 3 * DAY)] == [0, 1]


def test_what_was_published_or_cannot_be_is_not_asked_for(
    stage: Stage, review_ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    ParticipationProcess.objects.update(is_public=False)
    assert tick(clock, review_ends_at + 3 * DAY) == 0
    ParticipationProcess.objects.update(is_public=True)
    assert tick(clock, review_ends_at + 3 * DAY) == 1
    minutes.publish(stage.workshop, by=stage.cast.murat)
    overdue = Delivery.objects.filter(kind="minutes_overdue")
    delivered()
    assert list(overdue.values_list("status", "outcome_code")) == [("skipped", "minutes_went_on")]
    assert tick(clock, review_ends_at + 11 * DAY) == 0


def test_minutes_taken_back_are_owed_from_that_moment_and_each_time_anew(
    stage: Stage, review_ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    workshop, sabine = stage.workshop, stage.cast.sabine
    minutes.publish(workshop, by=sabine, early=True)
    back = workshop.ends_at + 20 * DAY
    for number in range(2):
        clock.move_to(back)
        minutes.reopen(workshop, by=sabine)
        assert tick(clock, back) == 0, "nobody had time to do anything"
        assert [tick(clock, back + 3 * DAY - SECOND), tick(clock, back + 3 * DAY)] == [0, 1]
        assert len([each for each in delivered() if each.recipients[0] == LEADING]) == 1, number
        minutes.submit(workshop, by=sabine, review_days=0)
        minutes.publish(workshop, by=sabine)
        back += 5 * DAY
    assert owed() == [LEADING, LEADING]


def test_staff_see_what_is_being_read_and_what_can_be_published(
    stage: Stage, review_ends_at: datetime.datetime, clock: time_machine.Traveller, client: Client
) -> None:
    def told() -> list[str]:
        client.force_login(stage.cast.sabine)
        lines = pages.lines(client.get("/staff/integrationsplan/"))
        return [line for line in lines if "in Durchsicht" in line or "veröffentlicht werden." in line]

    (reading,) = told()
    assert "ist in Durchsicht bis" in reading
    clock.move_to(review_ends_at)
    (ready,) = told()
    assert ready.endswith("kann veröffentlicht werden.")
    assert not ready.startswith("wichtig")
    overdue = pages.lines(client.get("/staff/integrationsplan/minutes/"))
    assert "Überfällig" not in overdue
    clock.move_to(review_ends_at + 3 * DAY)
    (urgent,) = told()
    assert urgent.startswith("wichtig")
    assert "Überfällig" in pages.lines(client.get("/staff/integrationsplan/minutes/"))
