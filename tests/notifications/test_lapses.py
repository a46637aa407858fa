"""Holds that lapse: a person hears once a day, of all in one mail, and counted as a stranger's wish."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.models import Registration, Workshop
from workshops.operations import holds, mail_limits, registrations
from workshops.operations.registrations import Needs, Person

Deliver = Callable[[], list[Received]]
HOUR = datetime.timedelta(hours=1)
DAY = 24 * HOUR


def workshops_of(stage: Stage, count: int) -> list[Workshop]:
    """At times of their own, so that all may be chosen at once."""
    days = [stage.workshop.starts_at + number * DAY for number in range(1, count)]
    return [stage.workshop] + [builders.a_workshop(stage.workshop.series, starts_at=day) for day in days]


def fill_in(stage: Stage, chosen: list[Workshop]) -> None:
    """A stranger sends the form with Hans's address."""
    typed = {"workshops": [each.pk for each in chosen], "name": "X", "email": stage.cast.hans.email}
    path = f"/{stage.cast.process.slug}/register/"
    answer = Client().post(path, {**typed, "language": "de", "privacy": "on"})
    assert answer.status_code == 302


def kinds(stage: Stage) -> list[str]:
    return list(stage.cast.hans.deliveries.order_by("pk").values_list("kind", flat=True))


def test_a_stranger_who_registers_someone_for_twenty_workshops_makes_one_mail_of_their_lapse(
    stage: Stage, clock: Any
) -> None:
    chosen = workshops_of(stage, 20)
    fill_in(stage, chosen)

    # As if the sweep came by for each.
    for _workshop in chosen:
        holds.lapse_overdue(now=NOW + DAY)

    assert Registration.objects.filter(status="lapsed").count() == 20
    assert kinds(stage) == [Kind.PLEASE_CONFIRM, Kind.REGISTRATION_LAPSED]


def test_whatever_a_stranger_sends_lapses_count_among_the_ten_mails_a_day(stage: Stage, clock: Any) -> None:
    """Ten days of a form an hour, for 3 workshops, whose holds the sweep ends every time."""
    chosen = workshops_of(stage, 3)
    sent = []
    for _hour in range(10 * 24):
        before = Delivery.objects.count()
        for _form in range(3):
            fill_in(stage, chosen)
        holds.lapse_overdue()
        sent.append(Delivery.objects.count() - before)
        clock.shift(HOUR)

    assert max(sent) <= mail_limits.MAILS_PER_HOUR
    days = [sum(sent[hour : hour + 24]) for hour in range(0, len(sent), 24)]
    assert max(days) <= mail_limits.MAILS_PER_DAY
    # Control: holds lapsed, and of some of them was told.
    assert Kind.REGISTRATION_LAPSED in kinds(stage)


def test_beyond_the_limit_nobody_is_told_of_a_lapse(stage: Stage, clock: Any) -> None:
    fill_in(stage, [stage.workshop])
    clock.shift(DAY)
    for _number in range(mail_limits.MAILS_PER_HOUR):
        mail_limits.may_write_to(stage.cast.hans.email)

    holds.lapse_overdue()

    assert Registration.objects.get().status == "lapsed"
    assert kinds(stage) == [Kind.PLEASE_CONFIRM]


def test_without_a_broker_there_is_still_one_a_day(stage: Stage, clock: Any, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    for _hour in range(3):
        stage.registered(stage.cast.hans, "pending", held_until=NOW)
        holds.lapse_overdue()
        clock.shift(HOUR)

    assert kinds(stage) == [Kind.REGISTRATION_LAPSED]


def test_who_registered_and_forgot_to_confirm_hears_it_once_with_all_workshops(
    stage: Stage, delivered: Deliver, clock: Any
) -> None:
    chosen = workshops_of(stage, 3)
    registrations.register(
        stage.cast.process,
        person=Person(email=stage.cast.hans.email, name="Hans"),
        workshop_ids=[each.pk for each in chosen],
        needs=Needs(),
    )
    delivered()
    clock.shift(DAY)
    holds.lapse_overdue()
    # Not before the sweep has been to all of them.
    assert delivered() == []
    clock.shift(HOUR)

    (mail,) = delivered()

    assert mail.message["Subject"] == "Anmeldungen verfallen"
    body = mail.message.get_body(("plain",))
    assert body is not None
    told = [line for line in body.get_content().splitlines() if "Zeit in Hechingen" in line]
    assert [line.partition(",")[0] for line in told] == ["Dienstag", "Mittwoch", "Donnerstag"]
    assert "Ihre Anmeldungen wurden nicht rechtzeitig bestätigt." in body.get_content()
    assert delivered() == []


def test_what_was_registered_for_again_is_left_out(stage: Stage, delivered: Deliver, clock: Any) -> None:
    first, second = workshops_of(stage, 2)
    for workshop in (first, second):
        builders.a_registration(workshop, stage.cast.hans, status="pending", held_until=NOW)
    holds.lapse_overdue()
    registrations.add(stage.cast.hans, workshop_ids=[first.pk], needs=Needs())
    clock.shift(HOUR)

    mails = [str(mail.message["Subject"]) for mail in delivered()]

    assert f"Anmeldung verfallen: {second}" in mails
    assert len(mails) == 2  # and the confirmation


@pytest.mark.parametrize("hours", [0, 12])
def test_a_day_is_the_towns(stage: Stage, clock: Any, hours: int) -> None:
    """Noon and midnight in Berlin: the second is another day."""
    registrations_at = [NOW, NOW + hours * HOUR]
    for moment in registrations_at:
        clock.move_to(moment, tick=False)
        stage.registered(stage.cast.hans, "pending", held_until=moment)
        holds.lapse_overdue()

    assert len(kinds(stage)) == (2 if hours else 1)
