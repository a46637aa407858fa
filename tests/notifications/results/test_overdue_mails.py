"""Minutes that nobody submitted, or published: whoever led it is reminded, then staff are told; each once."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from notifications import results_clock
from notifications.models import Delivery
from tests import builders, pages
from tests.notifications.conftest import Stage
from tests.smtp_sink import Received
from workshops.models import Minutes, User
from workshops.operations import minutes

Deliver = Callable[[], list[Received]]
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def ends_at(stage: Stage) -> datetime.datetime:
    """Of the workshop, which Murat and another led."""
    stage.workshop.moderators.add(
        stage.cast.murat, builders.a_moderator(stage.cast.process, email="m2@x.example")
    )
    User.objects.filter(is_staff=True).exclude(pk=stage.cast.sabine.pk).update(is_active=False)
    return stage.workshop.ends_at


def tick(clock: time_machine.Traveller, when: datetime.datetime) -> int:
    clock.move_to(when)
    return results_clock.remind_of_minutes(now=when)


def owed() -> list[str]:
    rows = Delivery.objects.filter(kind="minutes_overdue").select_related("user").order_by("pk")
    return [row.user.email for row in rows if row.user]


def test_moderators_are_reminded_after_three_days_and_staff_told_after_ten(
    stage: Stage, ends_at: datetime.datetime, clock: time_machine.Traveller
) -> None:
    leading = ["murat@hechingen.example", "m2@x.example"]
    counts = [
        tick(clock, when)
        for when in (
            ends_at + 3 * DAY - SECOND,
            ends_at + 3 * DAY,
            ends_at + 4 * DAY,
            ends_at + 10 * DAY - SECOND,
        )
    ]
    assert (counts, sorted(owed())) == ([0, 2, 0, 0], sorted(leading))
    assert [tick(clock, ends_at + 10 * DAY), tick(clock, ends_at + 11 * DAY)] == [1, 0]
    assert owed()[-1] == "sabine@hechingen.example"


@pytest.mark.parametrize(("status", "count"), [(None, 2), ("draft", 2), ("in_review", 0), ("published", 0)])
def test_only_minutes_that_nobody_submitted_are_overdue(
    stage: Stage,
    ends_at: datetime.datetime,
    clock: time_machine.Traveller,
    status: str | None,
    count: int,
    client: Client,
) -> None:
    moments: dict[str | None, dict[str, Any]] = {
        "in_review": {"submitted_at": ends_at, "review_ends_at": ends_at + 2 * DAY},
        "published": {"published_at": ends_at, "published_by": stage.cast.sabine},
    }
    if status is not None:
        Minutes.objects.create(workshop=stage.workshop, status=status, **moments.get(status, {}))
    assert tick(clock, ends_at + 3 * DAY) == count
    # The same truth on staff's page.
    client.force_login(stage.cast.sabine)
    shown = pages.text(client.get("/staff/integrationsplan/"))
    assert ("fehlt noch." in shown) == bool(count)


def test_a_cancelled_workshop_or_one_of_long_ago_owes_nothing(
    stage: Stage, ends_at: datetime.datetime, clock: time_machine.Traveller
) -> None:
    assert tick(clock, ends_at + 31 * DAY) == 0
    stage.workshop.status = "cancelled"
    stage.workshop.cancelled_at, stage.workshop.cancelled_by = ends_at, stage.cast.sabine
    stage.workshop.cancellation_reason = "krank"
    stage.workshop.save()
    assert tick(clock, ends_at + 4 * DAY) == 0


def test_what_was_submitted_before_the_mail_went_is_not_asked_for(
    stage: Stage, ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    builders.an_agenda_item(stage.workshop, text="Gesagt", version=1)
    tick(clock, ends_at + 3 * DAY)
    minutes.submit(stage.workshop, by=stage.cast.murat)
    assert delivered() == []
    assert set(Delivery.objects.values_list("status", "outcome_code")) == {("skipped", "minutes_submitted")}


def test_who_no_longer_leads_it_is_not_reminded(
    stage: Stage, ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver
) -> None:
    tick(clock, ends_at + 3 * DAY)
    stage.workshop.moderators.remove(stage.cast.murat)
    assert [mail.recipients[0] for mail in delivered()] == ["m2@x.example"]


@pytest.mark.parametrize("is_led", [True, False])
def test_staff_read_whether_there_is_a_moderator_who_was_reminded(
    stage: Stage, ends_at: datetime.datetime, clock: time_machine.Traveller, delivered: Deliver, is_led: bool
) -> None:
    if not is_led:
        stage.workshop.moderators.clear()
    tick(clock, ends_at + 10 * DAY)
    text = text_to("sabine@hechingen.example", delivered())
    assert ("Die Moderation ist erinnert." in text) == is_led
    nobody = "Es ist niemand zur Moderation eingeteilt, den wir erinnern könnten."
    assert (nobody in text) == (not is_led)


def text_to(address: str, mails: list[Received]) -> str:
    (mail,) = [mail for mail in mails if mail.recipients[0] == address]
    text: str = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return " ".join(text.split())
