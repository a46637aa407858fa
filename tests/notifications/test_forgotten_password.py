"""A forgotten password: its mail goes the way of all others, and the page tells nobody who has an account."""

import datetime
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import accounts
from notifications import ledger
from notifications.models import Delivery, Kind, Ledger
from tests import builders, pages
from tests.notifications.conftest import NOW, Stage
from tests.smtp_sink import Received
from workshops.models import HelperProfile, ParticipationProcess

PAGE = "/accounts/password/reset/"
DONE = "/accounts/password/reset/done/"
Deliver = Callable[[], list[Received]]


@pytest.fixture(autouse=True)
def _no_attempts_counted() -> None:
    cache.clear()


def ask(client: Client, email: str, **headers: str) -> str:
    response = client.post(PAGE, {"email": email}, headers=headers)
    return str(response.headers.get("Location", response.status_code))


def link_in(mail: Received) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    (address,) = re.findall(r"http://testserver(/\S+)", str(part.get_content()))
    return str(address)


def set_password(client: Client, address: str, password: str) -> str:
    page = client.get(address)
    response = client.post(page.headers["Location"], {"password1": password, "password2": password})
    return str(response.headers.get("Location", ""))


def test_a_forgotten_password_is_set_again_by_mail(stage: Stage, delivered: Deliver, client: Client) -> None:
    sabine = stage.cast.sabine

    assert ask(client, "Sabine@Hechingen.example") == DONE

    (mail,) = delivered()
    assert mail.recipients == ("sabine@hechingen.example",)
    address = link_in(mail)
    assert set_password(client, address, "ein-neues-Passwort-17") == "/desk/"
    sabine.refresh_from_db()
    assert sabine.check_password("ein-neues-Passwort-17")
    assert "Dieser Link gilt nicht mehr" in pages.lines(Client().get(address, follow=True))


def test_the_page_asks_no_mail_server_and_the_mail_waits_for_one(
    stage: Stage, mailbox: Any, delivered: Deliver, client: Client, settings: Settings
) -> None:
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert ask(client, stage.cast.sabine.email) == DONE
    assert delivered() == []
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    Delivery.objects.update(next_attempt_at=timezone.now())
    Ledger.objects.update(away_since=None, away_count=0, away_try_at=None)

    (mail,) = delivered()

    assert mail.recipients == (stage.cast.sabine.email,)


def test_the_link_is_made_when_the_mail_goes(
    stage: Stage, delivered: Deliver, client: Client, clock: Any
) -> None:
    """A link made when it was asked for would be over before a mail that waited arrived."""
    ask(client, stage.cast.sabine.email)
    clock.move_to(NOW + datetime.timedelta(hours=23), tick=False)
    address = link_in(delivered()[0])
    clock.move_to(NOW + datetime.timedelta(days=3, hours=22), tick=False)

    assert set_password(Client(), address, "ein-neues-Passwort-17") == "/desk/"


def test_a_mail_that_waited_for_longer_than_a_day_is_not_sent(
    stage: Stage, delivered: Deliver, client: Client, clock: Any
) -> None:
    ask(client, stage.cast.sabine.email)
    clock.move_to(NOW + datetime.timedelta(days=1), tick=False)

    assert delivered() == []
    assert Delivery.objects.get().outcome_code == "expired"


def test_held_mail_holds_it_as_well(stage: Stage, delivered: Deliver, client: Client) -> None:
    ledger.hold(ledger.Why.BY_HAND, now=timezone.now(), note="Sicherung eingespielt")
    ask(client, stage.cast.sabine.email)

    assert delivered() == []
    assert Delivery.objects.get().status == "pending"


@pytest.mark.parametrize("email", ["niemand@example.org", "gone@hechingen.example"])
def test_an_address_without_an_account_gets_the_same_answer_as_late_and_no_mail(
    stage: Stage, client: Client, email: str
) -> None:
    builders.a_user(email="gone@hechingen.example", is_active=False)
    took = {}
    answers = {}
    for each in (stage.cast.sabine.email, email):
        began = time.perf_counter()
        response = client.post(PAGE, {"email": each}, follow=True)
        took[each] = time.perf_counter() - began
        answers[each] = (response.redirect_chain, pages.lines(response))

    assert answers[email] == answers[stage.cast.sabine.email]
    assert min(took.values()) >= accounts.ANSWER_SECONDS
    assert [row.user for row in Delivery.objects.all()] == [stage.cast.sabine]


def test_who_asks_again_and_again_gets_one_mail_in_five_minutes(
    stage: Stage, delivered: Deliver, client: Client, clock: Any
) -> None:
    for _again in range(2):
        assert ask(client, stage.cast.sabine.email) == DONE
    assert len(delivered()) == 1

    clock.move_to(NOW + datetime.timedelta(minutes=5), tick=False)
    ask(client, stage.cast.sabine.email)
    assert len(delivered()) == 1


def test_nobody_is_written_to_more_often_than_the_page_says(
    stage: Stage, delivered: Deliver, client: Client, clock: Any
) -> None:
    mails = []
    for minute in range(0, 24 * 60, 6):
        clock.move_to(NOW + datetime.timedelta(minutes=minute), tick=False)
        assert ask(client, stage.cast.sabine.email) == DONE
        mails += [minute // 60] * len(delivered())

    assert mails == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
    assert "höchstens 3 solche E-Mails in der Stunde und 10 am Tag" in pages.text(client.get(DONE))


@pytest.mark.parametrize("email", ["sabine@hechingen.example", "niemand@example.org"])
def test_known_or_not_an_address_can_be_typed_five_times_a_minute(
    stage: Stage, client: Client, email: str
) -> None:
    answers = [ask(client, email) for _again in range(6)]

    assert answers == [DONE] * 5 + ["429"]


def test_the_link_is_not_built_from_a_forged_host(stage: Stage, delivered: Deliver, client: Client) -> None:
    ask(client, stage.cast.sabine.email, host="localhost")

    assert link_in(delivered()[0]).startswith("/accounts/password/reset/key/")


def test_a_moderator_and_a_helper_hear_from_their_own_process(
    stage: Stage, delivered: Deliver, client: Client
) -> None:
    builders.a_process(name="Anderer Prozess")
    helper = builders.a_user(email="helfer@example.org")
    HelperProfile.objects.create(
        user=helper, process=stage.cast.process, organisation="Sozialdienst", invited_at=NOW
    )
    for user in (stage.cast.murat, helper):
        ask(client, user.email)

    assert {row.process for row in Delivery.objects.all()} == {stage.cast.process}
    assert len(delivered()) == 2


def test_without_any_process_the_answer_is_the_same(db: None, client: Client) -> None:
    """A house on its first day: the operator's command is the way."""
    user = builders.a_staff_member()
    assert not ParticipationProcess.objects.exists()

    assert ask(client, user.email) == DONE
    assert not Delivery.objects.exists()


def test_sign_in_sends_no_mail_by_itself(stage: Stage, client: Client, mailoutbox: list[object]) -> None:
    ask(client, stage.cast.sabine.email)
    accounts.ClosedSignup().send_mail("account/email/unknown_account", "a@b.example", {})

    assert mailoutbox == []
    assert django_settings.ACCOUNT_PREVENT_ENUMERATION
    assert Delivery.objects.get().kind == Kind.PASSWORD_RESET
