"""A reported barrier reaches the office: by mail, once in ten minutes, without the reporter's words."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from notifications.models import Delivery, Kind
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.models import BarrierReport
from workshops.operations import barriers

PAGE = "/integrationsplan/accessibility/"
Deliver = Callable[[], list[Received]]


def test_the_office_gets_one_mail_for_ten_minutes(
    stage: Stage, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    for message in ("Der Knopf ist zu klein.", "[Gewinn](http://evil.example)"):
        Client().post(PAGE, {"message": message, "reply_to": "h@example.org"})
    assert delivered() == []

    clock.move_to(NOW + datetime.timedelta(minutes=10))
    (mail,) = delivered()

    assert mail.recipients == (stage.cast.process.contact_email,)
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "sind 2 Barrieren gemeldet" in text
    assert "http://testserver/staff/integrationsplan/barriers/" in text
    for word in (b"Knopf", b"Gewinn", b"evil", b"h@example.org"):
        assert word not in mail.message.as_bytes()

    # What comes later is told later; twice delivered is once.
    Client().post(PAGE, {"message": "Noch etwas."})
    assert delivered() == []
    clock.move_to(NOW + datetime.timedelta(minutes=20))
    assert len(delivered()) == 1
    assert delivered() == []


def test_what_was_answered_meanwhile_needs_no_mail(
    stage: Stage, delivered: Deliver, clock: time_machine.Traveller
) -> None:
    Client().post(PAGE, {"message": "Der Knopf ist zu klein."})
    barriers.note_answer(BarrierReport.objects.get(), by=stage.cast.sabine)
    clock.move_to(NOW + datetime.timedelta(minutes=10))
    assert delivered() == []
    assert Delivery.objects.get().outcome_code == "barriers_answered"


def test_staff_see_to_whom_it_went(
    stage: Stage, delivered: Deliver, clock: time_machine.Traveller, client: Client
) -> None:
    Client().post(PAGE, {"message": "Der Knopf ist zu klein."})
    clock.move_to(NOW + datetime.timedelta(minutes=10))
    delivered()
    client.force_login(stage.cast.sabine)
    page = client.get("/staff/integrationsplan/deliveries/")
    assert stage.cast.process.contact_email in page.content.decode()


def test_only_this_mail_goes_to_the_office(stage: Stage) -> None:
    """The last line of defence: whoever writes, a mail to nobody in particular can't exist otherwise."""
    stage.delivery(Kind.BARRIER_REPORTED)
    for kind, about in (
        (Kind.PERSONAL_LINK, {}),
        (Kind.BARRIER_REPORTED, {"participant": stage.cast.hans, "user": stage.cast.sabine}),
    ):
        with pytest.raises(IntegrityError, match="a_delivery_has_one_recipient"), transaction.atomic():
            stage.delivery(kind, **about)
