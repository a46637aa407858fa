"""Who hears that points can be given: those who came, once, and only while it is open."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from notifications.models import Delivery, Kind
from tests import builders
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.models import Participant, PersonalLink, Registration, Workshop
from workshops.operations import attendance, priorities

Deliver = Callable[[], list[Received]]

CAME: dict[str, Any] = {"has_attended": True, "attendance_source": "ticked"}


@pytest.fixture
def evening(stage: Stage) -> Stage:
    """It began half an hour ago; Hans is there, Amina isn't yet; there are two proposals."""
    begun = NOW - datetime.timedelta(minutes=30)
    Workshop.objects.filter(pk=stage.workshop.pk).update(
        starts_at=begun, ends_at=begun + datetime.timedelta(hours=2)
    )
    stage.workshop.refresh_from_db()
    item = builders.an_agenda_item(stage.workshop)
    builders.a_proposal(item)
    builders.a_proposal(item)
    stage.registered(stage.cast.hans, **CAME)
    stage.registered(stage.cast.amina)
    return stage


def open_(evening: Stage, **more: Any) -> None:
    priorities.open_(evening.workshop, by=evening.cast.murat, points_each=5, **more)


def owed() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.filter(kind=Kind.PRIORITIES_OPEN).select_related("participant").order_by("pk")
    return [(row.participant.name, row.channel, row.status) for row in rows if row.participant]


def test_those_who_came_get_their_link_once_however_often_it_is_opened(
    evening: Stage, delivered: Deliver
) -> None:
    open_(evening)
    (mail,) = delivered()
    link = PersonalLink.objects.get(participant=evening.cast.hans, scope=PersonalLink.Scope.CONTRIBUTE)
    assert mail.message["To"] == "hans@example.org"
    assert link.revoked_at is None
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/{evening.workshop.pk}/priorities/" in text
    priorities.close(evening.workshop, by=evening.cast.murat)
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    assert delivered() == []
    assert owed() == [("Hans Vogel", "email", "sent")]


def test_who_is_written_down_as_there_afterwards_hears_it_then(evening: Stage, delivered: Deliver) -> None:
    open_(evening)
    delivered()
    amina = Registration.objects.get(participant=evening.cast.amina)
    attendance.mark(evening.workshop, came=[amina.pk], did_not_come=[], by=evening.cast.murat)
    assert [mail.message["To"] for mail in delivered()] == ["amina@example.org"]
    priorities.close(evening.workshop, by=evening.cast.murat)
    late = stage_guest(evening)
    attendance.mark(evening.workshop, came=[late.pk], did_not_come=[], by=evening.cast.murat)
    assert owed() == [("Hans Vogel", "email", "sent"), ("Amina Haddad", "email", "sent")]
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    assert [mail.message["To"] for mail in delivered()] == ["gast@example.org"]


def stage_guest(evening: Stage) -> Registration:
    guest = builders.a_participant(evening.cast.process, email="gast@example.org", name="Gast")
    return evening.registered(guest)


def test_what_was_closed_before_it_went_is_not_sent_and_owed_again_when_it_is_opened(
    evening: Stage, delivered: Deliver
) -> None:
    open_(evening)
    priorities.close(evening.workshop, by=evening.cast.murat)
    assert delivered() == []
    row = Delivery.objects.get(kind=Kind.PRIORITIES_OPEN)
    assert (row.status, row.outcome_code) == ("skipped", "priorities_closed")
    priorities.reopen(evening.workshop, by=evening.cast.murat)
    assert len(delivered()) == 1


def test_what_ran_out_or_was_called_off_is_not_sent(evening: Stage, delivered: Deliver, clock: Any) -> None:
    open_(evening, closes_at=NOW + datetime.timedelta(hours=1))
    clock.move_to(NOW + datetime.timedelta(hours=1))
    assert delivered() == []
    assert Delivery.objects.get(kind=Kind.PRIORITIES_OPEN).outcome_code == "priorities_closed"


def test_who_lost_their_seat_is_not_written_to(evening: Stage, delivered: Deliver) -> None:
    open_(evening)
    Registration.objects.filter(participant=evening.cast.hans).update(
        status="cancelled", ended_at=NOW, has_attended=False, attendance_source=""
    )
    assert delivered() == []
    assert Delivery.objects.get(kind=Kind.PRIORITIES_OPEN).outcome_code == "registration_changed"


def test_who_has_no_mailbox_is_told_by_people(evening: Stage, delivered: Deliver) -> None:
    Participant.objects.filter(pk=evening.cast.hans.pk).update(
        email="", email_normalised="", postal_address="Marktplatz 1\n72379 Hechingen", contact_by="letter"
    )
    open_(evening)
    assert delivered() == []
    assert owed() == [("Hans Vogel", "letter", "pending")]
